"""What clients say of the firm, and the firm's answers."""

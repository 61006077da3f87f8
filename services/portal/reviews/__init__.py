"""What clients say of the firm's service, and how the firm asks them and answers (S25, S37 to S40, B20)."""

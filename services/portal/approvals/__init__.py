"""What documents tells of approvals: what waits for a client's word, and what a client rejected (B25)."""

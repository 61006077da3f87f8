"""What became of the messages by which people come in: invitations and codes (B10)."""

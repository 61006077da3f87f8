"""What the firm tells its clients: announcements for a time, to all of them or to some (S27)."""

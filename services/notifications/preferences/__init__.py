"""What each person wants to be told, and how."""

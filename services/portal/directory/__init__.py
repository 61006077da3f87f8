"""The directory: the firm's clients (accounts) and the people of each (contacts)."""

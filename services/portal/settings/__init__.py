"""The firm's settings: its name and address, its brand, and what its portal offers."""

"""A service's part in giving a client's data out and in erasing it: the same in every service."""

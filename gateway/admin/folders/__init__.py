"""Folders in the admin: of a client, and those that each new client gets."""

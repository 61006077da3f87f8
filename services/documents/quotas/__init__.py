"""How much of the store a client may fill (B23)."""

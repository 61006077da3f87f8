"""Identity: who may come in, how they prove it, and the signed statements that every service believes."""

"""Users: the people who may come in, and which accounts each may act for."""

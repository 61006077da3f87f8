"""Folders of a client's documents, and what the client's people may do in each."""

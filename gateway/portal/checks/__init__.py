"""Waiting for the virus check of a document."""

"""Incoming requests: what the firm asks of the client."""

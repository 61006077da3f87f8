"""Turning a message and its template into what is sent."""

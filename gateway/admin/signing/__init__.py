"""Signing as staff does it: choose the document, place the fields, send, follow, withdraw."""

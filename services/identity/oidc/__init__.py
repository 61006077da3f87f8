"""Signing staff in by OpenID Connect (B7)."""

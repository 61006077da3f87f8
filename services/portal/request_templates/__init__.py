"""Requests that the firm sends often, kept ready."""

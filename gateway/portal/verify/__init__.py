"""Checking a sealed document."""

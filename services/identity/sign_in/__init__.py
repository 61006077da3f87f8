"""Signing in: one-time codes and passwords, and the throttles before both."""

"""Reminders of requests that are due: what the firm set, and the timer."""

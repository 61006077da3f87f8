"""Putting documents in order: where they lie, what they are called, and which older version counts again."""

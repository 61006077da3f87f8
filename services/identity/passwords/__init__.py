"""Passwords: stored as argon2id, checked against a block-list, changed, forgotten and reset."""

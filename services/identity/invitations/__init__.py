"""Invitations: the single-use link by which a person claims a user and sets the first password."""

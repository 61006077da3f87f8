"""Mails that clients write to the firm from the portal (S35, S36)."""

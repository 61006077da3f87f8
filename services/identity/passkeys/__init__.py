"""Passkeys: registered and used by Web Authentication (W3C Recommendation, Level 2 and what Level 3 clarifies)."""

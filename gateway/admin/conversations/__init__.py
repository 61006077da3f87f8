"""Conversations with clients, as the firm sees them."""

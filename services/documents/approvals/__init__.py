"""Approving and rejecting: the client what the firm sent, the firm what the client sent."""

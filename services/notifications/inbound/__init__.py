"""Mails that come in: answers to what the firm's portal sent, and word of what did not arrive."""

"""Notifications: who is told what, by which channel, in their language; and whether it arrived."""

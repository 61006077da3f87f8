"""Exports of the list of clients, and who made them."""

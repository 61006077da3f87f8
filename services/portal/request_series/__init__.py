"""Requests that come again every week, month, quarter or year."""

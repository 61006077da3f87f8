"""Announcements of the firm, as a client reads them."""

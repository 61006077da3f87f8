"""Documents on the page: read, approved, several at once."""

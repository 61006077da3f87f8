"""A client's data as a whole, as staff handles it: exports, erasures, legal holds."""

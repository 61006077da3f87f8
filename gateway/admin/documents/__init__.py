"""Documents as staff sees them."""

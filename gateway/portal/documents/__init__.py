"""Documents as the client sees them."""

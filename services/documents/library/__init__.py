"""Documents as their account sees them: list, versions, history, download."""

"""Documents: what a firm and its clients exchange; versions, shares, who opened what."""

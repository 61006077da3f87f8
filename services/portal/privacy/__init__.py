"""A client's data given out as a whole, and erased: asked for here, done by every service, reported here (B15)."""

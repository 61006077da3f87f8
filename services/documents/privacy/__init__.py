"""A client's data: what this service gives out of it, and how it is erased (B15)."""

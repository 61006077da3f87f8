"""Client requests: what the firm asks of its clients."""

"""Cases: what the client brings to the firm."""

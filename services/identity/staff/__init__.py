"""The firm's own people."""

"""The client says that all is sent."""

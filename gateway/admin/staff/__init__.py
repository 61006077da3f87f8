"""The firm's own people, in the settings."""

"""The ways out: SMTP, an SMS gateway, and the capture that takes their place in development."""

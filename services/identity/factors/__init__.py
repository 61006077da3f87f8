"""Second factors: authenticator apps, recovery codes, and the challenge that follows a first factor."""

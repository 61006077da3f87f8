"""Links by which somebody without an account gets one document: expiring, revocable, counted (B26)."""

"""Settings > Retention: what is deleted for good, and when (B26)."""

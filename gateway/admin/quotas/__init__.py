"""How much clients' documents may take."""

"""How bytes come in: streamed, recognised, hashed, filed."""

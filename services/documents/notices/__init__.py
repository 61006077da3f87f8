"""Done uploading: a client says that all is sent (S53, S54)."""

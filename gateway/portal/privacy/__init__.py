"""A client's own data: an archive of it, and the wish to have it erased."""

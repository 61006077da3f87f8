"""A client's own profile: what the firm knows of person and company, as far as they may see and change it (S26)."""

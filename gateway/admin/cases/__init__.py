"""Cases in the admin: the list, one case, what is done with it, and the firm's targets."""

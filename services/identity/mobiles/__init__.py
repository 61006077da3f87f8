"""A client's own mobile number: confirmed by a code, it gets the codes and links of signing in."""

"""Signing as the client does it: read the document, agree to the disclosure, fill in, finish (S48 to S52)."""

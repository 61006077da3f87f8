"""What clients and staff share: the second factor, proofs of who one is, and one's own credentials."""

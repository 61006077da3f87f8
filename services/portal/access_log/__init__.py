"""The access log: who at the firm opened or changed what of a client's, for the client to see (B13). Only added to."""

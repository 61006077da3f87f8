"""Every route of every service by every kind of caller: what is declared decides what is answered (P7)."""

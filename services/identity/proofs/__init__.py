"""Proving anew who one is, in a session that is open already, before what is dangerous."""

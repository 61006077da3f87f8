"""Tokens: the keys that sign passports and service tokens, and those tokens themselves."""

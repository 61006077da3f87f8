"""Copies of who there is and how the firm presents itself, kept from the events of identity and portal."""

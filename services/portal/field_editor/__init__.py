"""The field editor: which fields the forms and records of accounts and contacts have (S8, S75)."""

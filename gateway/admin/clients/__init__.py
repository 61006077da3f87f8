"""The clients of the firm: list, record, contact persons, access to the portal."""

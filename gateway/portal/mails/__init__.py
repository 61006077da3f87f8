"""The client writes a mail to the firm."""

"""Documents that their client gets once an invoice is paid (B26)."""

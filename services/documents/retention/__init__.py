"""Rules by which documents are deleted for good when their time is over (B26)."""

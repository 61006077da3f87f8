"""The answers that the firm keeps ready."""

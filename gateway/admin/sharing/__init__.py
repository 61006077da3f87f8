"""Links to documents, and documents that wait for a payment."""

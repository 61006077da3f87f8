"""What was deleted: back again, or gone for good."""

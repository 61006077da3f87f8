"""What the virus check held back."""

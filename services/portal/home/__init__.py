"""What a client sees first: Home, and the counts of the page's frame."""

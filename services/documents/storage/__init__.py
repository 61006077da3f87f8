"""Whether every row has its bytes and every file its row; and what is done where not."""

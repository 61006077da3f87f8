"""The staff's work list: what waits for the firm, by due date."""

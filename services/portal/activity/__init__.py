"""The activity history of each account: who did what, and when. Rows are added and never changed."""

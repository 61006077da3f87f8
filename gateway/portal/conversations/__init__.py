"""The client's messages: conversations with the firm."""

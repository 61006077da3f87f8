"""Conversations: threads between a client and the firm, with documents, internal notes and read receipts."""

"""Client requests: what the firm asks of a client, the checklist, and the answers."""

"""One request sent to many clients: who gets it, how far it is, who was left out and why."""

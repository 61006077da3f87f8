"""What the house does behind the pages: events between the services, messages to people."""

"""Tags: words in a colour that the firm puts on its clients."""

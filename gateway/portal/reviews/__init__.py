"""The client rates the firm's service, signed in or by the link of a mail."""

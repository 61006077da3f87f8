"""Several documents as one zip, made while it is sent."""

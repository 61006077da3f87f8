"""The inbox inside the portal and the admin."""

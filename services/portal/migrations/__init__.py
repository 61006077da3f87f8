"""Numbered changes of the portal's tables."""

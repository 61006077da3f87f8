"""Figures of previews that are nobody's setting."""

from datetime import timedelta

READING = timedelta(minutes=30)
"""A person who turns pages for so long reads once; the history has one line of it."""
YOUNG = timedelta(days=1)
"""Previews of what was shared longer ago are made when somebody looks."""

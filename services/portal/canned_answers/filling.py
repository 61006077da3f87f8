"""Placeholders in a text: `{client}` and the like are filled in once, everything else stays text (threat 32)."""

import re
from collections.abc import Mapping

from services.portal.canned_answers.models import PLACEHOLDERS

_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")


def unknown_placeholders(text: str) -> list[str]:
    """Return the names in braces that stand for nothing."""
    return sorted({name for name in _PLACEHOLDER.findall(text) if name not in PLACEHOLDERS})


def filled(text: str, values: Mapping[str, str]) -> str:
    """Return `text` with the values in the places of their names. What a value holds is never looked at again."""
    return _PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]), text)

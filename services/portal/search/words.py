"""Words as they are searched: without case and accents, each found by its beginning."""

import re
from collections.abc import Iterable, Sequence
from datetime import date

from services.portal.directory.names import fold

MOST_WORDS = 8
"""What a search has beyond these is not looked at: eight words find what there is to find."""
MOST_LENGTH = 60
EXCERPT_LENGTH = 160
BEFORE = 6
_NOT_WORD = re.compile(r"[\W_]+")
_EDGES = re.compile(r"^[\W_]+|[\W_]+$")


def kept(texts: Iterable[str]) -> str:
    """Return the words of `texts`, each once and each after a space, so that ` ban` finds what begins with it.

    A word with punctuation is kept as it stands, in its parts, and without: `ana@acosta.example`, `B-12.345`.
    """
    found: dict[str, None] = {}
    for text in texts:
        for raw in fold(text).split():
            found |= dict.fromkeys(_forms(raw))
    return " " + " ".join(found) if found else ""


def wanted(text: str) -> list[str]:
    """Return the words that a search asks for; none where nothing of it could be found."""
    words = (_EDGES.sub("", raw)[:MOST_LENGTH] for raw in fold(text).split())
    found = list(dict.fromkeys(word for word in words if word))[:MOST_WORDS]
    return found if any(len(word) > 1 for word in found) else []


def matches(text: str, words: Sequence[str]) -> bool:
    """Return whether every word of a search stands in `text`."""
    words_in_it = kept([text])
    return all(f" {word}" in words_in_it for word in words)


def excerpt(text: str, words: Sequence[str]) -> str:
    """Return the piece of `text` around the first word that is found, in one line."""
    parts = text.split()
    place = next((place for place, part in enumerate(parts) if _begins(part, words)), 0)
    start = max(0, place - BEFORE)
    piece = ""
    for part in parts[start:]:
        if len(piece) + len(part) > EXCERPT_LENGTH:
            return f"{'… ' if start else ''}{piece or part[:EXCERPT_LENGTH]} …"
        piece = f"{piece} {part}".lstrip()
    return f"{'… ' if start else ''}{piece}"


def of_value(value: str | float | date | None) -> str:
    """Return what stands in a field as the text that is searched; nothing for a date."""
    if value is None or isinstance(value, date):
        return ""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _begins(part: str, words: Sequence[str]) -> bool:
    forms = kept([part])
    return any(f" {word}" in forms for word in words)


def _forms(raw: str) -> Iterable[str]:
    yield raw[:MOST_LENGTH]
    bare = _EDGES.sub("", raw)
    parts = _NOT_WORD.split(bare)
    if bare != raw and bare:
        yield bare[:MOST_LENGTH]
    if len(parts) > 1:
        yield from (part[:MOST_LENGTH] for part in parts)
        yield "".join(parts)[:MOST_LENGTH]

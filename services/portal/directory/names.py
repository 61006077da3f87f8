"""Names as they are searched and sorted: without case and accents, so that `jose` finds José."""

import unicodedata
from collections.abc import Iterable


def fold(text: str) -> str:
    """Return `text` in lower case, without accents, with single spaces."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(character for character in decomposed if not unicodedata.combining(character)).split())


def search_text(parts: Iterable[str]) -> str:
    """Return what a search looks through: `parts` folded, and the numbers among them also without punctuation."""
    folded = [fold(part) for part in parts if part]
    bare = ["".join(filter(str.isalnum, part)) for part in folded]
    return "\n".join(folded + [part for part in bare if part not in folded])


def tax_key(number: str) -> str | None:
    """Return a tax number as it is compared: letters and digits alone, in capitals; None for none."""
    return "".join(filter(str.isalnum, number.upper()))[:40] or None

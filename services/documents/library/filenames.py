"""Names of files: metadata that people read, never a path."""

import unicodedata
from urllib.parse import quote

from services.documents.uploads.content_types import ending_of

MAX = 200
_UNSAFE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def clean(name: str, endings: tuple[str, ...]) -> str:
    """Return `name` as it is kept and shown: its last part, without control or direction characters.

    It ends with one of `endings` (else the first of them is added) and has at most 200 characters. An upload is
    never refused for its name.
    """
    last = name.replace("\\", "/").rpartition("/")[2]
    visible = "".join(c for c in unicodedata.normalize("NFC", last) if unicodedata.category(c) not in _UNSAFE)
    visible = " ".join(visible.split()).strip(". ") or "document"
    ending = ending_of(visible)
    if ending not in endings:
        visible, ending = visible + endings[0], endings[0]
    stem = visible[: -len(ending)].rstrip(". ") or "document"
    return stem[: MAX - len(ending)] + visible[-len(ending) :]


def searchable(text: str) -> str:
    """Return `text` without accents and case, as lists are searched."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c))[:MAX]


def disposition(name: str) -> str:
    """Return the Content-Disposition of a download (RFC 6266).

    It has a plain name and, if need be, the exact one (RFC 8187).
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    plain = "".join("_" if c in '"\\%;/' or not c.isprintable() else c for c in plain).strip()
    if not plain or plain.startswith("."):
        plain = "document" + plain
    value = f'attachment; filename="{plain}"'
    return value if plain == name else f"{value}; filename*=UTF-8''{quote(name, safe='')}"

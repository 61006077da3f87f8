"""The Electronic Record and Signature Disclosure: versioned texts in three languages, with the firm's details.

They hold what 15 U.S.C. 7001(c)(1) (ESIGN) asks for. A published version never changes: a better text is a new
folder, and `CURRENT` names it.
"""

import hashlib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from services.signing.models import PortalSettings

CURRENT = "2026-11"
LOCALES = ("en", "es", "pt")
PRODUCT = "Atrio"
"""Stands for the firm until it has said its name."""


@dataclass(frozen=True)
class Disclosure:
    """A disclosure word for word: `text` is Markdown of headings, paragraphs and lists."""

    version: str
    locale: str
    text: str

    @property
    def sha256(self) -> str:
        """Return the hash under which the exact text is kept."""
        return hashlib.sha256(self.text.encode()).hexdigest()


def current(locale: str, firm: PortalSettings | None) -> Disclosure:
    """Return the disclosure that is in force, in `locale` (English where there is none), naming `firm`."""
    locale = locale if locale in LOCALES else "en"
    name = ((firm.legal_name or firm.firm_name) if firm else "") or PRODUCT
    values = {"firm": name, "contact": _contact(firm) or name}
    return Disclosure(CURRENT, locale, _template(CURRENT, locale).format_map(values))


def _contact(firm: PortalSettings | None) -> str:
    parts = (firm.email, firm.phone, firm.address) if firm else ()
    return ", ".join(" ".join(part.split()) for part in parts if part.strip())


@cache
def _template(version: str, locale: str) -> str:
    return files(__package__).joinpath("disclosures", version, f"{locale}.md").read_text(encoding="utf-8").strip()


def blocks(text: str) -> list[dict[str, Any]]:
    """Return the text as blocks for a page: `heading` (with `level`), `paragraph`, `list` (with `items`)."""
    found: list[dict[str, Any]] = []
    for part in text.split("\n\n"):
        lines = [line.strip() for line in part.strip().split("\n")]
        if lines[0].startswith("#"):
            marks, _, words = lines[0].partition(" ")
            found.append({"type": "heading", "level": len(marks), "text": words})
        elif lines[0].startswith("- "):
            items = " ".join(lines).removeprefix("- ").split(" - ")
            found.append({"type": "list", "items": items})
        else:
            found.append({"type": "paragraph", "text": " ".join(lines)})
    return found

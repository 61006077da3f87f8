"""The catalogues of translated words: kept in step with the source, filled, and compiled for the running gateway.

    python -m gateway.catalogues update              # after writing or changing words: take in new, drop unused
    python -m gateway.catalogues missing pt          # what still needs a translation, as JSON to be filled in
    python -m gateway.catalogues fill pt < words.json  # put translations in
    python -m gateway.catalogues compile             # what the build does

English stands in the source. A plural has its two English forms joined by "|" as key and a list as value.
"""

import fcntl
import json
import os
import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
TRANSLATIONS = HERE / "translations"
DOMAIN = "messages"
LANGUAGES = ("es", "pt")
NOISE = b"Report-Msgid|POT-Creation|PO-Revision|Last-Translator|Language-Team|Generated|Project-Id"
HEADER_NOISE = re.compile(rb'^(?:#(?: .*)?|"(?:' + NOISE + rb").*)\n", re.M)
"""What the library writes at the top: names nobody fills in, and dates that make every change a conflict."""

KEYWORDS = ("_", "gettext", "ngettext:1,2", "lazy_gettext", "_l", "lazy_pgettext:1c,2", "_lp:1c,2")
METHODS = [("**/templates/**.html", "jinja2"), ("**.py", "python")]
OPTIONS = {"**/templates/**.html": {"extensions": "jinja2.ext.do", "trimmed": "true"}}


def po_path(language: str) -> Path:
    """Return where the catalogue of a language stands."""
    return TRANSLATIONS / language / "LC_MESSAGES" / f"{DOMAIN}.po"


def source_messages() -> dict[tuple[Any, str | None], None]:
    """Return every message of the source with its context, in order of the files.

    A message is a singular, or a pair of singular and plural; where one word has two meanings, a context tells them
    apart: `pgettext("verb", "Open")`.
    """
    from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
    from babel.messages.frontend import parse_keywords

    keywords = DEFAULT_KEYWORDS | parse_keywords(KEYWORDS)
    found = extract_from_dir(HERE, METHODS, OPTIONS, keywords, directory_filter=_is_source)
    return {(message, context): None for _file, _line, message, _comments, context in found if message}


def _is_source(folder: str) -> bool:
    return Path(folder).name not in ("static", "assets", "translations", "__pycache__")


def update() -> None:
    """Take new messages into every catalogue and drop those that nothing says any more; translations stay."""
    messages = source_messages()
    for language in LANGUAGES:
        with _changing(language) as catalogue:
            kept = {(message.id, message.context): message.string for message in catalogue if message.id}
            for message_id, context in list(kept):
                catalogue.delete(message_id, context)
            for message_id, context in messages:
                catalogue.add(message_id, kept.get((message_id, context), ""), context=context)


def missing(language: str) -> dict[str, Any]:
    """Return what is not translated yet: key as `fill` takes it, with an empty value."""
    return {_key(message): _empty(message.id) for message in read(language) if message.id and not _is_full(message)}


def fill(language: str, words: Mapping[str, Any]) -> list[str]:
    """Put translations in and return the keys that no message has."""
    with _changing(language) as catalogue:
        known = {_key(message): message for message in catalogue if message.id}
        for key, translation in words.items():
            if key in known and translation:
                known[key].string = tuple(translation) if isinstance(translation, list) else translation
    return [key for key in words if key not in known]


def compile_catalogues() -> None:
    """Write the compiled catalogues, which the gateway reads at its start."""
    from babel.messages.mofile import write_mo

    for language in LANGUAGES:
        written = BytesIO()
        write_mo(written, read(language))
        _put(po_path(language).with_suffix(".mo"), written.getvalue())


def read(language: str) -> Any:
    """Return the catalogue of a language (a `babel.messages.catalog.Catalog`)."""
    from babel.messages.catalog import Catalog
    from babel.messages.pofile import read_po

    path = po_path(language)
    if not path.exists():
        return Catalog(locale=language, domain=DOMAIN, fuzzy=False, project="Atrio", charset="utf-8")
    with path.open("rb") as file:
        return read_po(file, locale=language, domain=DOMAIN)


@contextmanager
def _changing(language: str) -> Iterator[Any]:
    """Yield a catalogue, written back at the end; several may do it at once."""
    from babel.messages.pofile import write_po

    path = po_path(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    with (TRANSLATIONS / f".{language}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        catalogue = read(language)
        yield catalogue
        written = BytesIO()
        write_po(written, catalogue, width=118, no_location=True, sort_output=True)
        _put(path, HEADER_NOISE.sub(b"", written.getvalue()))


def _put(path: Path, content: bytes) -> None:
    """Replace a file at once, so that nobody reads half of it."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.write_bytes(content)
    draft.replace(path)


def _is_full(message: Any) -> bool:
    strings = message.string if isinstance(message.string, tuple | list) else (message.string,)
    expected = 2 if isinstance(message.id, tuple | list) else 1
    return not message.fuzzy and len(strings) >= expected and all(strings)


def _key(message: Any) -> str:
    words = "|".join(message.id) if isinstance(message.id, tuple | list) else str(message.id)
    return f"[{message.context}] {words}" if message.context else words


def _empty(message_id: Any) -> Any:
    return ["", ""] if isinstance(message_id, tuple | list) else ""


def main(arguments: list[str]) -> int:
    """Run one of the commands at the top of this file."""
    match arguments:
        case ["update"]:
            update()
        case ["missing", language] if language in LANGUAGES:
            sys.stdout.write(json.dumps(missing(language), ensure_ascii=False, indent=2) + "\n")
        case ["fill", language] if language in LANGUAGES:
            unknown = fill(language, json.load(sys.stdin))
            sys.stdout.write("\n".join(["These are no messages:", *unknown, ""]) if unknown else "")
        case ["compile"]:
            compile_catalogues()
        case _:
            sys.stdout.write(f"{__doc__}\n")
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

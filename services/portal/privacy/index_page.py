"""The page of an export that a person opens first: what lies in it, each file a link."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from html import escape
from urllib.parse import quote

from services.portal.privacy.words import STYLE, WORDS


@dataclass(frozen=True)
class Listed:
    """A file of the archive: of which service, where, and how large."""

    area: str
    path: str
    size: int


def index_page(files: Iterable[Listed], *, name: str, firm: str, at: datetime, locale: str) -> Iterator[bytes]:
    """Yield the page, in UTF-8, in the language `locale`. Nothing in it comes from elsewhere."""
    words = WORDS.get(locale, WORDS["en"])
    title = escape(words["title"].format(name=name))
    made = escape(words["made"].format(at=f"{at:%Y-%m-%d}", firm=firm))
    yield (
        f'<!doctype html><html lang="{locale}"><head><meta charset="utf-8"><title>{title}</title>'
        f"<style>{STYLE}</style></head><body><h1>{title}</h1><p>{made}</p><p>{escape(words['lead'])}</p>"
    ).encode()
    area = ""
    for file in files:
        if file.area != area:
            yield (b"</table>" if area else b"") + _head(words["areas"][file.area], words["file"], words["size"])
            area = file.area
        shown = escape(file.path.partition("/")[2])
        link = escape(quote(file.path), quote=True)
        yield f'<tr><td><a href="{link}">{shown}</a></td><td>{_size(file.size)}</td></tr>'.encode()
    yield (b"</table>" if area else b"") + b"</body></html>"


def _head(title: str, file: str, size: str) -> bytes:
    return f"<h2>{escape(title)}</h2><table><tr><th>{escape(file)}</th><th>{escape(size)}</th></tr>".encode()


def _size(size: int) -> str:
    if size < 1024 * 1024:
        return f"{max(size, 1) / 1024:.1f} KiB"
    return f"{size / 1024 / 1024:.1f} MiB"

"""An archive that is written while it is stored: whatever lies in it, a few pieces are in memory at a time."""

import io
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import orjson

from services.chassis import clock

PIECE = 1024 * 1024
FLUSH = 256 * 1024
FORBIDDEN = frozenset('/\\:*?"<>|')


@dataclass(frozen=True)
class Entry:
    """One file of an archive. `open` yields its content and is called when its turn comes; `stored` packs nothing."""

    path: str
    open: Callable[[], Iterable[bytes]]
    stored: bool = False


def as_json(path: str, content: Any) -> Entry:
    """Return the file `path` that holds `content`, laid out so that a person can read it."""
    return Entry(path, lambda: [orjson.dumps(content, default=str, option=orjson.OPT_INDENT_2)])


class _Pieces(io.RawIOBase):
    """What `zipfile` writes to: it cannot go back, so that every piece may leave at once."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self.waiting = 0

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._parts.append(bytes(data))
        self.waiting += len(data)
        return len(data)

    def take(self) -> bytes:
        taken, self._parts, self.waiting = b"".join(self._parts), [], 0
        return taken


def zipped(entries: Iterable[Entry]) -> Iterator[bytes]:
    """Yield the bytes of a ZIP with these entries, in any size (ZIP64, APPNOTE 4.3.9)."""
    pieces = _Pieces()
    at = clock.now().timetuple()[:6]
    with zipfile.ZipFile(pieces, "w", zipfile.ZIP_DEFLATED) as archive:
        for entry in entries:
            info = zipfile.ZipInfo(entry.path, at)
            info.compress_type = zipfile.ZIP_STORED if entry.stored else zipfile.ZIP_DEFLATED
            info.external_attr = 0o600 << 16
            with archive.open(info, "w", force_zip64=True) as file:
                for piece in entry.open():
                    file.write(piece)
                    if pieces.waiting >= FLUSH:
                        yield pieces.take()
    yield pieces.take()


def entries_of(archive: zipfile.ZipFile, folder: str = "") -> Iterator[Entry]:
    """Yield what lies in an archive, to be put into another one below `folder`."""
    for info in archive.infolist():
        yield Entry(f"{folder}{info.filename}", _reader(archive, info), info.compress_type == zipfile.ZIP_STORED)


def _reader(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Callable[[], Iterator[bytes]]:
    def read() -> Iterator[bytes]:
        with archive.open(info) as file:
            while piece := file.read(PIECE):
                yield piece

    return read


def safe_name(name: str, taken: set[str]) -> str:
    """Return `name` as a file of an archive: no folder in it, and none twice whatever the letters' case."""
    plain = "".join("_" if char in FORBIDDEN or ord(char) < 32 else char for char in name).strip(". ")[:150] or "file"
    stem, dot, ending = plain.rpartition(".")
    stem, ending = (stem, dot + ending) if stem else (plain, "")
    found, number = plain, 1
    while found.casefold() in taken:
        number += 1
        found = f"{stem} ({number}){ending}"
    taken.add(found.casefold())
    return found

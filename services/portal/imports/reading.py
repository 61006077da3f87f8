"""CSV files as people have them: in which encoding, with which separator, and their records one after another.

No file is ever held whole. A file is stored in UTF-8, so that reading may go on at any record's first byte.
"""

import codecs
import csv
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import BinaryIO

from services.chassis.problems import Problem

MOST_BYTES = 25 * 1024 * 1024
MOST_LINES = 100_000
MOST_COLUMNS = 100
MOST_LINE_BYTES = 1024 * 1024
PIECE = 256 * 1024
SEPARATORS = (",", ";", "\t", "|")
SAMPLE = 20
WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
UNREADABLE = "This line cannot be read: a quotation mark is opened in it and not closed."


@dataclass(frozen=True)
class Record:
    """A record of the file: the line it begins on, its cells, and where the next one begins (byte, line)."""

    line: int
    cells: list[str]
    position: int
    next_line: int
    fault: str = ""

    @property
    def is_blank(self) -> bool:
        return not self.fault and not any(cell.strip() for cell in self.cells)


def encoding_of(file: BinaryIO) -> str:
    """Return the encoding of a file: by its byte order mark, else UTF-8 where it is that, else Windows-1252.

    Raises a 422 `Problem` for what is no text: a workbook, or bytes that no text has.
    """
    file.seek(0)
    head = file.read(4)
    if head.startswith(WORKBOOKS):
        raise not_csv("This is a workbook. In your spreadsheet program, save it as CSV and send that.")
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    decoder: codecs.IncrementalDecoder = codecs.getincrementaldecoder("utf-8")()
    encoding = "utf-8-sig" if head.startswith(codecs.BOM_UTF8) else "utf-8"
    file.seek(0)
    while piece := file.read(PIECE):
        if b"\0" in piece:
            raise not_csv("This is not a text file.")
        try:
            decoder.decode(piece)
        except UnicodeDecodeError:
            encoding, decoder = "cp1252", codecs.getincrementaldecoder("latin-1")()
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return "cp1252"
    return encoding


def in_utf8(file: BinaryIO, encoding: str) -> Iterator[bytes]:
    """Yield the text of a file in UTF-8, in pieces of exactly `PIECE` bytes but for the last."""
    file.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
    kept = bytearray()
    while True:
        piece = file.read(PIECE)
        kept += decoder.decode(piece, final=not piece).encode()
        while len(kept) >= PIECE or (not piece and kept):
            yield bytes(kept[:PIECE])
            del kept[:PIECE]
        if not piece:
            return


def separator_of(pieces: Iterable[bytes]) -> str:
    """Return the separator with which the first lines fall into the same number of columns, the more the better."""
    first = [line.decode("utf-8", "replace") for line in islice(_physical(pieces), SAMPLE)]

    def worth(separator: str) -> float:
        widths = Counter(_widths(first, separator))
        width, often = widths.most_common(1)[0] if widths else (1, 0)
        return 0.0 if width == 1 else width * often / sum(widths.values())

    return max(SEPARATORS, key=worth)


def _widths(lines: list[str], separator: str) -> Iterator[int]:
    try:
        yield from (len(row) for row in csv.reader(lines, delimiter=separator) if row)
    except csv.Error:
        return  # a quotation mark that is never closed; the lines before it tell enough


def records(pieces: Iterable[bytes], separator: str, *, position: int = 0, line: int = 1) -> Iterator[Record]:
    """Yield the records of a text in UTF-8 whose `pieces` begin at `position`, which is on line `line`."""
    lines = _Counted(pieces, position, line)
    reader = csv.reader(lines, delimiter=separator)
    while True:
        begins = lines.line
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield Record(begins, [], lines.position, lines.line, UNREADABLE)
        else:
            yield Record(begins, cells, lines.position, lines.line)


class _Counted:
    """The lines of a text for a csv.reader, which takes no more of them than it needs for a record."""

    def __init__(self, pieces: Iterable[bytes], position: int, line: int) -> None:
        self.position, self.line = position, line
        self._lines = _physical(pieces)

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        self.position += len(line)
        self.line += 1
        return line.decode("utf-8", "replace")


def _physical(pieces: Iterable[bytes]) -> Iterator[bytes]:
    kept = b""
    for piece in pieces:
        *whole, kept = (kept + piece).split(b"\n")
        for line in whole:
            yield line + b"\n"
        if len(kept) > MOST_LINE_BYTES:
            raise not_csv("A line of this file is too long.")
    if kept:
        yield kept


def not_csv(detail: str) -> Problem:
    """Return the answer for a file that is no CSV file."""
    return Problem(422, "not_csv", "This is not a CSV file", detail)

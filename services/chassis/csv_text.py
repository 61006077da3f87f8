"""CSV as it goes out: no cell of it is a formula to the program that opens it."""

import csv
import io
from collections.abc import Iterable, Iterator

from flask import Response

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""With these a spreadsheet takes a cell for a formula (OWASP, CSV Injection; threat 41)."""
BYTE_ORDER_MARK = "\ufeff"
PIECE = 64 * 1024


def neutral(value: object) -> str:
    """Return a cell's text; an apostrophe before what would be a formula makes it text, and imports take it away."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA) else text


def line_of(cells: Iterable[object], separator: str = ",") -> str:
    """Return a line of a CSV file (RFC 4180), every cell in quotation marks."""
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=separator, quoting=csv.QUOTE_ALL).writerow([neutral(cell) for cell in cells])
    return buffer.getvalue()


def csv_response(lines: Iterable[str], name: str, *, mark: bool = True) -> Response:
    """Return the answer that sends lines as they come; the byte order mark tells Excel that they are UTF-8."""
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-store",
    }
    return Response(_pieces(lines, mark), headers=headers, content_type="text/csv; charset=utf-8; header=present")


def _pieces(lines: Iterable[str], mark: bool) -> Iterator[bytes]:
    kept = [BYTE_ORDER_MARK] if mark else []
    size = 0
    for line in lines:
        kept.append(line)
        size += len(line)
        if size > PIECE:
            yield "".join(kept).encode()
            kept, size = [], 0
    yield "".join(kept).encode()

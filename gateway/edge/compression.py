"""Pages go over the line compressed: of what a phone loads, the page itself is sent anew each time.

Compression tells of secrets by its length where a stranger can have his own words stand beside them in a page and watch
the line (BREACH, CVE-2013-3587). No token repeats: each page has its own under a new salt (`gateway.edge.csrf`). And a
random number of bytes goes along, so that one answer's length says nothing ("Heal the Breach", IEEE Access 2022; the
same as Django's GZipMiddleware).
"""

import gzip
import secrets
from io import BytesIO

from flask import Response, request

LEAST_BYTES = 1000
LEVEL = 5
MOST_PADDING = 100
TYPES = ("text/html", "application/manifest+json", "text/javascript")


def compress(response: Response) -> Response:
    """Return `response` compressed, where it is a whole page and the browser takes gzip."""
    if response.mimetype not in TYPES or response.is_streamed or response.direct_passthrough:
        return response
    response.vary.add("Accept-Encoding")
    if "Content-Encoding" in response.headers or not request.accept_encodings.quality("gzip"):
        return response
    body = response.get_data()
    if len(body) >= LEAST_BYTES:
        response.set_data(padded(body))
        response.headers["Content-Encoding"] = "gzip"
    return response


def padded(body: bytes) -> bytes:
    """Return `body` as gzip, with a file name of random length in its head (RFC 1952, section 2.3)."""
    out = BytesIO()
    name = "a" * secrets.randbelow(MOST_PADDING)
    with gzip.GzipFile(filename=name, mode="wb", compresslevel=LEVEL, fileobj=out, mtime=0) as packed:
        packed.write(body)
    return out.getvalue()

"""Giving bytes out: never to be run or drawn by a browser in the portal's name, and in parts where asked."""

from base64 import b64encode

from flask import Request, Response
from werkzeug.http import parse_if_range_header, parse_range_header

from services.chassis import observability
from services.chassis.blobs import Blobs
from services.chassis.problems import unavailable
from services.documents.library.filenames import disposition
from services.documents.library.models import Document, Version

log = observability.logger(__name__)

INERT = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "private, no-store",
}


def content(request: Request, blobs: Blobs, document: Document, version: Version) -> Response:
    """Return the bytes of `version` as an attachment: 200, 206 for a range, 304, or 416 (RFC 9110, sections 13, 14).

    Raises a 503 `Problem` where the stored file cannot be read.
    """
    tag = f'"{version.sha256}"'
    headers = INERT | {"ETag": tag, "Accept-Ranges": "bytes"}
    if version.sha256 in request.if_none_match:
        return Response(status=304, headers=headers)
    span = _span(request, version)
    if span is None:
        return Response(status=416, headers=headers | {"Content-Range": f"bytes */{version.size}"})
    start, end = span
    headers |= {
        "Content-Type": version.content_type,
        "Content-Disposition": disposition(document.name),
        "Content-Length": str(end - start),
        "Repr-Digest": f"sha-256=:{b64encode(bytes.fromhex(version.sha256)).decode()}:",
    }
    if partial := (start, end) != (0, version.size):
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{version.size}"
    try:
        pieces = iter(()) if request.method == "HEAD" else blobs.read(version.blob_key, start, end)
    except Exception as error:  # lost, or a disk or an object store that fails with errors of its own
        log.error("stored_file_unreadable", document=str(document.id), version=version.number, error=str(error))
        raise unavailable("The stored file cannot be read at the moment.") from error
    return Response(pieces, 206 if partial else 200, headers=headers, direct_passthrough=True)


def starts_reading(request: Request, response: Response) -> bool:
    """Return whether a person begins to read by this answer: not a check, a repetition or a later part of it."""
    span = response.headers.get("Content-Range", "bytes 0-")
    return request.method == "GET" and response.status_code in (200, 206) and span.startswith("bytes 0-")


def _span(request: Request, version: Version) -> tuple[int, int] | None:
    """Return the asked range as start and end (exclusive); all where none or several are asked.

    None is a range that the file has not.
    """
    whole = (0, version.size)
    asked = parse_range_header(request.headers.get("Range"))
    if asked is None or asked.units != "bytes" or len(asked.ranges) != 1:
        return whole
    condition = parse_if_range_header(request.headers.get("If-Range"))
    if "If-Range" in request.headers and condition.etag != version.sha256:
        return whole
    return asked.range_for_length(version.size)

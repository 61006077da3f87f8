"""Files to the browser, passed on while they come from their service."""

from collections.abc import Mapping

from flask import Response, request

from gateway.clients.transport import Content

ASKED = ("Range", "If-None-Match", "If-Range", "If-Modified-Since")
ANSWERED = (
    "Accept-Ranges", "Content-Disposition", "Content-Encoding", "Content-Length", "Content-Range",
    "Content-Security-Policy", "Content-Type", "ETag", "Last-Modified", "X-Content-Type-Options",
)  # fmt: skip


def asked() -> Mapping[str, str]:
    """Return the headers of the present request that say which part of a file is wanted."""
    return {name: request.headers[name] for name in ASKED if name in request.headers}


def send(content: Content) -> Response:
    """Return the response that passes a service's file on, with the headers that say what it is."""
    response = Response(content.chunks, content.status)
    response.headers.remove("Content-Type")
    for name in ANSWERED:
        if value := content.headers.get(name):
            response.headers[name] = value
    response.headers.setdefault("Content-Security-Policy", "default-src 'none'; sandbox")
    return response

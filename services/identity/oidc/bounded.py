"""HTTP to somebody outside: bounded in time and size, and only where it may go."""

import time
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter

CONNECT_SECONDS, READ_SECONDS, IN_ALL_SECONDS = 3.0, 5.0, 10.0
MOST_BYTES = 1024 * 1024
LOOPBACK = ("localhost", "127.0.0.1", "::1")


def is_allowed(url: str) -> bool:
    """Return whether an address is https without user and password in it, or http on this machine (for tests)."""
    try:
        parts = urlsplit(url)
        if parts.username is not None or parts.password is not None or not parts.hostname:
            return False
    except ValueError:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)


class BoundedAdapter(HTTPAdapter):
    """Sends a request with time-outs, and takes of the answer no more than a megabyte in ten seconds."""

    def send(self, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:  # type: ignore[override]
        """Return the whole answer; raise `requests.RequestException` for one that is too slow or too large."""
        if not is_allowed(request.url or ""):
            raise requests.exceptions.InvalidURL(f"{request.url} is not https")
        until = time.monotonic() + IN_ALL_SECONDS
        response = super().send(request, **kwargs | {"timeout": (CONNECT_SECONDS, READ_SECONDS), "stream": True})
        taken = bytearray()
        for piece in response.iter_content(8192):
            taken += piece
            if len(taken) > MOST_BYTES or time.monotonic() > until:
                response.close()
                raise requests.exceptions.ContentDecodingError("the answer is too large, or too slow")
        response._content = bytes(taken)
        return response

"""From which address a request comes."""

from collections.abc import Mapping
from typing import Any


def of(environ: Mapping[str, Any], trusted_proxies: int) -> str:
    """Return the address of the visitor: the one the outermost trusted proxy saw, else the connection's own.

    X-Forwarded-For counts only as far as our own proxies wrote it; what stands before may be made up.
    """
    peer: str = environ.get("REMOTE_ADDR") or "unknown"
    if not trusted_proxies:
        return peer
    seen = [part.strip() for part in environ.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
    return seen[-trusted_proxies] if len(seen) >= trusted_proxies else peer

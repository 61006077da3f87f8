"""From which address a request comes."""

import ipaddress
from collections.abc import Mapping
from functools import lru_cache
from typing import Any


def of(environ: Mapping[str, Any], trusted_proxies: int) -> str:
    """Return the address of the visitor: the one the outermost trusted proxy saw, else the connection's own.

    X-Forwarded-For counts only as far as our own proxies wrote it; what stands before may be made up. A
    connection without an address comes from this machine (a Unix socket).
    """
    peer = _address(environ.get("REMOTE_ADDR")) or "127.0.0.1"
    seen = [part.strip() for part in environ.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
    if not trusted_proxies or len(seen) < trusted_proxies:
        return peer
    return _address(seen[-trusted_proxies]) or peer


@lru_cache(maxsize=4096)
def _address(text: str | None) -> str | None:
    try:
        return str(ipaddress.ip_address(text or ""))
    except ValueError:
        return None

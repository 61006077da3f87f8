"""Addresses and names as they may stand in a mail's envelope and headers."""

import re

from services.notifications.rendering.message import one_line

_LOCAL = re.compile(r"^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$")
_DOMAIN = re.compile(r"^(?!-)[A-Za-z0-9-]{1,63}(?<!-)(\.(?!-)[A-Za-z0-9-]{1,63}(?<!-))*$")


class BadAddress(ValueError):
    """No address that a mail could be sent to; the text says why."""


def mail_address(address: str) -> str:
    """Return `address` as it goes into envelope and headers (RFC 5321, 4.1.2: a dot-string, an ASCII domain).

    Raises `BadAddress`. Nothing that could end a line or begin another address gets through.
    """
    local, at, domain = address.strip().rpartition("@")
    try:
        domain = domain.encode("idna").decode()
    except UnicodeError:
        raise BadAddress("its domain is none") from None
    if not at or len(local) > 64 or not _LOCAL.match(local):
        raise BadAddress("what stands before the @ cannot be used")
    if len(domain) > 253 or not _DOMAIN.match(domain):
        raise BadAddress("its domain is none")
    return f"{local}@{domain}"


def header_text(value: str, longest: int = 150) -> str:
    """Return `value` as it may stand in a header: one line, and nothing that reads as an encoded word.

    Python decodes an encoded word inside a display name, line ends and all, so `=?` never gets there.
    """
    return one_line(value.replace("=?", "= ?"), longest)

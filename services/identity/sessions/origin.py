"""Where a sign-in came from, in words: the browser by what it calls itself, the place by its address.

Nobody outside is asked. An address tells by itself only whether it is this machine or a private network; with a
database file of the firm's own (`ATRIO_PLACES_FILE`, MaxMind's format) also a town and country.
"""

import ipaddress
from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Any

from services.chassis import observability

NETWORKS = [
    ipaddress.ip_network(network)
    for network in (
        *("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "169.254.0.0/16"),
        *("fc00::/7", "fe80::/10"),
    )
]
"""Addresses that mean something inside a network alone (RFC 1918, 6598, 3927, 4193 and 4291)."""
LANGUAGES = {"pt": "pt-BR"}
"""What MaxMind calls a language where its name differs from ours."""

log = observability.logger(__name__)


def device(user_agent: str | None) -> dict[str, str | None]:
    """Return browser, system and model as far as a browser's own name tells them; it can say anything."""
    found = _parsed((user_agent or "")[:300])
    model = found.device.model if found.device else None
    return {
        "browser": found.user_agent.family if found.user_agent else None,
        "system": found.os.family if found.os else None,
        "model": model if model and model not in ("Desktop", "Mac", "Other") else None,
    }


def device_words(user_agent: str | None) -> str:
    """Return browser and system in words that need no translation, as "Firefox, Linux"; empty for unknown ones."""
    found = device(user_agent)
    return ", ".join(part for part in (found["browser"], found["model"] or found["system"]) if part)


@lru_cache(512)
def _parsed(user_agent: str) -> Any:
    return _parser().parse(user_agent)


@cache
def _parser() -> Any:
    """Return a parser that compiles an expression when it is first tried: all at once are 25 MB and a second."""
    from ua_parser import Parser
    from ua_parser.basic import Resolver
    from ua_parser.loaders import load_lazy_builtins

    return Parser(Resolver(load_lazy_builtins()))


def place(ip: str | None, places_file: str = "", locale: str = "en") -> dict[str, str | None]:
    """Return the kind of place that an address is: `machine`, `network`, `place` (then with its name) or `unknown`."""
    try:
        address = ipaddress.ip_address(ip or "")
    except ValueError:
        return {"kind": "unknown", "name": None}
    if address.is_loopback:
        return {"kind": "machine", "name": None}
    if any(address in network for network in NETWORKS):
        return {"kind": "network", "name": None}
    name = _looked_up(places_file, str(address), locale) if places_file else None
    return {"kind": "place" if name else "unknown", "name": name}


def _looked_up(path: str, address: str, locale: str) -> str | None:
    reader = _reader(path)
    if reader is None:
        return None
    try:
        found = reader.get(address)
    except ValueError:
        return None  # an IPv6 address in a file of IPv4 addresses
    if not isinstance(found, Mapping):
        return None
    names = (_name(found.get(part), locale) for part in ("city", "country"))
    return ", ".join(name for name in names if name) or None


def _name(part: Any, locale: str) -> str | None:
    names = part.get("names") if isinstance(part, Mapping) else None
    if not isinstance(names, Mapping):
        return None
    found = names.get(LANGUAGES.get(locale, locale)) or names.get("en")
    return str(found) if found else None


@lru_cache(maxsize=4)
def _reader(path: str) -> Any:
    """Return the opened file, or None where it or the library is not there: then places stay unnamed."""
    try:
        import maxminddb

        return maxminddb.open_database(path)
    except (ImportError, OSError, ValueError, RuntimeError) as error:
        log.warning("places_unreadable", error=str(error))
        return None

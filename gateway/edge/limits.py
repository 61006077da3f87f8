"""Rate limits per address, kept in the process: a first brake before identity's own caps, which are exact."""

import ipaddress
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

MOST_KEYS = 20_000


@dataclass(frozen=True)
class Rate:
    """`burst` calls at once, and one more every `every` seconds."""

    burst: int
    every: float


def rates(sign_in_burst: int = 20) -> dict[str, Rate]:
    """Return the limits by name."""
    return {
        "sign-in": Rate(burst=sign_in_burst, every=3.0),
        "passkey": Rate(burst=2 * sign_in_burst, every=1.5),  # every visit of a sign-in page asks once
        "verify": Rate(burst=10, every=6.0),
        "shared": Rate(burst=30, every=2.0),
    }


class TokenBuckets:
    """One token bucket a key; the keys that were quiet longest are forgotten first."""

    def __init__(self, rate: Rate, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate, self._clock = rate, clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def wait(self, key: str) -> float:
        """Take one token for `key` and return 0, or return the seconds until there is one."""
        now = self._clock()
        with self._lock:
            tokens, since = self._buckets.pop(key, (float(self._rate.burst), now))
            tokens = min(self._rate.burst, tokens + (now - since) / self._rate.every)
            allowed = tokens >= 1
            self._buckets[key] = (tokens - 1 if allowed else tokens, now)
            if len(self._buckets) > MOST_KEYS:
                self._buckets.popitem(last=False)
        return 0.0 if allowed else (1 - tokens) * self._rate.every


class Limits:
    """The named limits of one process."""

    def __init__(self, named: dict[str, Rate] | None = None) -> None:
        self._buckets = {name: TokenBuckets(rate) for name, rate in (named or rates()).items()}

    def wait(self, name: str, address: str) -> float:
        """Return 0 when `address` may go on under the limit `name`, else the seconds to wait."""
        return self._buckets[name].wait(network_of(address))


def network_of(address: str) -> str:
    """Return what counts as one visitor: an IPv4 address, or the /64 that one IPv6 subscriber holds."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if parsed.version == 4:
        return str(parsed)
    return str(ipaddress.ip_network((int(parsed) >> 64 << 64, 64)))

"""The names under which the gateway answers. Everything else is 400, so that no Host header reaches a link."""

from typing import Any
from urllib.parse import urlsplit

LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
DEFAULT_PORTS = {"http": 80, "https": 443}
UNCHECKED_PATHS = frozenset({"/healthz", "/readyz", "/metrics"})


class TrustedHosts:
    """The hosts and origins that follow from the public URL; a loopback one has three names."""

    def __init__(self, public_url: str) -> None:
        parts = urlsplit(public_url)
        if parts.scheme not in DEFAULT_PORTS or not parts.hostname:
            raise ValueError("the public URL must look like https://portal.example.com")
        self.scheme = parts.scheme
        names = LOOPBACK if _bracketed(parts.hostname) in LOOPBACK else (_bracketed(parts.hostname),)
        self.hosts = frozenset(host for name in names for host in self._with_port(name, parts.port))
        self.origins = frozenset(f"{self.scheme}://{host}" for host in self.hosts)

    def _with_port(self, name: str, port: int | None) -> tuple[str, ...]:
        default = DEFAULT_PORTS[self.scheme]
        return (name, f"{name}:{default}") if port in (None, default) else (f"{name}:{port}",)

    def accepts(self, environ: dict[str, Any]) -> bool:
        """Return whether Host, and X-Forwarded-Host where there is one, name this gateway.

        Probes come under a machine's own name, so the paths of health and metrics are not checked.
        """
        if environ.get("PATH_INFO") in UNCHECKED_PATHS:
            return True
        forwarded = environ.get("HTTP_X_FORWARDED_HOST")
        return self._known(environ.get("HTTP_HOST")) and (forwarded is None or self._known(forwarded))

    def _known(self, host: str | None) -> bool:
        return host is not None and host.lower() in self.hosts


def _bracketed(hostname: str) -> str:
    return f"[{hostname}]" if ":" in hostname else hostname.lower()

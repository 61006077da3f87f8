"""What Atrio is to an authenticator: identifier and origin, from ATRIO_PUBLIC_URL, never a request (threat 15)."""

from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass(frozen=True)
class RelyingParty:
    """The identifier (a domain) and the one origin whose ceremonies count."""

    id: str
    origin: str


def relying_party(public_url: str) -> RelyingParty:
    """Return the relying party of the installation at `public_url`."""
    address = urlsplit(public_url)
    return RelyingParty(address.hostname or "", f"{address.scheme}://{address.netloc}")

"""The address that an answer goes to: it names the message that is answered, and nobody can make one up.

`reply+<token>@domain` (subaddressing, RFC 5233). The token is the message's id and a MAC over it, in base32, as the
part before the @ may reach us in any case and holds 64 characters at most (RFC 5321, 4.5.3.1.1). Whom the message was
sent to, and about which thread, only its row tells; the row goes with the client's data, and with it every address.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Iterable
from uuid import UUID

MAC_BYTES = 12
"""96 bits: nobody guesses one, and the address fits."""
PURPOSE = b"atrio reply address\0"


def reply_address(base: str, key: str, message_id: UUID) -> str:
    """Return the address for answers to a message; `base` is the firm's address for them, `key` the service's own."""
    local, _, domain = base.rpartition("@")
    token = base64.b32encode(message_id.bytes + _mac(key, message_id.bytes)).decode().rstrip("=").lower()
    return f"{local}+{token}@{domain}"


def named_message(base: str, key: str, addresses: Iterable[str]) -> tuple[UUID | None, bool]:
    """Return the message that one of `addresses` names, and whether any of them is an address for answers at all."""
    local, _, domain = base.casefold().rpartition("@")
    is_ours = False
    for address in addresses:
        name, _, at = address.casefold().rpartition("@")
        if at != domain or not (name == local or name.startswith(f"{local}+")):
            continue
        is_ours = True
        if message_id := _read(key, name[len(local) + 1 :]):
            return message_id, True
    return None, is_ours


def _read(key: str, token: str) -> UUID | None:
    try:
        content = base64.b32decode(token.upper() + "=" * (-len(token) % 8))
    except (binascii.Error, ValueError):
        return None
    if len(content) != 16 + MAC_BYTES or not hmac.compare_digest(_mac(key, content[:16]), content[16:]):
        return None
    return UUID(bytes=content[:16])


def _mac(key: str, content: bytes) -> bytes:
    return hmac.new(base64.urlsafe_b64decode(key), PURPOSE + content, hashlib.sha256).digest()[:MAC_BYTES]

"""What may travel or rest only encrypted, and the keys that each service has for it.

Every service owns one key (32 random bytes). From it come two key pairs: one that signs who the service is,
one that opens what was sealed for it. The public halves are known to all (`ATRIO_PUBLIC_KEYS`).
"""

import base64
import hashlib
import json
import os
import secrets
from collections.abc import Mapping
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from joserfc import jwe
from joserfc.jwk import OKPKey

PublicKeys = Mapping[str, Mapping[str, Any]]


def new_token() -> str:
    """Return 256 random bits for a link or a cookie, safe in a URL."""
    return secrets.token_urlsafe(32)


def hash_token(token: str) -> str:
    """Return what is stored of a token: its SHA-256 in hex. The token has 256 bits, so no salt is needed."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def new_service_key() -> str:
    """Return a new key for a service: 32 random bytes in URL-safe base64."""
    return base64.urlsafe_b64encode(os.urandom(32)).decode()


class ServiceKey:
    """The key of one service; `text` is what `new_service_key` returned."""

    def __init__(self, text: str) -> None:
        seed = base64.urlsafe_b64decode(text)
        if len(seed) != 32:
            raise ValueError("a service key is 32 bytes in URL-safe base64")
        self.signing = _okp(Ed25519PrivateKey.from_private_bytes(_derive(seed, b"atrio sign")))
        self.sealing = _okp(X25519PrivateKey.from_private_bytes(_derive(seed, b"atrio seal")))

    def public(self) -> dict[str, Any]:
        """Return what others need: `{"sign": JWK, "seal": JWK}`."""
        return {"sign": self.signing.as_dict(private=False), "seal": self.sealing.as_dict(private=False)}


def _derive(seed: bytes, purpose: bytes) -> bytes:
    return HKDF(SHA256(), 32, salt=None, info=purpose).derive(seed)


def _okp(key: Ed25519PrivateKey | X25519PrivateKey) -> OKPKey:
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return OKPKey.import_key(pem)


class Sealer:
    """Seals text for one service, which alone can open it (JWE, ECDH-ES on X25519 with A256GCM, RFC 7516, 8037)."""

    def __init__(self, own: ServiceKey, public_keys: PublicKeys) -> None:
        self._own = own
        self._recipients = {name: OKPKey.import_key(dict(keys["seal"])) for name, keys in public_keys.items()}
        self._registry = jwe.JWERegistry(algorithms=["ECDH-ES", "A256GCM"])

    def seal(self, recipient: str, text: str) -> str:
        """Return `text` sealed for the service `recipient`; raise `KeyError` for an unknown one."""
        header = {"alg": "ECDH-ES", "enc": "A256GCM"}
        return jwe.encrypt_compact(header, text.encode(), self._recipients[recipient], registry=self._registry)

    def open(self, sealed: str) -> str:
        """Return what was sealed for this service; raise `ValueError` if it was altered or is another's."""
        try:
            plaintext = jwe.decrypt_compact(sealed, self._own.sealing, registry=self._registry).plaintext
        except Exception as error:
            raise ValueError("cannot be opened with this service's key") from error
        return (plaintext or b"").decode()


def parse_public_keys(text: str) -> PublicKeys:
    """Return the public keys in the JSON of `ATRIO_PUBLIC_KEYS`."""
    keys: PublicKeys = json.loads(text)
    return keys

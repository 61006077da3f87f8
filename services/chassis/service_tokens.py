"""How a service proves to another who it is: a token from identity, got by an assertion that the service signs."""

import time
from threading import Lock

from joserfc import jwt

from services.chassis import clock
from services.chassis.auth import ALGORITHM, ALGORITHMS, ISSUER
from services.chassis.http_client import ServiceClient
from services.chassis.secrets import ServiceKey, new_token

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


class ServiceTokens:
    """Gets tokens for other services from identity by a signed assertion (private_key_jwt, RFC 7523)."""

    def __init__(self, name: str, key: ServiceKey, identity: ServiceClient) -> None:
        self._name, self._key, self._identity = name, key, identity
        self._tokens: dict[str, tuple[float, str]] = {}
        self._lock = Lock()

    def token_for(self, audience: str) -> str:
        """Return a token that `audience` takes, from memory while it has at least 30 s left."""
        with self._lock:
            until, token = self._tokens.get(audience, (0.0, ""))
            if until - 30 < time.time():
                body = {
                    "grant_type": "client_credentials",
                    "client_assertion_type": ASSERTION_TYPE,
                    "client_assertion": assertion(self._name, self._key),
                    "audience": audience,
                }
                answer = self._identity.post("/v1/service-tokens", json=body).json()
                until, token = time.time() + answer["expires_in"], answer["token"]
                self._tokens[audience] = (until, token)
            return token


def assertion(name: str, key: ServiceKey) -> str:
    """Return a statement of a minute's life, signed by the service itself, of who it is."""
    now = int(clock.now().timestamp())
    claims = {"iss": name, "sub": name, "aud": ISSUER, "iat": now, "exp": now + 60, "jti": new_token()}
    return jwt.encode({"alg": ALGORITHM}, claims, key.signing, algorithms=ALGORITHMS)

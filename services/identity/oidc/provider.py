"""The firm's identity provider: where its doors are, and what the ID tokens it gives out say (OpenID Connect Core 1.0).

Authlib walks the authorization code flow (RFC 6749, PKCE of RFC 7636) and knows the ways in which a client proves
itself. Tokens are read with joserfc, as everywhere in the house: Authlib's own classes for them are on their way out.

Whom we call is the operator's word (ATRIO_OIDC_ISSUER) and the document found there. Every call is bounded: https
except on loopback, no redirects, no proxy of the environment, seconds to answer, a megabyte to say it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import requests
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from services.chassis import clock
from services.chassis.runtime import Runtime
from services.identity.oidc.bounded import BoundedAdapter, is_allowed
from services.identity.settings import IdentitySettings, settings_of

if TYPE_CHECKING:
    from authlib.integrations.requests_client import OAuth2Session

SCOPE = "openid email profile"
ALGORITHMS = ["RS256", "PS256", "ES256", "Ed25519", "EdDSA"]
"""What may sign an ID token: public keys alone. `none` and the shared secrets (HS256) are not among them."""
LEEWAY_SECONDS = 60
MOST_AGE_SECONDS = 600
KEEP_SECONDS = 600
ASK_AGAIN_SECONDS = 5
KNOWN_KEYS = ("RSA", "EC", "OKP")


class Refused(Exception):
    """What the provider gave out is not what it should be; the reason is for the log."""


class Unavailable(Exception):
    """The provider does not answer, or not as OpenID Connect Discovery has it."""


@dataclass(frozen=True)
class Person:
    """Whom the provider vouches for."""

    subject: str
    email: str
    is_verified: bool
    methods: tuple[str, ...]


class Provider:
    """The provider of these settings. What it publishes is kept for ten minutes; an unknown key has it asked again."""

    def __init__(self, settings: IdentitySettings) -> None:
        self._settings = settings
        self._lock = Lock()
        self._metadata: tuple[float, dict[str, Any]] | None = None
        self._keys: tuple[float, KeySet] | None = None

    def authorization_url(self, redirect_uri: str, *, state: str, nonce: str, verifier: str) -> str:
        """Return where to send the browser. Raises `Unavailable`."""
        endpoint = self._endpoint("authorization_endpoint")
        with self._session(redirect_uri) as session:
            url, _state = session.create_authorization_url(endpoint, state=state, nonce=nonce, code_verifier=verifier)
        return str(url)

    def person(self, code: str, redirect_uri: str, *, verifier: str, nonce_matches: Any) -> Person:
        """Exchange the code and return for whom the provider vouches.

        `nonce_matches` is asked whether a nonce is that of the flow. Raises `Refused` and `Unavailable`.
        """
        from authlib.common.errors import AuthlibBaseError

        endpoint = self._endpoint("token_endpoint")
        with self._session(redirect_uri) as session:
            try:
                token = session.fetch_token(endpoint, code=code, code_verifier=verifier, allow_redirects=False)
            except requests.RequestException as error:
                raise Unavailable(f"token endpoint: {type(error).__name__}") from error
            except (AuthlibBaseError, ValueError) as error:
                raise Refused(f"token endpoint: {error}") from error
            if not isinstance(token.get("id_token"), str):
                raise Refused("the answer has no ID token")
            claims = self._verified(token["id_token"])
            if not isinstance(claims.get("nonce"), str) or not nonce_matches(claims["nonce"]):
                raise Refused("nonce")
            if not claims.get("email"):
                claims = claims | self._userinfo(session, claims["sub"])
        methods = claims.get("amr")
        return Person(
            subject=claims["sub"],
            email=str(claims.get("email") or ""),
            is_verified=claims.get("email_verified") is True,
            methods=tuple(map(str, methods)) if isinstance(methods, list) else (),
        )

    def check_answerer(self, issuer: str | None) -> None:
        """Raise `Refused` where an authorization response comes from another provider (RFC 9207, against mix-up)."""
        is_promised = self._published().get("authorization_response_iss_parameter_supported") is True
        if issuer != self._settings.oidc_issuer and (issuer is not None or is_promised):
            raise Refused(f"the response is from {issuer}")

    def _verified(self, id_token: str) -> dict[str, Any]:
        """Return the claims of an ID token that is for us, from the provider, and of now (Core, section 3.1.3.7)."""
        claims = self._decoded(id_token)
        registry = jwt.JWTClaimsRegistry(
            now=lambda: int(clock.now().timestamp()),
            leeway=LEEWAY_SECONDS,
            iss={"essential": True, "value": self._settings.oidc_issuer},
            aud={"essential": True, "value": self._settings.oidc_client_id},
            exp={"essential": True},
            iat={"essential": True},
            sub={"essential": True},
        )
        try:
            registry.validate(claims)
        except (JoseError, ValueError, TypeError) as error:
            raise Refused(f"ID token: {error}") from error
        several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
        if claims.get("azp", None if several else self._settings.oidc_client_id) != self._settings.oidc_client_id:
            raise Refused("ID token: azp")
        if claims["iat"] < clock.now().timestamp() - MOST_AGE_SECONDS - LEEWAY_SECONDS:
            raise Refused("ID token: iat is too long ago")
        if not 1 <= len(claims["sub"]) <= 255:
            raise Refused("ID token: sub")
        return claims

    def _decoded(self, id_token: str) -> dict[str, Any]:
        try:
            return dict(jwt.decode(id_token, self._key_set(), algorithms=ALGORITHMS).claims)
        except (JoseError, ValueError):
            pass  # signed with a key that is newer than our copy, or not as it should be
        try:
            return dict(jwt.decode(id_token, self._key_set(anew=True), algorithms=ALGORITHMS).claims)
        except (JoseError, ValueError) as error:
            raise Refused(f"ID token: {error}") from error

    def _userinfo(self, session: "OAuth2Session", subject: str) -> dict[str, Any]:
        """Return the address where the ID token leaves it out; it must be of the same person (Core, section 5.3.2)."""
        if not (endpoint := self._published().get("userinfo_endpoint")):
            return {}
        answer = self._json(session, str(endpoint))
        if answer.get("sub") != subject:
            raise Refused("userinfo is of another person")
        return {name: answer.get(name) for name in ("email", "email_verified")}

    def _session(self, redirect_uri: str | None = None) -> "OAuth2Session":
        from authlib.integrations.requests_client import OAuth2Session

        settings, metadata = self._settings, self._metadata[1] if self._metadata else {}
        offered = metadata.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
        proof = "client_secret_basic" if "client_secret_basic" in offered else "client_secret_post"
        session = OAuth2Session(
            settings.oidc_client_id,
            settings.oidc_client_secret or None,
            token_endpoint_auth_method=proof if settings.oidc_client_secret else "none",
            scope=SCOPE,
            redirect_uri=redirect_uri,
            code_challenge_method="S256",
            leeway=0,  # the token is used at once; Authlib takes one of a minute's life for over otherwise
        )
        session.trust_env = False
        for scheme in ("http://", "https://"):
            session.mount(scheme, BoundedAdapter())
        return session

    def _endpoint(self, name: str) -> str:
        endpoint = self._published().get(name)
        if not isinstance(endpoint, str) or not is_allowed(endpoint):
            raise Unavailable(f"no {name} that could be used")
        return endpoint

    def _published(self) -> dict[str, Any]:
        """Return the provider's own description (OpenID Connect Discovery 1.0, section 4)."""
        with self._lock:
            now = clock.now().timestamp()
            if self._metadata is None or self._metadata[0] < now - KEEP_SECONDS:
                issuer = self._settings.oidc_issuer
                with self._session() as session:
                    found = self._json(session, f"{issuer.rstrip('/')}/.well-known/openid-configuration")
                if found.get("issuer") != issuer:
                    raise Unavailable(f"the document found is that of {found.get('issuer')}")
                self._metadata = now, found
            return self._metadata[1]

    def _key_set(self, *, anew: bool = False) -> KeySet:
        endpoint = self._endpoint("jwks_uri")
        with self._lock:
            now = clock.now().timestamp()
            age = now - self._keys[0] if self._keys else KEEP_SECONDS + 1
            if self._keys is None or age > KEEP_SECONDS or (anew and age > ASK_AGAIN_SECONDS):
                with self._session() as session:
                    self._keys = now, _usable_keys(self._json(session, endpoint))
            return self._keys[1]

    def _json(self, session: "OAuth2Session", url: str) -> dict[str, Any]:
        from authlib.common.errors import AuthlibBaseError

        if not is_allowed(url):
            raise Unavailable(f"{url} is not https")
        try:
            has_token = session.token is not None
            answer = session.get(url, withhold_token=not has_token, allow_redirects=False)
            answer.raise_for_status()
            found = answer.json()
        except (requests.RequestException, AuthlibBaseError, ValueError) as error:
            raise Unavailable(f"{url}: {type(error).__name__}") from error
        if answer.status_code != 200 or not isinstance(found, dict):
            raise Unavailable(f"{url}: {answer.status_code}")
        return found


def _usable_keys(answer: Mapping[str, Any]) -> KeySet:
    """Return the public signing keys of a JWKS; others in it, of kinds that we do not know too, are passed over."""
    keys = [
        {name: value for name, value in key.items() if name != "d"}
        for key in answer.get("keys") or ()
        if isinstance(key, dict) and key.get("kty") in KNOWN_KEYS and key.get("use", "sig") == "sig"
    ]
    try:
        return KeySet.import_key_set({"keys": keys})
    except (JoseError, ValueError, KeyError) as error:
        raise Unavailable("the provider publishes no key that could be used") from error


_providers: "WeakKeyDictionary[Runtime, Provider]" = WeakKeyDictionary()
_providers_lock = Lock()


def provider_of(runtime: Runtime) -> Provider | None:
    """Return the provider of a runtime, one a process; None where the operator has named none."""
    settings = settings_of(runtime)
    if not settings.oidc_issuer:
        return None
    with _providers_lock:
        if runtime not in _providers:
            _providers[runtime] = Provider(settings)
        return _providers[runtime]

"""A provider of OpenID Connect on loopback, for tests: it holds to the rules, save where a test tells it not to."""

import base64
import hashlib
import hmac
import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import orjson
from flask import Flask, abort, redirect, request
from joserfc import jwt
from joserfc.jwk import ECKey, Key, RSAKey
from werkzeug.serving import make_server
from werkzeug.wrappers import Response

from services.chassis import clock

CLIENT_ID, CLIENT_SECRET = "atrio", "a secret between atrio and the provider"
Change = Callable[[dict[str, Any]], dict[str, Any]]
FIRST_KEY = RSAKey.generate_key(2048, {"kid": "first"})
FOREIGN_KEY = RSAKey.generate_key(2048, {"kid": "first"})


@dataclass
class Provider:
    """What the provider knows and how it behaves. A test changes it between the steps of a sign-in."""

    issuer: str = ""
    email: str = "lucia@firm.example"
    subject: str = "subject-1"
    claims: dict[str, Any] = field(default_factory=dict)
    change: Change = lambda claims: claims
    metadata: dict[str, Any] = field(default_factory=dict)
    userinfo: dict[str, Any] | None = None
    sign: Callable[[dict[str, Any], Key], str] | None = None
    key: Key = field(default_factory=lambda: FIRST_KEY)
    answers_issuer: bool = False
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def rotate(self) -> None:
        """Sign with another key from now on; the one before is published no more."""
        self.key = ECKey.generate_key("P-256", {"kid": secrets.token_hex(4)})

    def id_token(self, nonce: str) -> str:
        """Return an ID token as the present behaviour has it."""
        now = int(clock.now().timestamp())
        claims: dict[str, Any] = {
            "iss": self.issuer,
            "aud": CLIENT_ID,
            "sub": self.subject,
            "iat": now,
            "exp": now + 300,
            "nonce": nonce,
            "email": self.email,
            "email_verified": True,
        }
        claims = {name: value for name, value in (claims | self.claims).items() if value is not None}
        claims = self.change(claims)
        if self.sign:
            return self.sign(claims, self.key)
        algorithm = "RS256" if isinstance(self.key, RSAKey) else "ES256"
        return jwt.encode({"alg": algorithm, "kid": self.key.kid}, claims, self.key)


def unsigned(claims: dict[str, Any], _key: Key) -> str:
    """Return a token of alg none (RFC 8725, section 2.1)."""
    return f"{_part({'alg': 'none', 'typ': 'JWT'})}.{_part(claims)}."


def signed_with_the_client_secret(claims: dict[str, Any], _key: Key) -> str:
    """Return a token signed with what both sides know."""
    return _with_secret({"alg": "HS256"}, claims, CLIENT_SECRET.encode())


def signed_with_the_public_key(claims: dict[str, Any], key: Key) -> str:
    """Return a token whose HMAC key is the published key (RFC 8725, section 2.1, key confusion)."""
    return _with_secret({"alg": "HS256", "kid": key.kid}, claims, key.as_pem(private=False))


def _with_secret(header: dict[str, Any], claims: dict[str, Any], secret: bytes) -> str:
    signed = f"{_part(header)}.{_part(claims)}"
    return f"{signed}.{_base64(hmac.digest(secret, signed.encode(), 'sha256'))}"


def _part(content: dict[str, Any]) -> str:
    return _base64(orjson.dumps(content))


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def signed_by_somebody_else(claims: dict[str, Any], key: Key) -> str:
    """Return a token signed with a key that the provider never published, under the name of one that it did."""
    return jwt.encode({"alg": "RS256", "kid": key.kid}, claims, FOREIGN_KEY)


def _app(provider: Provider) -> Flask:
    app = Flask("provider")

    @app.before_request
    def note() -> None:
        provider.asked.append(request.path)

    @app.get("/.well-known/openid-configuration")
    def configuration() -> dict[str, Any]:
        return {
            "issuer": provider.issuer,
            "authorization_endpoint": f"{provider.issuer}/authorize",
            "token_endpoint": f"{provider.issuer}/token",
            "jwks_uri": f"{provider.issuer}/keys",
            "userinfo_endpoint": f"{provider.issuer}/userinfo",
            "token_endpoint_auth_methods_supported": ["client_secret_basic"],
        } | provider.metadata

    @app.get("/authorize")
    def authorize() -> Response:
        asked = request.args
        wrong = asked["response_type"] != "code" or asked["client_id"] != CLIENT_ID or "openid" not in asked["scope"]
        if wrong or asked["code_challenge_method"] != "S256" or not asked["nonce"]:
            abort(400)
        code = secrets.token_urlsafe(16)
        provider.codes[code] = dict(asked)
        answer = {"code": code, "state": asked["state"]}
        answer |= {"iss": provider.issuer} if provider.answers_issuer else {}
        return redirect(f"{asked['redirect_uri']}?{urlencode(answer)}")

    @app.post("/token")
    def token() -> tuple[dict[str, Any], int]:
        asked = provider.codes.pop(request.form["code"], None)
        challenge = hashlib.sha256(request.form.get("code_verifier", "").encode()).digest()
        proved = _base64(challenge)
        who = request.authorization
        if who is None or (who.username, who.password) != (CLIENT_ID, CLIENT_SECRET):
            return {"error": "invalid_client"}, 401
        is_good = asked and asked["code_challenge"] == proved and asked["redirect_uri"] == request.form["redirect_uri"]
        if not asked or not is_good:
            return {"error": "invalid_grant"}, 400
        id_token = provider.id_token(asked["nonce"])
        return {"access_token": "access", "token_type": "Bearer", "expires_in": 60, "id_token": id_token}, 200

    @app.get("/keys")
    def keys() -> dict[str, Any]:
        foreign = {"kty": "oct", "k": "AAAA"}
        return {"keys": [foreign, provider.key.as_dict(private=False) | {"use": "sig"}]}

    @app.get("/userinfo")
    def userinfo() -> dict[str, Any]:
        if request.headers.get("Authorization") != "Bearer access" or provider.userinfo is None:
            abort(401)
        return provider.userinfo

    return app


@contextmanager
def running_provider() -> Iterator[Provider]:
    """Run a provider on loopback until the body ends."""
    provider = Provider()
    server = make_server("127.0.0.1", 0, _app(provider), threaded=True)
    provider.issuer = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        thread.join()
        server.server_close()

"""What tests of second factors do all the time, and an authenticator made of software."""

import hashlib
import json
import secrets
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import cbor2
import pyotp
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from werkzeug.test import TestResponse

from services.chassis import clock
from services.chassis.testing.harness import PUBLIC_URL, Browser
from services.identity.invitations.actions import activate
from services.identity.passwords import hashing
from services.identity.staff.actions import add_staff
from tests.identity.house import HOME, PASSWORD, House

UP, UV, AT = 0x01, 0x04, 0x40
PASSWORD_OF_STAFF = PASSWORD


def person(house: House, session: str) -> Browser:
    """Return the person of a session, with a fresh passport."""
    exchanged = house.exchange(session)
    assert exchanged.status_code == 200, exchanged.text
    return house.harness.with_token(exchanged.json["passport"])


def code_of(secret: str, steps: int = 0) -> str:
    """Return the code that an authenticator app shows now, or so many steps from now."""
    return pyotp.TOTP(secret).generate_otp(int(clock.now().timestamp()) // 30 + steps)


def wrong_code_of(secret: str) -> str:
    """Return six digits that no step near now has."""
    near = {code_of(secret, step) for step in range(-3, 4)}
    return next(f"{number:06}" for number in range(10) if f"{number:06}" not in near)


@dataclass
class Enrolled:
    """A person with an authenticator app: the session in which it was set up, its secret, the recovery codes."""

    session: str
    secret: str
    recovery_codes: list[str]


def enrol_totp(house: House, session: str) -> Enrolled:
    """Set up an authenticator app, by the code of the step before, so that the present one is not used up."""
    me = person(house, session)
    begun = me.post("/v1/me/totp")
    assert begun.status_code == 201, begun.text
    secret = begun.json["secret"]
    done = me.post("/v1/me/totp/confirm", json={"code": code_of(secret, -1)})
    assert done.status_code == 200, done.text
    return Enrolled(session, secret, done.json["recovery_codes"])


def make_staff(house: House, email: str = "lucia@firm.example", role: str = "owner") -> str:
    """Make a member of staff and return the session of the first sign-in, which has yet to enrol."""
    with house.harness.database.unit_of_work() as session:
        user = add_staff(session, email=email, name="Lucía Marín", role=role, locale="es", timezone="Europe/Madrid")
        activate(session, user, hashing.hash_password(PASSWORD))
    session: str = house.give_password(email=email, kind="staff").json["session"]
    return session


def challenge(house: House, **values: Any) -> str:
    """Give the password and return the challenge for the second factor."""
    answer = house.give_password(**values)
    assert answer.status_code == 200, answer.text
    assert "session" not in answer.json
    found: str = answer.json["challenge"]
    return found


def give_factor(
    house: House,
    challenge: str,
    code: str,
    method: str = "totp",
    client: dict[str, str] = HOME,
    **values: Any,
) -> TestResponse:
    """Give a second factor."""
    return house.post("sign-in/factor", challenge=challenge, method=method, code=code, client=client, **values)


@dataclass
class Key:
    """One credential in the authenticator."""

    id: bytes
    private: ec.EllipticCurvePrivateKey
    user: bytes
    count: int = 0


@dataclass
class SoftwareAuthenticator:
    """An authenticator and its browser, at `origin`. What it says can be bent, to see that it is refused."""

    origin: str = PUBLIC_URL
    verifies_user: bool = True
    counts: bool = True
    keys: list[Key] = field(default_factory=list)

    def make(self, options: dict[str, Any], *, rp_id: str | None = None, **client_data: Any) -> dict[str, Any]:
        """Return what `navigator.credentials.create()` gives, as JSON."""
        excluded = {each["id"] for each in options.get("excludeCredentials", [])}
        assert not excluded & {bytes_to_base64url(key.id) for key in self.keys}, "the browser would refuse"
        key = Key(secrets.token_bytes(32), ec.generate_private_key(ec.SECP256R1()), b"")
        key.user = base64url_to_bytes(options["user"]["id"])
        self.keys.append(key)
        numbers = key.private.public_key().public_numbers()
        public = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
        attested = bytes(16) + len(key.id).to_bytes(2, "big") + key.id + cbor2.dumps(public)
        data = self._data(key, rp_id or options["rp"]["id"], AT) + attested
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        response = {
            "clientDataJSON": self._client("webauthn.create", options, client_data),
            "attestationObject": bytes_to_base64url(attestation),
            "transports": ["internal"],
        }
        return self._credential(key, response)

    def use(
        self, options: dict[str, Any], key: Key | None = None, *, rp_id: str | None = None, **client_data: Any
    ) -> dict[str, Any]:
        """Return what `navigator.credentials.get()` gives, as JSON."""
        key = key or self.keys[-1]
        key.count += 1 if self.counts else 0
        data = self._data(key, rp_id or options["rpId"], 0)
        client = self._client("webauthn.get", options, client_data)
        signed = data + hashlib.sha256(base64url_to_bytes(client)).digest()
        response = {
            "clientDataJSON": client,
            "authenticatorData": bytes_to_base64url(data),
            "signature": bytes_to_base64url(key.private.sign(signed, ec.ECDSA(SHA256()))),
            "userHandle": bytes_to_base64url(key.user),
        }
        return self._credential(key, response)

    def _data(self, key: Key, rp_id: str, flags: int) -> bytes:
        flags |= UP | (UV if self.verifies_user else 0)
        return hashlib.sha256(rp_id.encode()).digest() + bytes([flags]) + key.count.to_bytes(4, "big")

    def _client(self, type: str, options: dict[str, Any], bent: dict[str, Any]) -> str:
        said = {"type": type, "challenge": options["challenge"], "origin": self.origin, "crossOrigin": False}
        return bytes_to_base64url(json.dumps(said | bent).encode())

    @staticmethod
    def _credential(key: Key, response: dict[str, Any]) -> dict[str, Any]:
        name = bytes_to_base64url(key.id)
        return {
            "id": name,
            "rawId": name,
            "type": "public-key",
            "response": response,
            "clientExtensionResults": {},
            "authenticatorAttachment": "platform",
        }


def add_passkey(house: House, session: str, device: SoftwareAuthenticator, name: str = "Laptop") -> TestResponse:
    """Register a passkey in a session that is open."""
    me = person(house, session)
    begun = me.post("/v1/me/passkeys/options").json
    body = {"flow": begun["flow"], "credential": device.make(begun["options"]), "name": name}
    return me.post("/v1/me/passkeys", json=body)


def begin_passkey(house: House, kind: str = "client", challenge: str | None = None) -> dict[str, Any]:
    """Begin a sign-in by passkey."""
    answer = house.post("sign-in/passkey/options", kind=kind, challenge=challenge)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json
    return found


def sign_in_by_passkey(
    house: House, device: SoftwareAuthenticator, kind: str = "client", challenge: str | None = None
) -> TestResponse:
    """Sign in by passkey."""
    begun = begin_passkey(house, kind, challenge)
    return give_passkey(house, begun["flow"], device.use(begun["options"]))


def give_passkey(house: House, flow: str, credential: dict[str, Any]) -> TestResponse:
    """Give a used passkey to a sign-in."""
    return house.post("sign-in/passkey", flow=flow, credential=credential, client=HOME)


def user_id_of(house: House, email: str) -> UUID:
    """Return the id of the user with that address."""
    return UUID(str(next(user["id"] for user in house.users() if user["email"] == email)))

"""Who is calling, and may they? Services believe a signed token and nothing else: no header, no network.

A *passport* says who a person is, for a minute; a *service token* says which service calls. Both are EdDSA JWTs
(RFC 7519, alg Ed25519 of RFC 9864) signed by identity. Every route says who may call it with `allow` or `allow_anyone`.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from flask import Flask, g, request
from joserfc import jwt
from joserfc.errors import JoseError

from services.chassis import clock
from services.chassis.problems import Problem, forbidden
from services.chassis.token_keys import KeySource

ISSUER = "atrio-identity"
ALGORITHM = "Ed25519"
ALGORITHMS = [ALGORITHM]
LEEWAY_SECONDS = 5
PROOF_SECONDS = 20 * 60
"""How old a proof may be for what is dangerous. The gateway asks anew after 10 minutes already, so that a form that
was opened in time can still be sent."""
READING = frozenset({"GET", "HEAD", "OPTIONS"})
OWN_SECRETS = "/v1/me/"
"""Below it is what concerns nobody but the person: sessions, devices, credentials. Who views as a client sees none."""
ACCESS = "__atrio_access__"

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True)
class Access:
    """Who may call a route. Exactly one of `anyone` (the reason) and the others is set."""

    staff: str | None = None
    staff_any: bool = False
    client: bool | frozenset[str] = False
    service: frozenset[str] = frozenset()
    anyone: str | None = None
    proof: bool = False


@dataclass(frozen=True)
class AccountAccess:
    """One account that a client may act for, as which contact and in which role."""

    account_id: UUID
    contact_id: UUID
    role: str


@dataclass(frozen=True)
class Acting:
    """The member of staff who looks at the portal as a client sees it (B9)."""

    id: UUID
    name: str


@dataclass(frozen=True)
class Caller:
    """Who is calling. For a client, `account_id` and `contact_id` are those of the account being looked at.

    `assigned_only` is staff who see no clients but those whose adviser they are (B8). `acting` is the member of staff
    who views as this client: then nothing is changed, nothing counts as opened, read or seen, and `read_only` is set.
    """

    kind: str
    id: UUID | str
    name: str = ""
    email: str = ""
    locale: str = "en"
    timezone: str = "UTC"
    permissions: frozenset[str] = frozenset()
    assigned_only: bool = False
    accounts: tuple[AccountAccess, ...] = ()
    account_id: UUID | None = None
    contact_id: UUID | None = None
    session_id: str | None = None
    authenticated_at: int = 0
    methods: tuple[str, ...] = ()
    must_enrol: bool = False
    acting: Acting | None = None
    read_only: bool = False
    via: str | None = None
    """By which way it came, where that was no call of the person's: `email`."""

    def can(self, permission: str) -> bool:
        """Return whether this is staff with that permission."""
        return self.kind == "staff" and permission in self.permissions

    @property
    def is_staff(self) -> bool:
        return self.kind == "staff"

    @property
    def is_client(self) -> bool:
        return self.kind == "client"

    @property
    def role(self) -> str | None:
        """The client's role in the account being looked at."""
        return next((access.role for access in self.accounts if access.account_id == self.account_id), None)

    @property
    def person(self) -> dict[str, Any]:
        """Who did it, as events and records keep it: kind, id and name, and the way where it was not the portal."""
        return {"kind": self.kind, "id": str(self.id), "name": self.name} | ({"via": self.via} if self.via else {})


def allow(
    *,
    staff: str | None = None,
    staff_any: bool = False,
    client: bool | Iterable[str] = False,
    service: Iterable[str] = (),
    proof: bool = False,
) -> Callable[[View], View]:
    """Declare who may call a view: staff with a permission, clients (of these roles), these services.

    `staff_any` lets in staff of whatever permissions, also those who have yet to enrol a second factor. With
    `proof` a person must have proved who they are within `PROOF_SECONDS`, whatever session they hold.
    """
    roles = client if isinstance(client, bool) else frozenset(client)
    return _declare(Access(staff, staff_any, roles, frozenset(service), proof=proof))


def allow_anyone(reason: str) -> Callable[[View], View]:
    """Declare that a view needs no caller, and why."""
    return _declare(Access(anyone=reason))


def _declare(access: Access) -> Callable[[View], View]:
    def mark(view: View) -> View:
        setattr(view, ACCESS, access)
        return view

    return mark


def access_of(view: Callable[..., Any]) -> Access | None:
    """Return what a view declares, or None where it declares nothing."""
    return getattr(view, ACCESS, None)


def caller() -> Caller:
    """Return who makes the present request; only in a view that does not allow anyone."""
    found: Caller = g.caller
    return found


class Verifier:
    """Checks tokens meant for `audience`. A token once found good is remembered until it ends."""

    def __init__(self, source: KeySource, audience: str) -> None:
        self._source, self._audience = source, audience
        self._known: dict[bytes, tuple[float, Caller]] = {}

    def verify(self, token: str) -> Caller:
        """Return whose token it is; raise a 401 `Problem` for one that is forged, over or for someone else."""
        digest = hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
        now = clock.now().timestamp()
        if (known := self._known.get(digest)) and known[0] > now:
            return known[1]
        claims = self._decode(token)
        registry = jwt.JWTClaimsRegistry(
            now=lambda: int(now),
            leeway=LEEWAY_SECONDS,
            iss={"essential": True, "value": ISSUER},
            aud={"essential": True, "value": self._audience},
            exp={"essential": True},
            sub={"essential": True},
        )
        try:
            registry.validate(claims)
            if claims["exp"] <= now:
                raise ValueError("over")  # the leeway is for clocks that are ahead, and lengthens no token's life (P10)
            caller = caller_from_claims(claims)
        except (JoseError, KeyError, TypeError, ValueError) as error:
            raise not_signed_in() from error
        if len(self._known) > 10_000:
            self._known.clear()
        self._known[digest] = (float(claims["exp"]), caller)
        return caller

    def _decode(self, token: str) -> dict[str, Any]:
        try:
            return jwt.decode(token, self._source.keys(), algorithms=ALGORITHMS).claims
        except (JoseError, ValueError):
            pass  # signed with a key that is newer than our copy, or not at all
        try:
            keys = self._source.keys(missing=token[:40])
            return jwt.decode(token, keys, algorithms=ALGORITHMS).claims
        except (JoseError, ValueError) as error:
            raise not_signed_in() from error


def caller_from_claims(claims: Mapping[str, Any]) -> Caller:
    """Return the caller that a token's claims describe."""
    if claims["kind"] == "service":
        return Caller(kind="service", id=claims["sub"], name=claims["sub"])
    return Caller(
        kind=claims["kind"],
        id=UUID(claims["sub"]),
        name=claims["name"],
        email=claims["email"],
        locale=claims["locale"],
        timezone=claims["timezone"],
        permissions=frozenset(claims.get("permissions", ())),
        assigned_only=bool(claims.get("assigned_only", False)),
        accounts=tuple(
            AccountAccess(UUID(entry["account_id"]), UUID(entry["contact_id"]), entry["role"])
            for entry in claims.get("accounts", ())
        ),
        account_id=UUID(claims["account_id"]) if claims.get("account_id") else None,
        contact_id=UUID(claims["contact_id"]) if claims.get("contact_id") else None,
        session_id=claims.get("sid"),
        authenticated_at=claims.get("auth_time", 0),
        methods=tuple(claims.get("amr", ())),
        must_enrol=bool(claims.get("must_enrol", False)),
        acting=Acting(UUID(claims["acting"]["id"]), claims["acting"]["name"]) if claims.get("acting") else None,
        read_only=bool(claims.get("read_only", False)) or bool(claims.get("acting")),
    )


def not_signed_in() -> Problem:
    """Return the answer for a call without a valid token. It does not say what was wrong with it."""
    return Problem(401, "not_signed_in", "Sign in first")


def guard(app: Flask, verifier: Callable[[], Verifier]) -> None:
    """Check each request of `app` against what its view declares, before anything of it is read."""

    @app.before_request
    def _check() -> None:
        if request.endpoint is None:
            return
        access = access_of(app.view_functions[request.endpoint])
        if access is None:
            raise forbidden("This route does not say who may call it.")
        if access.anyone:
            return
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise not_signed_in()
        g.caller = verifier().verify(token.strip())
        if g.caller.read_only and (request.method not in READING or request.path.startswith(OWN_SECRETS)):
            raise read_only()
        if not may(g.caller, access):
            raise forbidden("You do not have the permission for this.")
        if access.proof and not has_fresh_proof(g.caller):
            raise proof_required()


def read_only() -> Problem:
    """Return the answer for staff who views as a client and wants to do more than that."""
    return Problem(403, "read_only", "You are only viewing", "Who views as a client changes nothing.")


def may(caller: Caller, access: Access) -> bool:
    """Return whether `caller` is among those that `access` allows."""
    if caller.kind == "staff":
        return access.staff_any or (access.staff is not None and access.staff in caller.permissions)
    if caller.kind == "service":
        return caller.id in access.service
    if caller.kind != "client" or caller.account_id is None:
        return False
    return access.client if isinstance(access.client, bool) else caller.role in access.client


def has_fresh_proof(caller: Caller) -> bool:
    """Return whether a person proved lately who they are (ASVS 5.0, 7.5.1). Services prove it by every token."""
    age = clock.now().timestamp() - caller.authenticated_at
    return caller.kind == "service" or age <= PROOF_SECONDS


def proof_required() -> Problem:
    """Return the answer for a person who has to prove anew who they are."""
    return Problem(403, "proof_required", "Confirm that it is you", "Prove who you are once more, then go on.")

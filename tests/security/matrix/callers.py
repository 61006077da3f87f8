"""The kinds of callers, and what each may expect of a route by what the route declares."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from services.chassis.auth import OWN_SECRETS, READING, Access
from services.contracts import SERVICES
from services.identity.roles import ASSIGNABLE, PERMISSIONS, permissions_of

CLIENT_ROLES = ("owner", "member", "signer", "billing")


class Of(Enum):
    """Whose a thing is: a client's account's, one person's own, or the firm's."""

    ACCOUNT = "account"
    PERSON = "person"
    FIRM = "firm"


class Verdict(Enum):
    """What an answer has to be."""

    REFUSED = "401, 403 or 404"
    NOT_THERE = "404"
    NO_ERROR = "neither 401 nor 403"
    WELCOME = "neither 401, 403 nor 404"

    def fits(self, status: int) -> bool:
        """Return whether an answer of this status is as it has to be. No caller makes a service fail."""
        if status >= 500:
            return False
        return {
            Verdict.REFUSED: status in (401, 403, 404),
            Verdict.NOT_THERE: status == 404,
            Verdict.NO_ERROR: status not in (401, 403),
            Verdict.WELCOME: status not in (401, 403, 404),
        }[self]


@dataclass(frozen=True)
class Who:
    """A kind of caller. `own` is whether the account, or the person, that things belong to is theirs."""

    kind: str
    role: str = ""
    own: bool = True
    assigned_only: bool = False
    views: bool = False
    proved: bool = True

    @property
    def name(self) -> str:
        """What a failure calls them."""
        words = [self.kind, self.role, "of another account" if self.kind == "client" and not self.own else ""]
        words += ["assigned clients only" if self.assigned_only else "", "who only views" if self.views else ""]
        words += ["" if self.proved else "without a fresh proof"]
        return " ".join(word for word in words if word)

    @property
    def permissions(self) -> frozenset[str]:
        """What the role gives to staff."""
        return permissions_of(self.role, assigned_only=self.assigned_only) if self.kind == "staff" else frozenset()


def everybody(service: str, *, proof: bool) -> Iterator[Who]:
    """Yield every kind of caller of a service, where a route asks for a `proof` also those without a fresh one."""
    yield Who("nobody")
    yield from (Who("client", role) for role in CLIENT_ROLES)
    yield from (Who("client", "owner", own, views=True) for own in (True, False))
    yield Who("client", "owner", own=False)
    yield from (Who("staff", role) for role in PERMISSIONS)
    yield from (Who("staff", role, own=False, assigned_only=True) for role in ASSIGNABLE)
    yield Who("staff", "no role")
    yield from (Who("service", name) for name in SERVICES if name != service)
    if proof:
        yield from (Who(kind, "owner", proved=False) for kind in ("client", "staff"))


def verdict(who: Who, access: Access, method: str, path: str, of: Of | None) -> Verdict:
    """Return what `who` has to be answered; `of` is whose the thing in the path is, None where there is none."""
    if not _is_declared(who, access) or _only_looks_in_vain(who, method, path) or (access.proof and not who.proved):
        return Verdict.REFUSED
    if of is None:
        return Verdict.NO_ERROR
    if not _is_theirs(who, of):
        return Verdict.NOT_THERE
    # Beyond the account there may be a rule for the single thing, such as whom a document is sent to for signing.
    # An account's owner is kept from nothing of it.
    return Verdict.NO_ERROR if who.kind == "client" and who.role != "owner" else Verdict.WELCOME


def _is_declared(who: Who, access: Access) -> bool:
    if who.kind == "staff":
        return access.staff_any or access.staff in who.permissions
    if who.kind == "client":
        return access.client if isinstance(access.client, bool) else who.role in access.client
    return who.kind == "service" and who.role in access.service


def _only_looks_in_vain(who: Who, method: str, path: str) -> bool:
    return who.views and (method not in READING or path.startswith(OWN_SECRETS))


def _is_theirs(who: Who, of: Of) -> bool:
    if of is Of.PERSON:
        return who.kind == "client" and who.role == "owner" and who.own
    return who.kind == "service" or who.own or of is Of.FIRM

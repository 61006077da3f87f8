"""Who is looking at the page. A session cookie is exchanged at identity for a passport, kept for two seconds.

So a session ended elsewhere is out within two seconds; one that ends here is forgotten at once.
"""

import hashlib
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, Literal

from flask import g

from services.chassis import clock

KEEP_SECONDS = 2.0
MOST_SESSIONS = 20_000
PROOF_LASTS = timedelta(minutes=10)
"""Half of what the services allow, so that there is time to fill in the form that the page shows."""

Side = Literal["client", "staff"]
COOKIES: dict[Side, str] = {"client": "atrio_client", "staff": "atrio_staff"}
ACCOUNT_COOKIE = "atrio_account"
DEVICE_COOKIE = "atrio_device"
VIEW_COOKIE = "atrio_view"
"""The session of staff who views the portal as a client (B9). While it lasts it stands before the client's own."""
LANGUAGE_COOKIE = "atrio_language"


@dataclass(frozen=True)
class AccountAccess:
    """One account that a client may look at, and in which role."""

    account_id: str
    contact_id: str
    role: str
    name: str


@dataclass(frozen=True)
class Visitor:
    """Somebody who is signed in. `passport` is what the services believe; it never reaches the browser."""

    kind: Side
    id: str
    name: str
    email: str
    locale: str
    timezone: str
    permissions: frozenset[str]
    accounts: tuple[AccountAccess, ...]
    account_id: str | None
    session: str
    passport: str
    authenticated_at: datetime | None = None
    must_enrol: bool = False
    acting: str | None = None
    """The name of the member of staff who views as this client, and may change nothing (B9)."""

    @property
    def proof_is_old(self) -> bool:
        """Whether a dangerous act needs a new proof. Where identity does not say when the last was, services judge."""
        return self.authenticated_at is not None and clock.now() - self.authenticated_at > PROOF_LASTS

    def can(self, permission: str) -> bool:
        """Return whether this is staff with that permission."""
        return permission in self.permissions

    @property
    def account(self) -> AccountAccess | None:
        """The account being looked at, and the client's role in it; None for staff."""
        return next((access for access in self.accounts if access.account_id == self.account_id), None)

    @property
    def role(self) -> str | None:
        """The client's role in the account being looked at; None for staff."""
        return self.account.role if self.account else None

    @property
    def first_name(self) -> str:
        """What a greeting calls them."""
        return self.name.split()[0] if self.name.split() else self.name


Key = tuple[str, str | None]
Exchange = Callable[[str, str | None], Mapping[str, Any] | None]
"""Takes a session's token and the account wished for; returns identity's answer, or None for no session."""


class Sessions:
    """Exchanges session tokens for visitors and keeps each for two seconds, so that most pages ask nobody.

    Identity is asked once at a time about a session: who comes meanwhile waits for the same answer.
    """

    def __init__(
        self, exchange: Exchange, keep_seconds: float = KEEP_SECONDS, timer: Callable[[], float] = time.monotonic
    ) -> None:
        self._exchange, self._keep_seconds, self._timer = exchange, keep_seconds, timer
        self._kept: dict[Key, tuple[Visitor | None, float]] = {}
        self._asking: dict[Key, Future[Visitor | None]] = {}
        self._lock = threading.Lock()

    def visitor(self, session: str, account_id: str | None = None) -> Visitor | None:
        """Return whose session it is, or None when there is none (any more). Raises `Problem` as identity does."""
        key = (_digest(session), account_id)
        # A read of a dict is one step: the way of nearly every call needs no lock.
        if (kept := self._kept.get(key)) and self._timer() < kept[1]:
            return kept[0]
        with self._lock:
            if (kept := self._kept.get(key)) and self._timer() < kept[1]:
                return kept[0]
            if asking := self._asking.get(key):
                own = None
            else:
                asking = own = self._asking[key] = Future()
        return self._ask(own, key, session) if own else asking.result()

    def _ask(self, own: "Future[Visitor | None]", key: Key, session: str) -> Visitor | None:
        asked_at = self._timer()  # the answer is as old as the question
        try:
            answer = self._exchange(session, key[1])
            found = visitor_from(answer, session) if answer else None
        except BaseException as error:
            self._stop_asking(own, key)
            own.set_exception(error)
            raise
        with self._lock:
            if self._asking.get(key) is own:  # else it was forgotten meanwhile
                self._keep(key, found, asked_at)
        self._stop_asking(own, key)
        own.set_result(found)
        return found

    def _keep(self, key: Key, found: Visitor | None, asked_at: float) -> None:
        now = self._timer()
        self._kept.pop(key, None)
        self._kept[key] = (found, asked_at + self._keep_seconds)
        for old in [*islice(self._kept, 2)]:  # the oldest stand first
            if self._kept[old][1] <= now or len(self._kept) > MOST_SESSIONS:
                del self._kept[old]

    def _stop_asking(self, own: "Future[Visitor | None]", key: Key) -> None:
        with self._lock:
            if self._asking.get(key) is own:
                del self._asking[key]

    def forget(self, session: str) -> None:
        """Drop what is kept of a session, after sign-out or a change of language."""
        digest = _digest(session)
        with self._lock:
            for key in [key for key in self._kept if key[0] == digest]:
                del self._kept[key]
            for key in [key for key in self._asking if key[0] == digest]:
                del self._asking[key]


def _digest(session: str) -> str:
    return hashlib.sha256(session.encode("utf-8", "replace")).hexdigest()


def visitor_from(answer: Mapping[str, Any], session: str) -> Visitor:
    """Return the visitor that identity's answer to an exchange describes."""
    user = answer["user"]
    return Visitor(
        kind=user["kind"],
        id=user["id"],
        name=user["name"],
        email=user["email"],
        locale=user.get("locale") or "en",
        timezone=user.get("timezone") or "UTC",
        permissions=frozenset(user.get("permissions") or ()),
        accounts=tuple(
            AccountAccess(entry["account_id"], entry["contact_id"], entry["role"], entry.get("name") or "")
            for entry in user.get("accounts") or ()
        ),
        account_id=user.get("account_id"),
        session=session,
        passport=answer["passport"],
        authenticated_at=datetime.fromisoformat(answer["authenticated_at"]) if answer.get("authenticated_at") else None,
        must_enrol=bool(answer.get("must_enrol")),
        acting=answer["acting"]["name"] if answer.get("acting") else None,
    )


def current_visitor() -> Visitor:
    """Return who is signed in; only on a page declared `client_page` or `staff_page`."""
    visitor = visitor_or_none()
    if visitor is None:
        raise RuntimeError("this page lets anyone in, so there may be no visitor")
    return visitor


def visitor_or_none() -> Visitor | None:
    """Return who is signed in on this side of the house, or None."""
    found: Visitor | None = g.get("visitor")
    return found


def side_of(path: str) -> Side:
    """Return which of the two sessions counts for `path`: the staff's under /admin, else the client's."""
    return "staff" if path == "/admin" or path.startswith("/admin/") else "client"

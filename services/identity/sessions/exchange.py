"""The exchange: the gateway gives the cookie's token and gets a passport, or learns why there is none.

It runs every two seconds for each session in use, so it writes only when there is reason to.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from services.chassis import clock
from services.chassis.auth import not_signed_in
from services.chassis.database import Database
from services.chassis.problems import not_found
from services.identity.factors.queries import must_enrol
from services.identity.roles import permissions_of
from services.identity.sessions import actions, queries, view
from services.identity.sessions.models import UserSession
from services.identity.settings import IdentitySettings
from services.identity.tokens.keys import KeyRing
from services.identity.tokens.passports import issue_passport
from services.identity.users import access
from services.identity.users.firm import firm
from services.identity.users.models import AccountAccess, User

SEEN_EVERY = timedelta(seconds=60)


@dataclass(frozen=True)
class Standing:
    """A live session, whose it is and what that person may act for; `active` is the account being looked at."""

    row: UserSession
    user: User
    accounts: list[AccountAccess]
    active: AccountAccess | None
    names: dict[UUID, str]
    idle: timedelta
    must_enrol: bool


def exchange(
    database: Database, ring: KeyRing, settings: IdentitySettings, token: str, account_id: UUID | None
) -> dict[str, Any]:
    """Return a passport for the session of `token`, looking at `account_id` where one is named.

    Raises a 401 `Problem` when the session is over (`not_signed_in`) or the person's access is (why, by its
    code), and 404 for an account that is not the person's.
    """
    standing = _look_up(database, settings, token, account_id)
    now = clock.now()
    account = standing.active.account_id if standing.active else None
    if now - standing.row.last_seen_at > SEEN_EVERY or account != standing.row.account_id:
        with database.unit_of_work() as session:
            actions.touch(session, standing.row.id, now + standing.idle, account)
    passport, lifetime = issue_passport(
        ring,
        settings.peers,
        standing.user,
        standing.row,
        standing.accounts,
        standing.active,
        must_enrol=standing.must_enrol,
    )
    return {
        "passport": passport,
        "expires_in": lifetime,
        "session_id": standing.row.id,
        "authenticated_at": standing.row.authenticated_at,
        "methods": standing.row.methods,
        "must_enrol": standing.must_enrol,
        "acting": view.holder(standing.row),
        "user": _user(standing),
    }


def _look_up(database: Database, settings: IdentitySettings, token: str, account_id: UUID | None) -> Standing:
    with database.reading() as session:
        live = queries.find_live(session, token)
        if live is None:
            raise not_signed_in()
        row, user = live
        limits = firm(session)
        idle = limits.idle(user.kind, settings)
        if not _within(row, idle, limits.lifetime(user.kind, settings)):
            raise not_signed_in()
        if row.viewed_by and view.is_over(session, row):
            raise not_signed_in()
        decision = access.decide(session, user)
        names = {} if isinstance(decision, access.Denied) else queries.account_names(session, decision.accounts)
        owes_factor = must_enrol(session, user, row)
    if isinstance(decision, access.Denied):
        with database.unit_of_work() as session:
            actions.end(session, token, decision.code)
        raise actions.denied(decision, status=401)
    accounts = [entry for entry in decision.accounts if not row.viewed_by or entry.account_id == row.account_id]
    if row.viewed_by and not accounts:
        raise not_signed_in()
    active = _active(accounts, account_id, row.account_id)
    return Standing(row, user, accounts, active, names, idle, must_enrol=owes_factor)


def _within(row: UserSession, idle: timedelta, lifetime: timedelta) -> bool:
    """Whether a session is within today's limits too: the firm may have shortened them since it began."""
    now = clock.now()
    return now < row.last_seen_at + idle and now < row.created_at + lifetime


def _active(accounts: list[AccountAccess], asked: UUID | None, last: UUID | None) -> AccountAccess | None:
    if asked is not None:
        found = next((entry for entry in accounts if entry.account_id == asked), None)
        if found is None:
            raise not_found("The account")
        return found
    return next((entry for entry in accounts if entry.account_id == last), accounts[0] if accounts else None)


def _user(standing: Standing) -> dict[str, Any]:
    user = standing.user
    return {
        "id": user.id,
        "kind": user.kind,
        "email": user.email,
        "name": user.name,
        "locale": user.locale,
        "timezone": user.timezone,
        "role": user.role,
        "assigned_only": user.assigned_only,
        "permissions": []
        if standing.must_enrol
        else sorted(permissions_of(user.role, assigned_only=user.assigned_only)),
        "accounts": [
            {
                "account_id": entry.account_id,
                "contact_id": entry.contact_id,
                "role": entry.role,
                "name": standing.names.get(entry.account_id),
            }
            for entry in standing.accounts
        ],
        "account_id": standing.active.account_id if standing.active else None,
        "contact_id": standing.active.contact_id if standing.active else None,
    }

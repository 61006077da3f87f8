"""The list of clients: searched, filtered, sorted, in pages; quick at 100,000 of them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, literal, select
from sqlalchemy.orm import Session

from services.chassis.auth import Caller
from services.chassis.text_search import holds
from services.portal.directory.assigned import is_visible
from services.portal.directory.models import Account
from services.portal.directory.names import fold
from services.portal.directory.queries import advisers, contacts_of, furthest
from services.portal.field_editor.filters import Filter, active_field, matching, page_by_field
from services.portal.field_editor.queries import inactive, without_inactive
from services.portal.field_editor.values import values_of
from services.portal.models import columns
from services.portal.paging import Order, page
from services.portal.requests.models import Request
from services.portal.tags.queries import accounts_with_tag, tags_of

MOST_COUNTED = 1000
"""A list says how many it holds up to here, and beyond it that there are more: counting all would read all."""
_BEFORE_ALL = date(1, 1, 1)
OWN_FIELD = "custom."

_SORT_COLUMNS: dict[str, tuple[Any, Callable[[str], Any]]] = {
    "name": (Account.sort_name, str),
    "created_at": (Account.created_at, datetime.fromisoformat),
    "updated_at": (Account.updated_at, datetime.fromisoformat),
    "client_since": (func.coalesce(Account.client_since, _BEFORE_ALL), date.fromisoformat),
    "tax_number": (Account.tax_number, str),
}


@dataclass(frozen=True)
class Filters:
    """Which clients a list holds; every one of these narrows it."""

    q: str = ""
    status: str = "active"
    kind: str | None = None
    portal_status: str | None = None
    adviser_id: UUID | None = None
    no_adviser: bool = False
    tag_id: Sequence[UUID] = ()
    is_test: bool | None = None
    since_from: date | None = None
    since_to: date | None = None
    account_ids: Sequence[UUID] = ()
    field: Sequence[str] = ()
    """Of fields of the firm's own: `name:operator:value`, as `field_editor.filters.Filter` knows them."""

    def conditions(self, session: Session) -> Iterator[ColumnElement[bool]]:
        """Yield what an account of the list fulfils."""
        for word in fold(self.q).split():
            yield holds(Account.search_text, word)
        if self.status != "all":
            yield Account.status == self.status
        for column in (Account.kind, Account.portal_status, Account.adviser_id, Account.is_test):
            if (wanted := getattr(self, column.key)) is not None:
                yield column == wanted
        if self.account_ids:
            yield Account.id.in_(self.account_ids)
        if self.no_adviser:
            yield Account.adviser_id.is_(None)
        for tag_id in self.tag_id:
            yield Account.id.in_(accounts_with_tag(tag_id))
        yield from self._period(session)
        for told in self.field:
            name, operator, value = (*told.split(":", 2), "", "")[:3]
            wanted = Filter(name, operator or "filled", value or None)
            yield matching(session, "account", wanted, Account.id)

    def _period(self, session: Session) -> Iterator[ColumnElement[bool]]:
        if not (self.since_from or self.since_to) or "client_since" in inactive(session, "account"):
            return
        if self.since_from:
            yield Account.client_since >= self.since_from
        if self.since_to:
            yield Account.client_since <= self.since_to


def accounts(
    session: Session, caller: Caller, *, sort: str, cursor: str | None, limit: int, **filters: Any
) -> dict[str, Any]:
    """Return a page of accounts, and how many there are in all, counted up to `MOST_COUNTED`.

    Test clients stand in the list and are counted apart, unless they were asked for (S14).
    """
    chosen = Filters(**filters)
    found = select(Account.id).where(is_visible(caller, Account.id), *chosen.conditions(session))
    tests = 0 if chosen.is_test is not None else _count(session, found.where(Account.is_test))
    counted = _count(session, found if chosen.is_test is not None else found.where(~Account.is_test))
    ids: list[UUID] = []
    following: str | None = None
    if counted or tests or cursor:  # to look for none once more, in the order of an index, would read every client
        ids, following = _page(session, found, sort, cursor, limit)
    return {
        "items": rows_of(session, ids),
        "next": following,
        "total": min(counted, MOST_COUNTED),
        "total_is_more": counted > MOST_COUNTED,
        "tests": min(tests, MOST_COUNTED),
    }


def every_page(
    session: Session, caller: Caller, *, sort: str, size: int, **filters: Any
) -> Iterator[list[dict[str, Any]]]:
    """Yield the accounts of a list as they are exported, `size` at a time, each with its contacts."""
    found = select(Account.id).where(is_visible(caller, Account.id), *Filters(**filters).conditions(session))
    cursor: str | None = None
    while True:
        ids, cursor = _page(session, found, sort, cursor, size)
        yield rows_of(session, ids, whole=True)
        session.expunge_all()
        if cursor is None:
            return


def rows_of(session: Session, ids: Sequence[UUID], *, whole: bool = False) -> list[dict[str, Any]]:
    """Return these accounts as rows of a list, in this order; with `whole` each has all of its `contacts`."""
    by_id = {row.id: row for row in session.scalars(select(Account).where(Account.id.in_(ids)))}
    accounts = [by_id[id] for id in ids if id in by_id]
    people = contacts_of(session, ids)
    off = inactive(session, "account")
    staff = advisers(session, (account.adviser_id for account in accounts))
    waiting = {} if whole else _open_requests(session, ids)
    tags = tags_of(session, ids)
    custom = values_of(session, "account", ids)
    return [
        without_inactive(off, columns(account))
        | {
            "adviser": account.adviser_id and {"id": account.adviser_id, "name": staff.get(account.adviser_id, "")},
            "portal_status": furthest(people[account.id]),
            "main_contact": next(iter(people[account.id]), None),
            "contact_count": len(people[account.id]),
            "open_requests": waiting.get(account.id, 0),
            "tags": tags[account.id],
            "custom": custom[account.id],
        }
        | ({"contacts": people[account.id]} if whole else {})
        for account in accounts
    ]


def _page(
    session: Session, found: Select[UUID], sort: str, cursor: str | None, limit: int
) -> tuple[list[UUID], str | None]:
    descending, name = sort.startswith("-"), sort.removeprefix("-")
    if name.startswith(OWN_FIELD):
        field = active_field(session, "account", name.removeprefix(OWN_FIELD))
        return page_by_field(session, found, field, Account.id, cursor, limit, descending=descending)
    column, parse = _SORT_COLUMNS[name]
    order = Order(column, Account.id, parse, descending=descending)
    rows, following = page(
        session, found.add_columns(column.label("sorted_by")), order, cursor, limit, value="sorted_by"
    )
    return [row.id for row in rows], following


def _count(session: Session, found: Select[UUID]) -> int:
    some = found.with_only_columns(literal(1)).limit(MOST_COUNTED + 1).subquery()
    return session.scalar(select(func.count()).select_from(some)) or 0


def _open_requests(session: Session, account_ids: Sequence[UUID]) -> Mapping[UUID, int]:
    statement = (
        select(Request.account_id, func.count())
        .where(Request.account_id.in_(account_ids), Request.status != "closed")
        .group_by(Request.account_id)
    )
    return {row[0]: row[1] for row in session.execute(statement)}

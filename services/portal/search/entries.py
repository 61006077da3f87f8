"""What a source asks of the kept texts: the conditions, pages of hits, and how a hit is told."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, select
from sqlalchemy.orm import Session

from services.chassis.auth import Caller
from services.chassis.text_search import begin_in
from services.portal.directory.queries import names
from services.portal.paging import Order, Rows, page
from services.portal.search.models import SearchEntry
from services.portal.search.words import excerpt

Hit = dict[str, Any]
Found = tuple[list[Hit], str | None]


@dataclass(frozen=True)
class Asked:
    """What is searched for: all of the words, from `cursor` on, at most `limit`."""

    words: Sequence[str]
    cursor: str | None
    limit: int


@dataclass(frozen=True)
class Source:
    """Something that is searched. `find` gives only what the caller may see; `is_for` says who is to ask at all."""

    kind: str
    is_for: Callable[[Caller], bool]
    find: Callable[[Session, Caller, Asked], Found]


def entries(caller: Caller, kinds: Iterable[str], words: Sequence[str]) -> list[ColumnElement[bool]]:
    """Return the conditions that an entry of one of these kinds has the words; to a client, no internal one."""
    kinds = list(kinds)
    conditions: list[ColumnElement[bool]] = [
        SearchEntry.kind == kinds[0] if len(kinds) == 1 else SearchEntry.kind.in_(kinds),
        begin_in(SearchEntry.words, SearchEntry.number, words),
    ]
    if not caller.is_staff:
        conditions += [SearchEntry.account_id == caller.account_id, ~SearchEntry.internal]
    return conditions


def page_of_entries(
    session: Session, caller: Caller, asked: Asked, kinds: Iterable[str], statement: Rows, visible: Any
) -> tuple[list[Row[*tuple[Any, ...]]], str | None]:
    """Return a page of `statement`, joined to the entries, whose rows are `visible`: the latest first.

    Each row has `at` and `row_id` of its entry beside the columns of `statement`.
    """
    found = statement.add_columns(SearchEntry.at.label("at"), SearchEntry.row_id.label("row_id"))
    found = found.where(*entries(caller, kinds, asked.words), *visible)
    order = Order(SearchEntry.at, SearchEntry.row_id, datetime.fromisoformat, descending=True)
    return page(session, found, order, asked.cursor, asked.limit, value="at", key="row_id")


def hit(kind: str, row: Any, asked: Asked, *texts: str, **more: Any) -> Hit:
    """Return a hit as it is told; of `texts` the first one in which a word is found gives the excerpt."""
    told = {"kind": kind, "id": row.id, "title": row.title, "at": row.at, "account_id": row.account_id}
    return told | {"excerpt": next((excerpt(text, asked.words) for text in texts if text), "")} | more


def with_account_names(session: Session, caller: Caller, hits: list[Hit]) -> list[Hit]:
    """Add to what staff finds whose it is."""
    if not caller.is_staff:
        return hits
    known = names(session, {entry["account_id"] for entry in hits if entry["account_id"]})
    return [entry | {"account_name": known.get(entry["account_id"], "")} for entry in hits]


def texts_of(session: Session, key: Any, text: Any, ids: Iterable[UUID]) -> dict[UUID, str]:
    """Return the texts of these rows, for their excerpts."""
    wanted = list(ids)
    statement = select(key, text).where(key.in_(wanted))
    return {row[0]: row[1] for row in session.execute(statement)} if wanted else {}


def once(hits: Iterable[Hit]) -> list[Hit]:
    """Return hits of which each leads to something else: of several texts of a request the latest."""
    found: dict[tuple[str, UUID], Hit] = {}
    for entry in hits:
        found.setdefault((entry["kind"], entry["id"]), entry)
    return list(found.values())

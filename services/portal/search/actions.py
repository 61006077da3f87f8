"""Keeping what is searched. Whoever writes a text that people search for calls `keep` beside it."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, delete
from sqlalchemy.orm import Session

from services.chassis.database import insert_into
from services.portal.search.models import SearchEntry
from services.portal.search.words import kept


def keep(
    session: Session,
    kind: str,
    row_id: UUID,
    texts: Iterable[str],
    *,
    account_id: UUID | None,
    at: datetime,
    subject_id: UUID | None = None,
    internal: bool = False,
) -> None:
    """Let a text be found: that of `row_id`, in place of what was kept of it before.

    `subject_id` is what opens where it is found, `row_id` itself unless told. No client finds what is `internal`.
    """
    words = kept(texts)
    if not words:
        forget(session, kind, row_id)
        return
    values: dict[str, Any] = {
        "kind": kind,
        "row_id": row_id,
        "subject_id": subject_id or row_id,
        "account_id": account_id,
        "internal": internal,
        "at": at,
        "words": words,
    }
    insert = insert_into(session, SearchEntry).values(values)
    fresh = {name: insert.excluded[name] for name in values if name not in ("kind", "row_id")}
    session.execute(insert.on_conflict_do_update(index_elements=["kind", "row_id"], set_=fresh))


def forget(session: Session, kind: str, row_id: UUID | None = None) -> None:
    """Let the text of a row be found no more; without `row_id` all of a kind."""
    of_kind = SearchEntry.kind == kind
    _delete(session, and_(of_kind, SearchEntry.row_id == row_id) if row_id else of_kind)


def forget_account(session: Session, account_id: UUID) -> None:
    """Let nothing of an account be found any more: it is erased."""
    _delete(session, SearchEntry.account_id == account_id)


def _delete(session: Session, condition: ColumnElement[bool]) -> None:
    session.execute(delete(SearchEntry).where(condition).execution_options(synchronize_session=False))

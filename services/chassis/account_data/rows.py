"""Which rows belong to a client: found by the columns that name the account, its contacts or its people, and by

the foreign keys that lead to such rows. A table that is added later is found by the same rule.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, LargeBinary, MetaData, Table, Uuid, delete, or_, select
from sqlalchemy.orm import Session

from services.chassis.account_data.tables import NAME
from services.chassis.messaging_tables import INBOX, OUTBOX

MESSAGING = frozenset({INBOX, OUTBOX, NAME})
COLUMNS = {"account_id": "account", "contact_id": "contacts", "user_id": "users"}


@dataclass(frozen=True)
class Whose:
    """Whose data: the account, its contacts, and the people who have no other account."""

    account_id: UUID
    contact_ids: tuple[UUID, ...] = ()
    user_ids: tuple[UUID, ...] = ()

    def of(self, word: str) -> tuple[UUID, ...]:
        """Return the ids that `word` stands for: account, contacts or users."""
        return {"account": (self.account_id,), "contacts": self.contact_ids, "users": self.user_ids}[word]


@dataclass(frozen=True)
class Map:
    """What the rule does not know of a service's tables.

    `apart` are not looked at; `kept` lead to others and lose no row by themselves; `roots` have a condition of their
    own instead. `columns` says which columns hold whose ids; `secret` ones are never given out.
    """

    apart: Collection[str] = ()
    kept: Collection[str] = ()
    roots: Mapping[str, ColumnElement[bool]] = field(default_factory=dict)
    columns: Mapping[str, str] = field(default_factory=lambda: COLUMNS)
    secret: Collection[str] = ()


def theirs(table: Table, whose: Whose, map: Map, seen: frozenset[str] = frozenset()) -> ColumnElement[bool] | None:
    """Return the condition of a client's rows in `table`; None where it has none."""
    if table.name in map.roots:
        return map.roots[table.name]
    if table.name in MESSAGING or table.name in map.apart or table.name in seen:
        return None
    conditions: list[ColumnElement[bool]] = []
    for column in table.columns:
        if (word := map.columns.get(column.name)) and isinstance(column.type, Uuid):
            conditions.append(column.in_(whose.of(word)))
    for key in table.foreign_keys:
        above = theirs(key.column.table, whose, map, seen | {table.name})
        if above is not None:
            conditions.append(key.parent.in_(select(key.column).where(above)))
    return or_(*conditions) if conditions else None


def erase_rows(session: Session, metadata: MetaData, whose: Whose, map: Map) -> dict[str, int]:
    """Delete every row of a client, children first; return how many of each table."""
    gone: dict[str, int] = {}
    for table in reversed(metadata.sorted_tables):
        condition = theirs(table, whose, map)
        if condition is not None and table.name not in map.kept:
            result: Any = session.execute(delete(table).where(condition))
            if result.rowcount > 0:
                gone[table.name] = result.rowcount
    session.expire_all()
    return gone


def dumped(session: Session, metadata: MetaData, whose: Whose, map: Map) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Yield each table's name and its rows of a client, without stored bytes and without what is `secret`."""
    for table in metadata.sorted_tables:
        condition = theirs(table, whose, map)
        if condition is None:
            continue
        shown = [c for c in table.columns if not isinstance(c.type, LargeBinary) and c.name not in map.secret]
        rows = [dict(row._mapping) for row in session.execute(select(*shown).where(condition))]
        if rows:
            yield table.name, rows

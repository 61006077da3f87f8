"""What goes out with an export: the clients of a list, or their contact persons, as lines of a CSV file."""

from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.chassis.auth import Caller
from services.chassis.csv_text import line_of
from services.portal.directory.lists import every_page
from services.portal.exports.models import ClientExport
from services.portal.field_editor.definitions import custom_fields
from services.portal.imports.fields import WORDS, available, heading, label_of
from services.portal.models import columns

PAGE = 500
LATEST = 20
RECOGNISED = ("external_id", "tax_number", "name")
"""What tells in the file of contact persons whose they are, also at an import."""

Row = dict[str, Any]
_SPECIAL: dict[str, Callable[[Row], Any]] = {
    "adviser": lambda row: row["adviser"]["name"] if row["adviser"] else "",
    "tags": lambda row: "; ".join(tag["name"] for tag in row["tags"]),
}


def exports(session: Session) -> list[dict[str, Any]]:
    """Return the latest exports, the newest first."""
    return [
        columns(row) for row in session.scalars(select(ClientExport).order_by(ClientExport.id.desc()).limit(LATEST))
    ]


def lines(
    session: Session,
    caller: Caller,
    *,
    of: str,
    separator: str,
    taken: Callable[[list[UUID]], None],
    done: Callable[[int], None],
    **filters: Any,
) -> Iterator[str]:
    """Yield the lines of an export, the head first; `done` is told how many records there were.

    `taken` is told of which clients the next lines are, before they go out.
    `of` is accounts or contacts. Fields that are switched off do not stand in it (S26).
    """
    active = available(session)
    of_account = [name for name in WORDS if name in active and not name.startswith("contact.")]
    of_person = [name for name in WORDS if name in active and name.startswith("contact.")]
    own = [field for field in custom_fields(session, "account").values() if f"custom.{field.name}" in active]
    shown = of_account if of == "accounts" else [name for name in RECOGNISED if name in active]
    more = of_person if of == "contacts" else []
    fields = own if of == "accounts" else []
    head = [heading(name, caller.locale) for name in (*shown, *more)]
    yield line_of([*head, *(label_of(field, caller.locale) for field in fields)], separator)
    count = 0
    for rows in every_page(session, caller, size=PAGE, **filters):
        taken([row["id"] for row in rows])
        for row in rows:
            cells = [_cell(row, name) for name in shown]
            people = row["contacts"] if of == "contacts" else [{}]
            for person in people:
                count += 1
                of_them = [person.get(name.removeprefix("contact.")) for name in more]
                yield line_of([*cells, *of_them, *(row["custom"].get(field.name) for field in fields)], separator)
    done(count)


def _cell(row: Row, name: str) -> Any:
    return _SPECIAL[name](row) if name in _SPECIAL else row[name]

"""Reads of the fields. Every form, record and change of an account or contact asks here what is active.

Records are found and sorted by a field of the firm's own with `filters.py`; `values.py` reads what stands in one.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.chassis import problems
from services.portal.field_editor.definitions import Definition, definition, definitions, sections
from services.portal.field_editor.models import BLOCKS, FieldValue

EMPTY = (None, "", False)
INACTIVE = "This field is not active. Activate it in the field editor."


def blocks(session: Session) -> list[dict[str, Any]]:
    """Return every block with its sections and fields, in order."""
    return [
        {
            "name": block,
            "sections": [{"id": section.id, "labels": section.labels} for section in sections(session, block)],
            "entries": [described(field) for field in definitions(session, block)],
        }
        for block in BLOCKS
    ]


def described(field: Definition) -> dict[str, Any]:
    """Return a field as the API tells it."""
    return {
        **{name: getattr(field, name) for name in ("id", "name", "kind", "fixed", "active", "mode", "modes")},
        **{name: getattr(field, name) for name in ("labels", "hints", "options", "required", "section_id", "version")},
        "portal_field": field.is_visible,
    }


def field(session: Session, block: str, name: str) -> dict[str, Any]:
    """Return a field and how many values stand in it; raise 404 for an unknown one."""
    found = definition(session, block, name)
    return described(found) | {"values": count_values(session, found)}


def count_values(session: Session, field: Definition) -> int:
    """Return in how many records something stands in a field of the firm's own."""
    return session.scalar(select(func.count()).where(FieldValue.field_id == field.id)) or 0 if field.id else 0


def inactive(session: Session, block: str) -> dict[str, Definition]:
    """Return the built-in fields of a block that are switched off, by name."""
    return {field.name: field for field in definitions(session, block) if not field.active and not field.is_custom}


def kept_from_clients(session: Session, block: str) -> frozenset[str]:
    """Return the names of the fields of a block that no client sees: inactive, or Hidden (S26)."""
    return frozenset(field.name for field in definitions(session, block) if not field.is_visible)


def active_only(
    session: Session, block: str, values: Mapping[str, Any], *, row: object = None, prefix: str = ""
) -> dict[str, Any]:
    """Return `values` without the fields that are switched off: what stands in these is kept.

    A form may send such a field empty or as it stands in `row`. Raises a 422 `Problem` where it says anything else.
    """
    off = inactive(session, block)
    said = [name for name in off if values.get(name) not in EMPTY]
    if refused := [name for name in said if values[name] != getattr(row, name, None)]:
        raise problems.invalid({f"{prefix}{name}": [INACTIVE] for name in refused})
    return {name: value for name, value in values.items() if name not in off}


def without_inactive(off: Mapping[str, Definition], record: dict[str, Any]) -> dict[str, Any]:
    """Return a record in which nothing stands in the fields that are `off`."""
    return record | {name: field.blank for name, field in off.items() if name in record}

"""Reads of the fields. Every form, record and change of an account or contact asks here what is active."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.chassis import problems
from services.portal.field_editor.models import BLOCKS, Field, FieldSetting

EMPTY = (None, "", False)
INACTIVE = "This field is not active. Activate it in the field editor."


def blocks(session: Session) -> list[dict[str, Any]]:
    """Return every block with its fields, in order."""
    decided = _decided(session)
    return [
        {
            "name": block,
            "entries": [
                {
                    "name": field.name,
                    "kind": field.kind,
                    "fixed": field.fixed,
                    "active": _is_active(block, field, decided),
                }
                for field in fields
            ],
        }
        for block, fields in BLOCKS.items()
    ]


def inactive(session: Session, block: str) -> dict[str, Field]:
    """Return the fields of a block that are switched off, by name."""
    decided = _decided(session)
    return {field.name: field for field in BLOCKS[block] if not _is_active(block, field, decided)}


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


def without_inactive(off: Mapping[str, Field], record: dict[str, Any]) -> dict[str, Any]:
    """Return a record in which nothing stands in the fields that are `off`."""
    return record | {name: field.blank for name, field in off.items() if name in record}


def _decided(session: Session) -> dict[tuple[str, str], bool]:
    return {(row.block, row.name): row.active for row in session.scalars(select(FieldSetting))}


def _is_active(block: str, field: Field, decided: Mapping[tuple[str, str], bool]) -> bool:
    return field.fixed or decided.get((block, field.name), field.active)

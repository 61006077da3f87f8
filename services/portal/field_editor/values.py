"""What stands in the fields of the firm's own: read for many owners at once, checked, and kept."""

from collections import defaultdict
from collections.abc import Container, Iterable, Mapping
from typing import Any
from uuid import UUID

from marshmallow import ValidationError
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from services.chassis import problems
from services.portal.copies.models import Document
from services.portal.field_editor.definitions import Definition, custom_fields
from services.portal.field_editor.kinds import parse, row_of, value_in
from services.portal.field_editor.models import FieldValue
from services.portal.field_editor.queries import EMPTY, INACTIVE
from services.portal.search.actions import forget
from services.portal.search.field_values import field_kind, keep_value

Values = dict[str, Any]
"""Values by the name of their field."""


def values_of(session: Session, block: str, owner_ids: Iterable[UUID]) -> dict[UUID, Values]:
    """Return what stands in the active fields of the firm's own of each owner; what is empty is left out."""
    return _values(session, [field for field in custom_fields(session, block).values() if field.active], owner_ids)


def _values(session: Session, fields: Iterable[Definition], owner_ids: Iterable[UUID]) -> dict[UUID, Values]:
    known = {field.id: field for field in fields}
    owners = list(owner_ids)
    found: dict[UUID, Values] = defaultdict(dict)
    if not known or not owners:
        return found
    rows = select(FieldValue).where(FieldValue.owner_id.in_(owners), FieldValue.field_id.in_(list(known)))
    for row in session.scalars(rows):
        field = known[row.field_id]
        found[row.owner_id][field.name] = value_in(field.kind, row)
    return found


def checked(
    session: Session,
    block: str,
    given: Mapping[str, Any] | None,
    *,
    owner_id: UUID | None = None,
    account_id: UUID | None = None,
    prefix: str = "",
    unseen: Container[str] = (),
) -> Values:
    """Return the values of `given` as they are kept, None for a field to be emptied.

    The fields of `unseen` are not there for the caller: they take nothing and nobody has to fill them.

    Who adds a record (no `owner_id`) has to fill what is required, who changes one must not empty it. A switched off
    field may be sent empty or as it stands. Raises a 422 `Problem` with an error at `<prefix>custom.<name>` each.
    """
    fields = {name: field for name, field in custom_fields(session, block).items() if name not in unseen}
    present: Values = {}
    if owner_id and given:
        present = _values(session, fields.values(), [owner_id])[owner_id]
    errors: dict[str, list[str]] = {}
    values: Values = {}
    for name, value in (given or {}).items():
        try:
            if (field := fields.get(name)) is None:
                raise ValidationError("There is no such field.")
            if not field.active:
                _require_untouched(value, present.get(name))
                continue
            values[name] = parse(field.kind, value, field.options, present.get(name))
            if field.kind == "file" and values[name] and values[name] != present.get(name):
                _require_document_of(session, UUID(values[name]), account_id)
        except ValidationError as error:
            errors[f"{prefix}custom.{name}"] = [str(text) for text in error.messages]
    for name, field in fields.items():
        asked = owner_id is None or name in values
        if field.active and field.required and asked and values.get(name) is None:
            errors.setdefault(f"{prefix}custom.{name}", ["Fill this in."])
    if errors:
        raise problems.invalid(errors)
    return values


def keep_values(session: Session, block: str, owner_id: UUID, values: Values) -> bool:
    """Keep what `checked` returned; return whether anything is different from before."""
    if not values:
        return False
    fields = custom_fields(session, block)
    present = _values(session, fields.values(), [owner_id])[owner_id]
    changed = False
    for name, value in values.items():
        field = fields[name]
        assert field.id  # it is one of the firm's own
        row = row_of(field.kind, value) if value is not None else None
        if row is None and name in present:
            this = (FieldValue.field_id == field.id, FieldValue.owner_id == owner_id)
            session.execute(delete(FieldValue).where(*this))
            forget(session, field_kind(field), owner_id)
            changed = True
        elif row is not None and value_in(field.kind, FieldValue(**row)) != present.get(name):
            session.merge(FieldValue(field_id=field.id, owner_id=owner_id, **row))
            keep_value(session, field, owner_id, row)
            changed = True
    session.flush()
    return changed


def _require_untouched(value: Any, present: Any) -> None:
    if value not in EMPTY and value != present:
        raise ValidationError(INACTIVE)


def _require_document_of(session: Session, document_id: UUID, account_id: UUID | None) -> None:
    """Refuse a document of somebody else. One of which no event has told yet is kept; documents alone gives it out."""
    owner = session.scalar(select(Document.account_id).where(Document.id == document_id))
    if owner is not None and owner != account_id:
        raise ValidationError("Choose a document of this client.")

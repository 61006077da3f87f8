"""Keeping what stands in fields of the firm's own, for staff to find: each field is a kind of its own."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from services.chassis import clock
from services.portal.directory.models import Contact
from services.portal.field_editor.definitions import Definition
from services.portal.search.actions import forget, keep
from services.portal.search.words import of_value

SEARCHED = ("text", "number", "choice", "email", "phone")


def field_kind(field: Definition) -> str:
    """Return the kind under which the values of a field of the firm's own are kept."""
    assert field.id
    return f"field:{field.id.hex}"


def keep_value(session: Session, field: Definition, owner_id: UUID, row: Mapping[str, Any]) -> None:
    """Let a value be found; a choice by what it is called in any language."""
    if field.kind not in SEARCHED or field.block not in ("account", "contact"):
        return
    value = row["text_value"] if row["text_value"] is not None else row["number_value"]
    texts = [of_value(value)]
    texts += [word for option in field.options if option["value"] == value for word in option["labels"].values()]
    account_id = owner_id if field.block == "account" else _account_of(session, owner_id)
    keep(session, field_kind(field), owner_id, texts, account_id=account_id, at=clock.now(), internal=True)


def forget_field(session: Session, field: Definition) -> None:
    """Let no value of a field be found any more: it is deleted."""
    forget(session, field_kind(field))


def _account_of(session: Session, contact_id: UUID) -> UUID | None:
    person = session.get(Contact, contact_id)
    return person.account_id if person else None

"""What the firm does with its fields: switches them, adds its own, puts them into sections and order (S75, S26)."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from services.chassis import clock, problems
from services.chassis.auth import Caller
from services.portal.directory.records import SUPPORT_DATES
from services.portal.directory.support import announce_support_dates
from services.portal.field_editor.definitions import (
    Definition,
    definition,
    definitions,
    forget_definitions,
    sections,
)
from services.portal.field_editor.models import BLOCKS, CustomField, FieldSection, FieldSetting, FieldValue
from services.portal.field_editor.queries import count_values
from services.portal.search.field_values import forget_field

MOST_FIELDS = 100
MOST_SECTIONS = 20
RESERVED = frozenset({"new", "order", "move", "sections", "custom", "version", "status", "contacts", "id"})
"""What names something else in an address or in a record."""
Labels = Mapping[str, str]


def change_field(
    session: Session,
    caller: Caller,
    block: str,
    name: str,
    *,
    active: bool | None = None,
    mode: str | None = None,
    portal_field: bool | None = None,
) -> None:
    """Switch a field on or off, and say what clients may do with it. What stands in it is kept.

    `portal_field` is the tick of a field of cases: with it clients read what was hidden, without it they do not see
    it. Raises 404 for an unknown field, 409 for one that is always there, 422 for a mode that it cannot have.
    """
    field = definition(session, block, name)
    if active is not None and field.fixed:
        raise problems.conflict("field_fixed", "This field is always there.")
    if portal_field is not None:
        hidden = field.mode == "hidden"
        mode = ("read_only" if hidden else field.mode) if portal_field else "hidden"
    if mode is not None and mode != field.mode and mode not in field.modes:
        raise problems.invalid({"mode": ["This field cannot be that."]})
    _decide(session, caller, field, active=active, mode=mode)
    if block == "contact" and name in SUPPORT_DATES and active not in (None, field.active):
        announce_support_dates(session, caller)


def set_modes(session: Session, caller: Caller, block: str, modes: Mapping[str, str]) -> None:
    """Say of several fields at once what clients may do with them; raise 422 with an error at each wrong one."""
    fields = {field.name: field for field in definitions(session, _block(block))}
    wrong = {name: ["There is no such field."] for name in modes if name not in fields}
    for name in modes.keys() - wrong.keys():
        if modes[name] != fields[name].mode and modes[name] not in fields[name].modes:
            wrong[name] = ["This field cannot be that."]
    if wrong:
        raise problems.invalid({f"modes.{name}": texts for name, texts in wrong.items()})
    for name, mode in modes.items():
        if mode != fields[name].mode:
            _decide(session, caller, fields[name], mode=mode)


def add_field(
    session: Session,
    caller: Caller,
    block: str,
    *,
    kind: str,
    labels: Labels,
    hints: Labels,
    options: Sequence[dict[str, Any]],
    required: bool,
    mode: str,
    section_id: UUID | None,
) -> str:
    """Add a field of the firm's own at the end of its section; return its name, made of its label."""
    present = definitions(session, _block(block))
    if sum(field.is_custom for field in present) >= MOST_FIELDS:
        raise problems.conflict("too_many_fields", "This block has as many fields as one can have.")
    _require_section(session, block, section_id)
    _require_options(kind, options)
    if block == "case" and mode == "mandatory":
        raise problems.invalid({"mode": ["This field cannot be that."]})
    name = _free_name(next(filter(None, labels.values())), {field.name for field in present})
    now = clock.now()
    session.add(
        CustomField(
            block=block,
            name=name,
            kind=kind,
            labels=dict(labels),
            hints=dict(hints),
            options=_with_values(options, []),
            required=required,
            created_at=now,
            updated_at=now,
            version=1,
        )
    )
    last = max((field.position for field in present), default=-1)
    session.add(
        FieldSetting(
            block=block,
            name=name,
            active=True,
            mode=mode,
            section_id=section_id,
            position=last + 1,
            changed_by=caller.person,
            changed_at=now,
        )
    )
    _done(session)
    return name


def edit_field(
    session: Session,
    caller: Caller,
    block: str,
    name: str,
    *,
    version: int,
    **changes: Any,
) -> None:
    """Change labels, hints, options, whether staff has to fill it, or the section of a field.

    An option that is left out is retired: records that have it keep it. Raises 404, 409 where somebody else was
    quicker or the field is a built-in one, 422.
    """
    field = definition(session, block, name)
    section_id = changes.pop("section_id", field.section_id)
    if changes and not field.is_custom:
        raise problems.conflict("field_built_in", "Only the firm's own fields can be changed.")
    _require_section(session, block, section_id)
    if changes:
        _change_custom(session, field, version, changes)
    if section_id != field.section_id:
        last = max(found.position for found in definitions(session, block))
        _decide(session, caller, field, section_id=section_id, position=last + 1)
    _done(session)


def delete_field(session: Session, block: str, name: str, *, values: int) -> None:
    """Delete a field of the firm's own with the `values` that the caller knows to be lost.

    Raises 404, 409 `field_built_in`, and 409 `field_has_values` with their number where it is another one.
    """
    field = definition(session, block, name)
    if not field.is_custom:
        raise problems.conflict("field_built_in", "Only the firm's own fields can be deleted.")
    session.get(CustomField, field.id, with_for_update=True)
    present = count_values(session, field)
    if present != values:
        text = f"This field stands filled in {present} records. Deactivate it to keep what stands there."
        raise problems.Problem(409, "field_has_values", "Conflict", text, values=present)
    session.execute(delete(FieldValue).where(FieldValue.field_id == field.id))
    session.execute(delete(FieldSetting).where(FieldSetting.block == block, FieldSetting.name == name))
    session.execute(delete(CustomField).where(CustomField.id == field.id))
    forget_field(session, field)
    _done(session)


def add_section(session: Session, block: str, *, labels: Labels) -> FieldSection:
    """Add a section at the end of a block and return it."""
    present = sections(session, _block(block))
    if len(present) >= MOST_SECTIONS:
        raise problems.conflict("too_many_sections", "This block has as many sections as one can have.")
    section = FieldSection(block=block, labels=dict(labels), position=len(present))
    session.add(section)
    session.flush()
    return section


def rename_section(session: Session, section_id: UUID, *, labels: Labels) -> None:
    """Give a section another name; raise 404 for an unknown one."""
    _section(session, section_id).labels = dict(labels)
    session.flush()


def delete_section(session: Session, section_id: UUID) -> str:
    """Delete a section, whose fields then stand outside of any; return its block. Raises 404 for an unknown one."""
    section = _section(session, section_id)
    session.execute(update(FieldSetting).where(FieldSetting.section_id == section_id).values(section_id=None))
    session.delete(section)
    _done(session)
    return section.block


def arrange(
    session: Session, caller: Caller, block: str, *, fields: Sequence[str], groups: Sequence[dict[str, Any]]
) -> None:
    """Put the fields of a block in order: first those outside of any section, then section by section.

    Every field and every section has to be named once: raises 422 where the caller's picture is out of date.
    """
    present = {field.name: field for field in definitions(session, _block(block))}
    known = {section.id: section for section in sections(session, block)}
    named = [*fields, *(name for group in groups for name in group["fields"])]
    if sorted(named) != sorted(present) or sorted(group["id"] for group in groups) != sorted(known):
        raise problems.conflict("changed_meanwhile", "Somebody changed the fields in the meantime. Look at them again.")
    homes = dict.fromkeys(fields, None) | {name: group["id"] for group in groups for name in group["fields"]}
    for place, group in enumerate(groups):
        known[group["id"]].position = place
    for place, name in enumerate(named):
        field = present[name]
        if (field.position, field.section_id) != (place, homes[name]):
            _decide(session, caller, field, position=place, section_id=homes[name])
    _done(session)


def _decide(session: Session, caller: Caller, field: Definition, **decided: Any) -> None:
    setting = session.get(FieldSetting, (field.block, field.name))
    if setting is None:
        setting = FieldSetting(block=field.block, name=field.name, active=field.active)
        session.add(setting)
    for name, value in decided.items():
        if value is not None or name == "section_id":
            setattr(setting, name, value)
    setting.changed_by, setting.changed_at = caller.person, clock.now()
    _done(session)


def _change_custom(session: Session, field: Definition, version: int, changes: dict[str, Any]) -> None:
    custom = session.get(CustomField, field.id, with_for_update=True, populate_existing=True)
    if custom is None or custom.version != version:
        raise problems.conflict(
            "changed_meanwhile", "Somebody changed this in the meantime. Look at it and save again."
        )
    if "options" in changes:
        _require_options(field.kind, changes["options"])
        changes["options"] = _with_values(changes["options"], custom.options)
    changed = {name: value for name, value in changes.items() if getattr(custom, name) != value}
    for name, value in changed.items():
        setattr(custom, name, value)
    if changed:
        custom.version += 1
        custom.updated_at = clock.now()


def _with_values(options: Sequence[dict[str, Any]], present: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the options with a value each, those that were left out at the end and retired."""
    known = {option["value"] for option in present}
    taken = set(known)
    kept: list[dict[str, Any]] = []
    for option in options:
        value = option.get("value")
        if value not in known:
            value = _free_name(next(filter(None, option["labels"].values())), taken)
            taken.add(value)
        kept.append({"value": value, "labels": dict(option["labels"]), "retired": option.get("retired", False)})
    named = {option["value"] for option in kept}
    return kept + [{**option, "retired": True} for option in present if option["value"] not in named]


def _require_options(kind: str, options: Sequence[dict[str, Any]]) -> None:
    if kind == "choice" and not any(not option.get("retired") for option in options):
        raise problems.invalid({"options": ["Give at least one option."]})
    if kind != "choice" and options:
        raise problems.invalid({"options": ["Only a choice has options."]})
    for language in {language for option in options for language in option["labels"]}:
        words = [option["labels"][language].casefold() for option in options if option["labels"].get(language)]
        if len(words) != len(set(words)):
            raise problems.invalid({"options": ["Each option needs a name of its own."]})


def _free_name(label: str, taken: set[str]) -> str:
    plain = "".join(sign for sign in unicodedata.normalize("NFKD", label) if not unicodedata.combining(sign))
    name = re.sub(r"[^a-z0-9]+", "_", plain.casefold()).strip("_")[:50] or "field"
    candidates = (name, *(f"{name}_{number}" for number in range(2, 10_000)))
    return next(found for found in candidates if found not in taken and found not in RESERVED)


def _require_section(session: Session, block: str, section_id: UUID | None) -> None:
    if section_id and section_id not in {section.id for section in sections(session, block)}:
        raise problems.invalid({"section_id": ["Choose one of the options."]})


def _section(session: Session, section_id: UUID) -> FieldSection:
    section = session.get(FieldSection, section_id)
    if section is None:
        raise problems.not_found("This section")
    return section


def _block(block: str) -> str:
    if block not in BLOCKS:
        raise problems.not_found("This block")
    return block


def _done(session: Session) -> None:
    session.flush()
    forget_definitions(session)

"""The fields as they are now: what is built in, what the firm added, and what it decided of both."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from services.chassis import problems
from services.portal.field_editor.models import BLOCKS, MODES, CustomField, Field, FieldSection, FieldSetting

_KEPT = "portal.fields"


@dataclass(frozen=True, eq=False)
class Definition:
    """A field with all that was decided of it. One with an `id` is of the firm's own."""

    block: str
    name: str
    kind: str
    active: bool
    mode: str
    modes: tuple[str, ...]
    position: int
    section_id: UUID | None = None
    fixed: bool = False
    blank: Any = None
    id: UUID | None = None
    labels: Mapping[str, str] = field(default_factory=dict)
    hints: Mapping[str, str] = field(default_factory=dict)
    options: Sequence[Mapping[str, Any]] = ()
    required: bool = False
    version: int = 0

    @property
    def is_custom(self) -> bool:
        return self.id is not None

    @property
    def is_visible(self) -> bool:
        """Whether a client may see it."""
        return self.active and self.mode != "hidden"

    @property
    def is_editable(self) -> bool:
        """Whether a client may change it."""
        return self.active and self.mode in ("optional", "mandatory")

    @property
    def is_mandatory(self) -> bool:
        """Whether a client has to fill it."""
        return self.active and self.mode == "mandatory"


def definitions(session: Session, block: str) -> tuple[Definition, ...]:
    """Return the fields of a block in their order, active and inactive; asked for once a session."""
    kept: dict[str, tuple[Definition, ...]] | None = session.info.get(_KEPT)
    if kept is None:
        kept = session.info[_KEPT] = _load(session)
    return kept[block]


def definition(session: Session, block: str, name: str) -> Definition:
    """Return a field; raise 404 for an unknown one."""
    if block in BLOCKS:
        for found in definitions(session, block):
            if found.name == name:
                return found
    raise problems.not_found("This field")


def forget_definitions(session: Session) -> None:
    """Ask again for the fields: one of them was changed."""
    session.info.pop(_KEPT, None)


def sections(session: Session, block: str) -> list[FieldSection]:
    """Return the sections of a block in their order."""
    statement = select(FieldSection).where(FieldSection.block == block)
    return list(session.scalars(statement.order_by(FieldSection.position, FieldSection.id)))


def custom_fields(session: Session, block: str) -> dict[str, Definition]:
    """Return the fields of the firm's own of a block, by name, active and inactive."""
    return {found.name: found for found in definitions(session, block) if found.is_custom}


def _load(session: Session) -> dict[str, tuple[Definition, ...]]:
    same = and_(CustomField.block == FieldSetting.block, CustomField.name == FieldSetting.name)
    rows = session.execute(select(FieldSetting, CustomField).outerjoin(CustomField, same)).all()
    settings = {(setting.block, setting.name): setting for setting, _custom in rows}
    found: dict[str, list[Definition]] = {
        block: [_built_in(block, field, place, settings.get((block, field.name))) for place, field in enumerate(fields)]
        for block, fields in BLOCKS.items()
    }
    for setting, custom in rows:
        if custom is not None:
            found[custom.block].append(_custom(setting, custom))
    return {block: tuple(sorted(fields, key=_place)) for block, fields in found.items()}


def _place(definition: Definition) -> tuple[int, str]:
    return definition.position, definition.name


def _built_in(block: str, field: Field, place: int, decided: FieldSetting | None) -> Definition:
    chosen = decided.mode if decided and decided.mode in field.modes else None
    return Definition(
        block=block,
        name=field.name,
        kind=field.kind,
        fixed=field.fixed,
        blank=field.blank,
        active=field.fixed or (decided.active if decided else field.active),
        mode=chosen or field.mode,
        modes=field.modes,
        position=decided.position if decided and decided.position is not None else place,
        section_id=decided.section_id if decided else None,
    )


def _custom(setting: FieldSetting, custom: CustomField) -> Definition:
    return Definition(
        block=custom.block,
        name=custom.name,
        kind=custom.kind,
        active=setting.active,
        mode=setting.mode or "hidden",
        modes=MODES if custom.block != "case" else tuple(mode for mode in MODES if mode != "mandatory"),
        position=setting.position or 0,
        section_id=setting.section_id,
        id=custom.id,
        labels=custom.labels,
        hints=custom.hints,
        options=custom.options,
        required=custom.required,
        version=custom.version,
    )

"""HTTP API of the field editor."""

from typing import Any
from uuid import UUID

from flask_smorest import Blueprint

from services.chassis.app import reading, unit_of_work
from services.chassis.auth import allow, caller
from services.portal.field_editor import actions, queries
from services.portal.field_editor.schemas import (
    Arrangement,
    BlocksOut,
    Deletion,
    FieldChange,
    FieldEdit,
    Modes,
    NewField,
    OneFieldOut,
    SectionIn,
    SectionOut,
)

blueprint = Blueprint("fields", __name__, url_prefix="/v1", description="Which fields the forms have")

WRITE = "settings.write"


@blueprint.get("/fields")
@blueprint.response(200, BlocksOut)
@allow(staff="clients.read")
def list_fields() -> dict[str, Any]:
    """List the fields of accounts, contacts and cases, active and inactive, with their sections."""
    with reading() as session:
        return {"blocks": queries.blocks(session)}


@blueprint.post("/fields/<string:block>")
@blueprint.arguments(NewField)
@blueprint.response(201, OneFieldOut)
@allow(staff=WRITE)
def add_field(values: dict[str, Any], block: str) -> dict[str, Any]:
    """Add a field of the firm's own."""
    with unit_of_work() as session:
        name = actions.add_field(session, caller(), block, **values)
        return queries.field(session, block, name)


@blueprint.get("/fields/<string:block>/<string:name>")
@blueprint.response(200, OneFieldOut)
@allow(staff="clients.read")
def get_field(block: str, name: str) -> dict[str, Any]:
    """Show a field, and in how many records something stands in it."""
    with reading() as session:
        return queries.field(session, block, name)


@blueprint.put("/fields/<string:block>/<string:name>")
@blueprint.arguments(FieldChange)
@blueprint.response(200, BlocksOut)
@allow(staff=WRITE)
def change_field(values: dict[str, Any], block: str, name: str) -> dict[str, Any]:
    """Activate or deactivate a field, or say what clients may do with it; 409 `field_fixed` for one that stays."""
    with unit_of_work() as session:
        actions.change_field(session, caller(), block, name, **values)
        return {"blocks": queries.blocks(session)}


@blueprint.patch("/fields/<string:block>/<string:name>")
@blueprint.arguments(FieldEdit)
@blueprint.response(200, OneFieldOut)
@allow(staff=WRITE)
def edit_field(values: dict[str, Any], block: str, name: str) -> dict[str, Any]:
    """Change a field of the firm's own, or the section of any; 409 `changed_meanwhile`, `field_built_in`."""
    with unit_of_work() as session:
        actions.edit_field(session, caller(), block, name, **values)
        return queries.field(session, block, name)


@blueprint.delete("/fields/<string:block>/<string:name>")
@blueprint.arguments(Deletion, location="query")
@blueprint.response(204)
@allow(staff=WRITE)
def delete_field(query: dict[str, Any], block: str, name: str) -> None:
    """Delete a field of the firm's own; 409 `field_has_values` unless `values` says how many are lost with it."""
    with unit_of_work() as session:
        actions.delete_field(session, block, name, **query)


@blueprint.put("/field-modes/<string:block>")
@blueprint.arguments(Modes)
@blueprint.response(200, BlocksOut)
@allow(staff=WRITE)
def set_modes(values: dict[str, Any], block: str) -> dict[str, Any]:
    """Say what clients may do with the fields of a block."""
    with unit_of_work() as session:
        actions.set_modes(session, caller(), block, **values)
        return {"blocks": queries.blocks(session)}


@blueprint.put("/field-order/<string:block>")
@blueprint.arguments(Arrangement)
@blueprint.response(200, BlocksOut)
@allow(staff=WRITE)
def arrange(values: dict[str, Any], block: str) -> dict[str, Any]:
    """Put the fields of a block into order and sections; 409 `changed_meanwhile` where not all are named."""
    with unit_of_work() as session:
        actions.arrange(session, caller(), block, **values)
        return {"blocks": queries.blocks(session)}


@blueprint.post("/field-sections/<string:block>")
@blueprint.arguments(SectionIn)
@blueprint.response(201, SectionOut)
@allow(staff=WRITE)
def add_section(values: dict[str, Any], block: str) -> dict[str, Any]:
    """Add a section to a block."""
    with unit_of_work() as session:
        section = actions.add_section(session, block, **values)
        return {"id": section.id, "labels": section.labels}


@blueprint.patch("/field-sections/<uuid:section_id>")
@blueprint.arguments(SectionIn)
@blueprint.response(204)
@allow(staff=WRITE)
def rename_section(values: dict[str, Any], section_id: UUID) -> None:
    """Give a section another name."""
    with unit_of_work() as session:
        actions.rename_section(session, section_id, **values)


@blueprint.delete("/field-sections/<uuid:section_id>")
@blueprint.response(204)
@allow(staff=WRITE)
def delete_section(section_id: UUID) -> None:
    """Delete a section; its fields then stand outside of any."""
    with unit_of_work() as session:
        actions.delete_section(session, section_id)

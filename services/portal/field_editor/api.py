"""HTTP API of the field editor."""

from typing import Any

from flask_smorest import Blueprint

from services.chassis.app import reading, unit_of_work
from services.chassis.auth import allow, caller
from services.portal.field_editor import actions, queries
from services.portal.field_editor.schemas import BlocksOut, FieldChange

blueprint = Blueprint("fields", __name__, url_prefix="/v1/fields", description="Which fields the forms have")


@blueprint.get("")
@blueprint.response(200, BlocksOut)
@allow(staff="clients.read")
def list_fields() -> dict[str, Any]:
    """List the fields of accounts and contacts, active and inactive."""
    with reading() as session:
        return {"blocks": queries.blocks(session)}


@blueprint.put("/<string:block>/<string:name>")
@blueprint.arguments(FieldChange)
@blueprint.response(200, BlocksOut)
@allow(staff="settings.write")
def change_field(values: dict[str, Any], block: str, name: str) -> dict[str, Any]:
    """Activate or deactivate a field; 409 `field_fixed` for one that is always there."""
    with unit_of_work() as session:
        actions.set_active(session, caller(), block, name, **values)
        return {"blocks": queries.blocks(session)}

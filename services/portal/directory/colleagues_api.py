"""HTTP API of the colleagues of an account's owner."""

from typing import Any
from uuid import UUID

from flask_smorest import Blueprint

from services.chassis.app import reading, unit_of_work
from services.chassis.auth import allow, caller
from services.contracts.client_roles import OWNS
from services.portal.directory import colleagues
from services.portal.directory.schemas import ColleagueRole, ColleaguesOut, NewColleague

blueprint = Blueprint("colleagues", __name__, url_prefix="/v1/colleagues", description="Colleagues")


@blueprint.get("")
@blueprint.response(200, ColleaguesOut)
@allow(client=OWNS)
def list_colleagues() -> dict[str, Any]:
    """List the people of the account being looked at."""
    with reading() as session:
        return colleagues.colleagues(session, caller())


@blueprint.post("")
@blueprint.arguments(NewColleague)
@blueprint.response(201, ColleaguesOut)
@allow(client=OWNS)
def invite_colleague(values: dict[str, Any]) -> dict[str, Any]:
    """Invite a colleague to the portal; 403 `colleagues_off` while the firm does not let owners do so."""
    with unit_of_work() as session:
        colleagues.invite_colleague(session, caller(), **values)
        return colleagues.colleagues(session, caller())


@blueprint.patch("/<uuid:contact_id>")
@blueprint.arguments(ColleagueRole)
@blueprint.response(200, ColleaguesOut)
@allow(client=OWNS)
def change_colleague(values: dict[str, Any], contact_id: UUID) -> dict[str, Any]:
    """Give a colleague another role."""
    with unit_of_work() as session:
        colleagues.change_colleague(session, caller(), contact_id, **values)
        return colleagues.colleagues(session, caller())


@blueprint.delete("/<uuid:contact_id>")
@blueprint.response(204)
@allow(client=OWNS)
def withdraw_colleague(contact_id: UUID) -> None:
    """Take a colleague's access away."""
    with unit_of_work() as session:
        colleagues.withdraw_colleague(session, caller(), contact_id)

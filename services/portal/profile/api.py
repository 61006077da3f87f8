"""HTTP API of a client's own profile."""

from typing import Any

from flask_smorest import Blueprint

from services.chassis.app import reading, unit_of_work
from services.chassis.auth import allow, caller
from services.contracts.client_roles import WORKS
from services.portal.profile import actions, queries
from services.portal.profile.schemas import OwnCompany, OwnPerson, ProfileOut

blueprint = Blueprint("profile", __name__, url_prefix="/v1/profile", description="A client's own profile")


@blueprint.get("")
@blueprint.response(200, ProfileOut)
@allow(client=True)
def get_profile() -> dict[str, Any]:
    """Show what the firm knows of one's person and account, as far as it shows it."""
    with reading() as session:
        return queries.profile(session, caller())


@blueprint.patch("/contact")
@blueprint.arguments(OwnPerson)
@blueprint.response(200, ProfileOut)
@allow(client=True)
def change_person(values: dict[str, Any]) -> dict[str, Any]:
    """Change one's own person; 403 `proof_required` for a new mobile number, 409 `changed_meanwhile`."""
    with unit_of_work() as session:
        actions.change_own(session, caller(), "contact", **values)
        return queries.profile(session, caller())


@blueprint.patch("/account")
@blueprint.arguments(OwnCompany)
@blueprint.response(200, ProfileOut)
@allow(client=WORKS)
def change_company(values: dict[str, Any]) -> dict[str, Any]:
    """Change one's account; 409 `changed_meanwhile`."""
    with unit_of_work() as session:
        actions.change_own(session, caller(), "account", **values)
        return queries.profile(session, caller())

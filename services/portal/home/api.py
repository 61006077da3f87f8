"""HTTP API of Home and of the page's frame."""

from typing import Any

from flask_smorest import Blueprint

from services.chassis.app import reading
from services.chassis.auth import allow, caller
from services.portal.home import queries
from services.portal.home.schemas import HomeOut, ShellOut

blueprint = Blueprint("home", __name__, url_prefix="/v1", description="What a person sees first")


@blueprint.get("/home")
@blueprint.response(200, HomeOut)
@allow(client=True)
def get_home() -> dict[str, Any]:
    """Show a client's Home in one answer."""
    with reading() as session:
        return queries.home(session, caller())


@blueprint.get("/shell")
@blueprint.response(200, ShellOut)
@allow(staff="clients.read", client=True)
def get_shell() -> dict[str, Any]:
    """Show what frames every page: brand, switches, counts, and the caller's accounts."""
    who = caller()
    with reading() as session:
        return queries.staff_shell(session, who) if who.is_staff else queries.client_shell(session, who)

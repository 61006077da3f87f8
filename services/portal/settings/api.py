"""HTTP API of the firm's settings."""

from typing import Any

from flask_smorest import Blueprint

from services.chassis.app import reading, unit_of_work
from services.chassis.auth import allow, allow_anyone, caller, has_fresh_proof, proof_required
from services.portal.settings import actions, queries
from services.portal.settings.schemas import BrandOut, SettingsChange, SettingsOut

blueprint = Blueprint("settings", __name__, url_prefix="/v1", description="The firm's settings and brand")


@blueprint.get("/brand")
@blueprint.response(200, BrandOut)
@allow_anyone("the sign-in page and mails carry the firm's brand")
def get_brand() -> dict[str, Any]:
    """Show the firm's name, address and look."""
    with reading() as session:
        return queries.brand(session)


@blueprint.get("/settings")
@blueprint.response(200, SettingsOut)
@allow(staff="settings.write")
def get_settings() -> dict[str, Any]:
    """Show all settings."""
    with reading() as session:
        return queries.settings(session)


@blueprint.put("/settings")
@blueprint.arguments(SettingsChange)
@blueprint.response(200, SettingsOut)
@allow(staff="settings.write")
def save_settings(values: dict[str, Any]) -> dict[str, Any]:
    """Save settings; 409 `changed_meanwhile` where somebody else did so first.

    What decides who gets in asks for a fresh proof: 403 `proof_required`.
    """
    if actions.concerns_access(values) and not has_fresh_proof(caller()):
        raise proof_required()
    with unit_of_work() as session:
        actions.save_settings(session, **values)
        return queries.settings(session)

"""HTTP API of the firm's settings."""

from typing import Any

from flask import Response, request
from flask_smorest import Blueprint

from services.chassis import problems
from services.chassis.app import reading, unit_of_work
from services.chassis.auth import allow, allow_anyone, caller, has_fresh_proof, proof_required
from services.portal.settings import actions, queries
from services.portal.settings.logo import MOST_BYTES
from services.portal.settings.schemas import BrandOut, PublicTexts, SettingsChange, SettingsOut

blueprint = Blueprint("settings", __name__, url_prefix="/v1", description="The firm's settings and brand")


@blueprint.get("/brand")
@blueprint.response(200, BrandOut)
@allow_anyone("the sign-in page and mails carry the firm's brand")
def get_brand() -> dict[str, Any]:
    """Show the firm's name, address and look."""
    with reading() as session:
        return queries.brand(session)


@blueprint.get("/brand/texts")
@blueprint.response(200, PublicTexts)
@allow_anyone("terms and privacy are public")
def get_texts() -> dict[str, Any]:
    """Show what the firm wrote for its public pages, by language."""
    with reading() as session:
        return queries.texts(queries.firm_settings(session))


@blueprint.get("/brand/logo")
@blueprint.alt_response(200, description="A PNG")
@allow_anyone("the sign-in page and mails carry the firm's logo")
def get_logo() -> Response:
    """Return the firm's logo; 404 where it has none."""
    with reading() as session:
        found = queries.logo(session)
        if found is None:
            raise problems.not_found("This logo")
        response = Response(found.content, content_type="image/png")
        response.set_etag(found.digest)
    response.headers |= {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "default-src 'none'; sandbox"}
    return response


@blueprint.put("/settings/logo")
@blueprint.response(200, SettingsOut)
@allow(staff="settings.write")
def save_logo() -> dict[str, Any]:
    """Replace the firm's logo: the body is a PNG, JPEG or WebP of at most 2 MB. It is drawn anew as a PNG."""
    request.max_content_length = MOST_BYTES
    with unit_of_work() as session:
        actions.save_logo(session, request.get_data())
        return queries.settings(session)


@blueprint.delete("/settings/logo")
@blueprint.response(200, SettingsOut)
@allow(staff="settings.write")
def remove_logo() -> dict[str, Any]:
    """Go back to the firm's initials."""
    with unit_of_work() as session:
        actions.remove_logo(session)
        return queries.settings(session)


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

"""HTTP API of request templates."""

from typing import Any
from uuid import UUID

from flask_smorest import Blueprint

from services.chassis.app import reading, unit_of_work
from services.chassis.auth import allow, caller
from services.portal.request_templates import actions, queries
from services.portal.request_templates.models import RequestTemplate
from services.portal.request_templates.schemas import (
    TemplateChange,
    TemplateIn,
    TemplateOut,
    TemplatesPage,
    TemplatesQuery,
)

blueprint = Blueprint(
    "request_templates", __name__, url_prefix="/v1/request-templates", description="Requests kept ready"
)


@blueprint.get("")
@blueprint.arguments(TemplatesQuery, location="query")
@blueprint.response(200, TemplatesPage)
@allow(staff="requests.read")
def list_templates(query: dict[str, Any]) -> dict[str, Any]:
    """List the templates, by title."""
    with reading() as session:
        return queries.templates(session, **query)


@blueprint.post("")
@blueprint.arguments(TemplateIn)
@blueprint.response(201, TemplateOut)
@allow(staff="requests.write")
def add_template(values: dict[str, Any]) -> RequestTemplate:
    """Keep a request ready."""
    with unit_of_work() as session:
        return actions.add_template(session, caller(), **values)


@blueprint.get("/<uuid:template_id>")
@blueprint.response(200, TemplateOut)
@allow(staff="requests.read")
def get_template(template_id: UUID) -> RequestTemplate:
    """Show a template."""
    with reading() as session:
        return queries.template(session, template_id)


@blueprint.put("/<uuid:template_id>")
@blueprint.arguments(TemplateChange)
@blueprint.response(200, TemplateOut)
@allow(staff="requests.write")
def change_template(values: dict[str, Any], template_id: UUID) -> RequestTemplate:
    """Change a template."""
    with unit_of_work() as session:
        return actions.change_template(session, template_id, **values)


@blueprint.post("/<uuid:template_id>/archive")
@blueprint.response(200, TemplateOut)
@allow(staff="requests.write")
def archive_template(template_id: UUID) -> RequestTemplate:
    """Offer a template no more."""
    with unit_of_work() as session:
        return actions.archive_template(session, template_id)


@blueprint.post("/<uuid:template_id>/restore")
@blueprint.response(200, TemplateOut)
@allow(staff="requests.write")
def restore_template(template_id: UUID) -> RequestTemplate:
    """Offer an archived template again."""
    with unit_of_work() as session:
        return actions.restore_template(session, template_id)

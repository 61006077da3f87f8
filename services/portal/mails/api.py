"""HTTP API of mails to the firm."""

from typing import Any
from uuid import UUID

from flask_smorest import Blueprint

from services.chassis.app import reading, unit_of_work
from services.chassis.auth import allow, caller
from services.portal.mails import actions, queries
from services.portal.mails.schemas import MailHeaders, MailOut, MailPage, MailsQuery, NewMail

blueprint = Blueprint("mails", __name__, url_prefix="/v1/mails", description="What clients write to the firm by mail")


@blueprint.get("")
@blueprint.arguments(MailsQuery, location="query")
@blueprint.response(200, MailPage)
@allow(staff="clients.read", client=True)
def list_mails(query: dict[str, Any]) -> dict[str, Any]:
    """List mails, the latest first; to a client those that they wrote."""
    with reading() as session:
        return queries.mails(session, caller(), **query)


@blueprint.post("")
@blueprint.arguments(MailHeaders, location="headers")
@blueprint.arguments(NewMail)
@blueprint.response(201, MailOut)
@allow(client=True)
def send_mail(headers: dict[str, Any], values: dict[str, Any]) -> dict[str, Any]:
    """Write to the firm's address; answers go to the caller's own. `Idempotency-Key` makes one of a double send."""
    with unit_of_work() as session:
        mail = actions.send_mail(session, caller(), **values, **headers)
        return queries.mail(session, caller(), mail.id)


@blueprint.get("/<uuid:mail_id>")
@blueprint.response(200, MailOut)
@allow(staff="clients.read", client=True)
def get_mail(mail_id: UUID) -> dict[str, Any]:
    """Show a mail as it was sent."""
    with reading() as session:
        return queries.mail(session, caller(), mail_id)

"""Sign requests in the admin: the list, one with its evidence, its files, and taking it back."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from gateway.admin.signing import record
from gateway.clients import Json, clients
from gateway.clients.transport import Page
from gateway.dialogs import render_dialog
from gateway.edge import downloads
from gateway.edge.access import staff_page
from gateway.forms import Form
from gateway.statuses import status_of
from services.chassis import observability
from services.chassis.problems import Problem

pages = Blueprint("admin_signing", __name__)

Answer = str | AnyResponse | tuple[str, int]
SHOWN = ("draft", "sent", "completed", "declined", "voided", "failed")
MOST_CLIENTS = 8
log = observability.logger(__name__)


@pages.get("/admin/sign-requests")
@staff_page("signing.read")
def list_sign_requests() -> str:
    """The sign requests to all clients, or to one, the latest first."""
    status, account_id = request.args.get("status"), _client()
    query: Json = {"status": status if status in SHOWN else None, "account_id": account_id}
    wanted = request.args.get("q", "").strip()[:100]
    context: dict[str, Any] = {
        "query": query | {"q": wanted},
        "found_clients": _found_clients(wanted) if wanted and not account_id else [],
        "account": clients().portal.account(account_id) if account_id else None,
        "states": [(name, status_of("sign_request", name).word) for name in SHOWN],
    }
    return render_template("admin/signing/list.html", page=_listed(query), **context)


@pages.get("/admin/sign-requests/<uuid:sign_request_id>")
@staff_page("signing.read")
def show(sign_request_id: UUID) -> str:
    """One sign request: how far it is, who did what, the files, the audit trail."""
    found = clients().signing.sign_request(str(sign_request_id))
    trail = clients().signing.audit(str(sign_request_id))
    people = record.people(found, trail)
    _take_off_work_list(found)
    return render_template(
        "admin/signing/record.html",
        asked=found,
        people=people,
        comments=record.comments(found, trail),
        steps=record.steps(trail),
        broken_at=trail["broken_at"],
    )


@pages.get("/admin/sign-requests/<uuid:sign_request_id>/state")
@staff_page("signing.read")
def state(sign_request_id: UUID) -> Response:
    """Have the page loaded again once the document is checked, or sealed; nothing until then."""
    found = clients().signing.sign_request(str(sign_request_id))
    over = found["status"] not in ("preparing", "signed", "sealing")
    return Response(status=200 if over else 204, headers={"HX-Refresh": "true"} if over else {})


@pages.get("/admin/sign-requests/<uuid:sign_request_id>/pages/<int:number>")
@staff_page("signing.read")
def page_image(sign_request_id: UUID, number: int) -> Response:
    """A page as a picture; `scale` is pixels a point."""
    scale = request.args.get("scale", type=float)
    return downloads.send(clients().signing.page_image(str(sign_request_id), number, scale))


@pages.get("/admin/sign-requests/<uuid:sign_request_id>/document")
@staff_page("signing.read")
def original(sign_request_id: UUID) -> Response:
    """The document as it was when the request was made."""
    return downloads.send(clients().signing.document(str(sign_request_id)))


@pages.get("/admin/sign-requests/<uuid:sign_request_id>/sealed")
@staff_page("signing.read")
def sealed(sign_request_id: UUID) -> Response:
    """The sealed file."""
    return downloads.send(clients().signing.sealed(str(sign_request_id)))


@pages.get("/admin/sign-requests/<uuid:sign_request_id>/void")
@staff_page("signing.write")
def ask_void(sign_request_id: UUID) -> str:
    """Ask why, before a sign request is taken back."""
    found = clients().signing.sign_request(str(sign_request_id))
    return render_dialog("admin/signing/void.html", asked=found, form=Form())


@pages.post("/admin/sign-requests/<uuid:sign_request_id>/void")
@staff_page("signing.write")
def void(sign_request_id: UUID) -> Answer:
    """Take a sign request back; the signers read why."""
    form = Form.posted("reason")
    if form.require("reason", _("Say in a few words why; the signers read it.")):
        try:
            clients().signing.void(str(sign_request_id), form.value("reason"))
        except Problem as problem:
            form.refuse(problem)
        else:
            flash(_("The request is withdrawn. Nobody can sign it any more."))
            return redirect(url_for(".show", sign_request_id=sign_request_id), 303)
    found = clients().signing.sign_request(str(sign_request_id))
    return render_dialog("admin/signing/void.html", asked=found, form=form), 422


def _take_off_work_list(found: Json) -> None:
    if found["status"] == "completed":
        try:
            clients().portal.mark_seen("request_signed", found["id"])
        except Problem as problem:
            log.warning("work_list_kept", sign_request=found["id"], status=problem.status)


def _listed(query: Json) -> Page:
    cursor = request.args.get("cursor")
    try:
        return clients().signing.sign_requests(cursor=cursor, **query)
    except Problem as problem:
        if problem.status != 422 or not cursor:
            raise
        return clients().signing.sign_requests(**query)


def _client() -> str | None:
    try:
        return str(UUID(request.args.get("account_id", "")))
    except ValueError:
        return None


def _found_clients(wanted: str) -> list[Json]:
    return clients().portal.accounts(q=wanted, limit=MOST_CLIENTS).rows

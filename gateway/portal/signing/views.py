"""The signer's pages: the document, the disclosure, the fields, and what comes after."""

from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from gateway.clients import Json, clients
from gateway.dialogs import render_dialog
from gateway.edge import downloads
from gateway.edge.access import client_page
from gateway.edge.guard import client_info
from gateway.edge.sessions import current_visitor
from gateway.forms import Form
from gateway.languages import language
from gateway.portal.signing import filling, standing
from gateway.shell import frames
from services.chassis.problems import Problem
from services.contracts.client_roles import SIGNS

pages = Blueprint("portal_signing", __name__)

Answer = str | Response | tuple[str, int]
POLLED_ENOUGH = 286
"""The status with which htmx stops asking (https://htmx.org/docs/#load_polling)."""


@pages.get("/sign/<uuid:sign_request_id>")
@client_page(roles=SIGNS)
def show(sign_request_id: UUID) -> Answer:
    """The whole document, and the way on. Opening it counts as viewed: only the signed-in signer gets here."""
    try:
        found = _opened(str(sign_request_id))
    except Problem as problem:
        if problem.status != 404:
            raise
        return render_template("portal/signing/absent.html", end=standing.absent()), 404
    if standing.has_signed(found):
        return redirect(url_for(".done", sign_request_id=sign_request_id))
    if standing.is_over(found):
        return _over(found)
    return render_template(
        "portal/signing/read.html", asked=found, texts=_texts(found), next_step=standing.next_step(found)
    )


def _opened(sign_request_id: str) -> Json:
    """Return the sign request, which counts as viewed unless staff views it as the client (B9)."""
    if current_visitor().acting:
        return clients().signing.sign_request(sign_request_id)
    return clients().signing.view(sign_request_id, _browser())


@pages.get("/sign/<uuid:sign_request_id>/pages/<int:number>")
@client_page(roles=SIGNS)
def page_image(sign_request_id: UUID, number: int) -> Response:
    """A page as a picture; `scale` is pixels a point."""
    scale = request.args.get("scale", type=float)
    return downloads.send(clients().signing.page_image(str(sign_request_id), number, scale))


@pages.get("/sign/<uuid:sign_request_id>/disclosure")
@client_page(roles=SIGNS)
def disclosure(sign_request_id: UUID) -> Answer:
    """What one agrees to before one signs, in the language of the page."""
    found = clients().signing.sign_request(str(sign_request_id))
    if standing.next_step(found) != "disclosure":
        return _onward(found)
    return _disclosure_page(found, Form())


@pages.post("/sign/<uuid:sign_request_id>/consent")
@client_page(roles=SIGNS)
def consent(sign_request_id: UUID) -> Answer:
    """Take the agreement: to the text that was shown, for the file that was shown."""
    form = Form.posted("agree", "disclosure_version", "disclosure_sha256", "locale", "document_sha256")
    if not form.require("agree", _("Tick this box first: without it you cannot sign electronically.")):
        return _disclosure_page(clients().signing.sign_request(str(sign_request_id)), form), 422
    agreed = {name: value for name, value in form.values.items() if name != "agree"}
    try:
        clients().signing.consent(str(sign_request_id), agreed, _browser())
    except Problem as problem:
        if problem.code != "disclosure_changed":
            return _refused(sign_request_id, problem)
        form = Form(errors={"": [_("The text was changed while you read. Read the new one and agree to it.")]})
        return _disclosure_page(clients().signing.sign_request(str(sign_request_id)), form), 409
    return redirect(url_for(".fill", sign_request_id=sign_request_id), 303)


@pages.get("/sign/<uuid:sign_request_id>/fill")
@client_page(roles=SIGNS)
def fill(sign_request_id: UUID) -> Answer:
    """The document with what is for the signer to fill in."""
    found = clients().signing.sign_request(str(sign_request_id))
    if standing.next_step(found) != "fill":
        return _onward(found)
    return _fill_page(found, Form(filling.prefilled(found["fields"])))


@pages.post("/sign/<uuid:sign_request_id>/finish")
@client_page(roles=SIGNS)
def finish(sign_request_id: UUID) -> Answer:
    """Sign. What was filled in stays where something is missing."""
    found = clients().signing.sign_request(str(sign_request_id))
    if standing.next_step(found) != "fill":
        return _onward(found)
    form = Form(request.form.to_dict())
    values = filling.values(found["fields"], request.form)
    try:
        clients().signing.sign(str(sign_request_id), form.value("document_sha256"), values, _browser())
    except Problem as problem:
        if problem.status != 422:
            return _refused(sign_request_id, problem)
        filling.refuse(form, problem, values)
        return _fill_page(found, form), 422
    frames().fresh(current_visitor())
    return redirect(url_for(".done", sign_request_id=sign_request_id), 303)


@pages.get("/sign/<uuid:sign_request_id>/decline")
@client_page(roles=SIGNS)
def ask_decline(sign_request_id: UUID) -> Answer:
    """Ask why, before the request is over."""
    found = clients().signing.sign_request(str(sign_request_id))
    if standing.next_step(found) not in ("disclosure", "fill"):
        return _onward(found)
    return render_dialog("portal/signing/decline.html", asked=found, form=Form())


@pages.post("/sign/<uuid:sign_request_id>/decline")
@client_page(roles=SIGNS)
def decline(sign_request_id: UUID) -> Answer:
    """Do not sign, and say why."""
    form = Form.posted("reason")
    if form.require("reason", _("Say in a few words why you do not sign.")):
        try:
            clients().signing.decline(str(sign_request_id), form.value("reason"), _browser())
        except Problem as problem:
            if problem.status != 422:
                return _refused(sign_request_id, problem)
            form.refuse(problem)
        else:
            frames().fresh(current_visitor())
            return redirect(url_for(".show", sign_request_id=sign_request_id), 303)
    found = clients().signing.sign_request(str(sign_request_id))
    return render_dialog("portal/signing/decline.html", asked=found, form=form), 422


@pages.get("/sign/<uuid:sign_request_id>/done")
@client_page(roles=SIGNS)
def done(sign_request_id: UUID) -> Answer:
    """What was signed, what happens next, and the sealed file as soon as it is there."""
    found = clients().signing.sign_request(str(sign_request_id))
    if not standing.has_signed(found):
        return _onward(found)
    return render_template("portal/signing/done.html", asked=found, waiting=standing.still_to_sign(found))


@pages.get("/sign/<uuid:sign_request_id>/done/copy")
@client_page(roles=SIGNS)
def copy(sign_request_id: UUID) -> Answer:
    """The part of the last page that changes by itself: sealed yet?"""
    found = clients().signing.sign_request(str(sign_request_id))
    html = render_template("portal/signing/copy.html", asked=found, waiting=standing.still_to_sign(found))
    return html, 200 if standing.is_being_sealed(found) else POLLED_ENOUGH


@pages.get("/sign/<uuid:sign_request_id>/sealed")
@client_page(roles=SIGNS)
def sealed(sign_request_id: UUID) -> Response:
    """The sealed file."""
    return downloads.send(clients().signing.sealed(str(sign_request_id)))


def _browser() -> Json:
    """Return where the signer's browser is, as the evidence keeps it."""
    info = client_info()
    return {"ip": info["ip"], "user_agent": info["user_agent"]}


def _texts(found: Json) -> list[str]:
    texts: list[str] = clients().signing.text(found["id"])["pages"]
    return texts


def _disclosure_page(found: Json, form: Form) -> str:
    text = clients().signing.disclosure(language())
    return render_template("portal/signing/disclosure.html", asked=found, text=text, form=form)


def _fill_page(found: Json, form: Form) -> str:
    items = filling.items(found["fields"])
    return render_template("portal/signing/fill.html", asked=found, texts=_texts(found), form=form, items=items)


def _onward(found: Json) -> Response:
    """Return the way to the page on which the signer is to go on."""
    place = {"disclosure": ".disclosure", "fill": ".fill"}.get(standing.next_step(found), ".show")
    return redirect(url_for(place, sign_request_id=found["id"]), 303)


def _refused(sign_request_id: UUID, problem: Problem) -> Answer:
    """Say why a step came too late or too early, or lead where it is possible; raise what is no matter of the step."""
    if problem.status != 409:
        raise problem
    if problem.code == "document_changed":
        return _over(clients().signing.sign_request(str(sign_request_id)), "document_changed"), 409
    if problem.code == "consent_needed":
        return redirect(url_for(".disclosure", sign_request_id=sign_request_id), 303)
    return redirect(url_for(".show", sign_request_id=sign_request_id), 303)


def _over(found: Json, why: str | None = None) -> str:
    end = standing.end(found, why)
    return render_template("portal/signing/over.html", asked=found, end=end)

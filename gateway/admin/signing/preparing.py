"""Preparing a sign request: the document is checked, people and fields are placed, and it is sent."""

from uuid import UUID

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from gateway.admin.clients.invitations import listed
from gateway.admin.signing import plan
from gateway.clients import Json, clients
from gateway.edge.access import staff_page
from gateway.formatting import time_of_day
from gateway.forms import Form
from services.chassis import clock
from services.chassis.problems import Problem

pages = Blueprint("admin_signing_prepare", __name__)

Answer = str | Response | tuple[str, int] | tuple[Response, int]
ONE = "/admin/sign-requests/<uuid:sign_request_id>"


@pages.get(f"{ONE}/prepare")
@staff_page("signing.write")
def prepare(sign_request_id: UUID) -> Answer:
    """Wait until the document is checked, then place people and fields on it."""
    found = clients().signing.sign_request(str(sign_request_id))
    if found["status"] == "preparing":
        return render_template("admin/signing/preparing.html", asked=found)
    if found["status"] == "failed":
        return render_template("admin/signing/failed.html", asked=found, reason=plan.failure_words(found["failure"]))
    if found["status"] != "draft":
        return _record(sign_request_id)
    return _page(found, Form())


@pages.post(f"{ONE}/plan")
@staff_page("signing.write")
def save_plan(sign_request_id: UUID) -> Answer:
    """Save what the script has placed; the answer says when, or what is still missing."""
    body = request.get_json()
    if not isinstance(body, dict):
        raise BadRequest
    try:
        saved = clients().signing.save_plan(str(sign_request_id), body.get("recipients", []), body.get("fields", []))
    except Problem as problem:
        if problem.status not in (409, 422):
            raise
        wrong = jsonify(problem=plan.what_is_wrong(problem, body), person=plan.who_is_meant(problem, body))
        return wrong, problem.status
    return jsonify(saved_at=time_of_day(clock.now()), version=saved["version"])


@pages.post(f"{ONE}/fields")
@staff_page("signing.write")
def add_field(sign_request_id: UUID) -> Answer:
    """Place a field by its numbers."""
    found = clients().signing.sign_request(str(sign_request_id))
    form = Form.posted("contact_id", "type", "page", "x", "y", "width", "height", "label", "optional")
    wanted = plan.with_field(plan.of(found), form)
    return _save(found, form, wanted, _("The field is placed."))


@pages.post(f"{ONE}/fields/<uuid:field_id>/remove")
@staff_page("signing.write")
def remove_field(sign_request_id: UUID, field_id: UUID) -> Answer:
    """Take a field away, and with their last one its signer."""
    found = clients().signing.sign_request(str(sign_request_id))
    return _save(found, Form(), plan.without_field(plan.of(found), str(field_id)), _("The field is removed."))


@pages.post(f"{ONE}/recipients")
@staff_page("signing.write")
def set_recipient(sign_request_id: UUID) -> Answer:
    """Say in which order somebody signs, or that they get a copy."""
    found = clients().signing.sign_request(str(sign_request_id))
    form = Form.posted("recipient_id", "role", "order")
    return _save(found, form, plan.with_recipient(plan.of(found), form), _("Saved."))


@pages.post(f"{ONE}/send")
@staff_page("signing.write")
def send(sign_request_id: UUID) -> Answer:
    """Send it to those whose turn it is."""
    try:
        sent = clients().signing.send(str(sign_request_id))
    except Problem as problem:
        if problem.status not in (409, 422):
            raise
        flash(plan.what_is_wrong(problem, None), "error")
        return redirect(url_for(".prepare", sign_request_id=sign_request_id), 303)
    names = [one["name"] for one in sent["recipients"] if one["status"] == "notified"]
    text = ngettext("%(names)s is asked to sign.", "%(names)s are asked to sign.", len(names), names=listed(names))
    flash(text)
    _warn_of_strangers(sent)
    return _record(sign_request_id)


def _warn_of_strangers(sent: Json) -> None:
    """Tell of signers who cannot sign in yet, and so cannot sign."""
    ready = {person["id"] for person in plan.people(clients().portal.account(sent["account_id"])) if person["ready"]}
    names = [one["name"] for one in sent["recipients"] if one["role"] == "signer" and one["contact_id"] not in ready]
    if names:
        text = _("Not in the portal yet: %(names)s. Invite them, or they cannot sign.", names=listed(names))
        flash(text, "warning")


def _save(found: Json, form: Form, wanted: plan.Plan, done: str) -> Answer:
    try:
        if form.is_valid():
            clients().signing.save_plan(found["id"], **plan.to_save(wanted))
    except Problem as problem:
        if problem.status not in (409, 422):
            raise
        form.add_error("", plan.what_is_wrong(problem, wanted))
    if not form.is_valid():
        return _page(found, form), 422
    flash(done)
    return redirect(url_for(".prepare", sign_request_id=found["id"]), 303)


def _page(found: Json, form: Form) -> str:
    account, placed = clients().portal.account(found["account_id"]), plan.of(found)
    return render_template(
        "admin/signing/prepare.html",
        asked=found,
        account=account,
        people=plan.people(account, [one["key"] for one in placed["recipients"]]),
        not_offered=plan.not_offered(account),
        plan=placed,
        types=plan.types(),
        form=form,
    )


def _record(sign_request_id: UUID) -> Response:
    return redirect(url_for("admin_signing.show", sign_request_id=sign_request_id), 303)

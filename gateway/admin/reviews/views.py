"""Reviews in the admin: the list with its figures, one with its answer, asking for one; and a client's mail."""

from collections.abc import Callable
from functools import wraps
from uuid import UUID

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from gateway.admin.clients.invitations import listed
from gateway.admin.clients.record import account_of
from gateway.clients import Json, clients
from gateway.clients.transport import Page
from gateway.dialogs import render_dialog
from gateway.edge.access import staff_page
from gateway.edge.sessions import current_visitor
from gateway.forms import Form
from gateway.shell import frames
from services.chassis.problems import Problem

pages = Blueprint("admin_reviews", __name__)

STARS = ("5", "4", "3", "2", "1")
STATES = ("unanswered", "answered")
Answer = str | Response | tuple[str, int]


def while_on(view: Callable[..., Answer]) -> Callable[..., Answer]:
    """Make a page one that is not there while the firm takes no reviews (S25)."""

    @wraps(view)
    def shown(**arguments: UUID) -> Answer:
        try:
            return view(**arguments)
        except Problem as problem:
            if problem.code != "reviews_off":
                raise
            frames().fresh(current_visitor())
            abort(404)

    return shown


@pages.get("/admin/reviews")
@staff_page("clients.read")
@while_on
def list_reviews() -> str:
    """All reviews, or those with so many stars, answered or not."""
    page, query = _listed()
    return render_template("admin/reviews/list.html", page=page, query=query, figures=(page.body or {}).get("figures"))


@pages.get("/admin/reviews/<uuid:review_id>")
@staff_page("clients.read")
@while_on
def show_review(review_id: UUID) -> str:
    """One review with the firm's answer."""
    return _review_page(str(review_id), Form())


@pages.post("/admin/reviews/<uuid:review_id>/answer")
@staff_page("clients.write")
@while_on
def answer(review_id: UUID) -> Answer:
    """Answer it; the client is mailed, so it stays as it is."""
    form = Form.posted("answer")
    if form.require("answer", _("Write your answer.")):
        try:
            clients().reviews.answer(str(review_id), form.value("answer"))
        except Problem as problem:
            _refuse(form, problem)
        else:
            flash(_("The client is mailed your answer."))
            return redirect(url_for(".show_review", review_id=review_id), 303)
    return _review_page(str(review_id), form), 422


@pages.get("/admin/clients/<uuid:account_id>/request-review")
@staff_page("clients.write")
@while_on
def choose(account_id: UUID) -> str:
    """Who of a client is asked for a review."""
    return _dialog(str(account_id), Form({"contact_ids": []}))


@pages.post("/admin/clients/<uuid:account_id>/request-review")
@staff_page("clients.write")
@while_on
def request_review(account_id: UUID) -> Answer:
    """Mail them a link to rate the service."""
    form = Form.posted(lists=["contact_ids"])
    if form.require("contact_ids", _("Choose at least one person.")):
        try:
            items = clients().reviews.ask(str(account_id), form.value("contact_ids"))
        except Problem as problem:
            _refuse(form, problem, at="contact_ids")
        else:
            _say(items)
            return redirect(url_for("admin_clients.show_client", account_id=account_id, tab="profile"), 303)
    return _dialog(str(account_id), form), 422


@pages.get("/admin/mails/<uuid:mail_id>")
@staff_page("clients.read")
def show_mail(mail_id: UUID) -> str:
    """What a client wrote to the firm by mail."""
    return render_template("admin/mails/mail.html", mail=clients().reviews.mail(str(mail_id)))


def _refuse(form: Form, problem: Problem, at: str = "") -> None:
    if problem.code == "reviews_off":
        raise problem
    form.refuse_at(at, problem) if at else form.refuse(problem)


def _listed() -> tuple[Page, Json]:
    stars, state = request.args.get("stars", ""), request.args.get("state", "")
    query: Json = {
        "stars": stars if stars in STARS else "",
        "state": state if state in STATES else "",
        "q": request.args.get("q", "").strip()[:100],
        "cursor": request.args.get("cursor"),
    }
    try:
        return clients().reviews.reviews(**query), query
    except Problem as problem:
        if problem.status != 422:
            raise
        query |= {"cursor": None, "q": ""}
        return clients().reviews.reviews(**query), query


def _review_page(review_id: str, form: Form) -> str:
    return render_template("admin/reviews/review.html", review=clients().reviews.review(review_id), form=form)


def _dialog(account_id: str, form: Form) -> str:
    account = account_of(account_id)
    asked = {entry["contact_id"] for entry in clients().reviews.of_account(account_id)["open_requests"]}
    return render_dialog("admin/reviews/request.html", account=account, asked=asked, form=form)


def _say(items: list[Json]) -> None:
    sent = [item["name"] for item in items if item["result"] == "sent"]
    lately = [item["name"] for item in items if item["result"] != "sent"]
    if sent:
        flash(_("%(names)s will get an e-mail with a link to rate your service.", names=listed(sent)))
    if lately:
        flash(
            ngettext(
                "%(names)s was asked within the last day already, and got no other mail.",
                "%(names)s were asked within the last day already, and got no other mail.",
                len(lately),
                names=listed(lately),
            )
        )

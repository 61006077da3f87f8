"""The review: signed in at the foot of the portal (S37), or by the link of a mail without signing in (S39).

Looking at a link never uses it up, also with a number of stars in it: mail scanners follow links (threat 11).
"""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from gateway.clients import clients, upstreams
from gateway.clients.transport import Page
from gateway.edge.access import client_page, public_page
from gateway.edge.sessions import current_visitor
from gateway.forms import Form
from gateway.shell import frames
from services.chassis.problems import Problem

pages = Blueprint("portal_reviews", __name__)

SHOWN = 10
STARS = ("1", "2", "3", "4", "5")
OFF = "reviews_off"
OVER = (404, 410, 422)
Answer = str | Response | tuple[str, int]


@pages.get("/review")
@client_page
def show() -> str:
    """The review, and those before it with the firm's answers."""
    return _page(Form({"stars": _chosen()}))


@pages.post("/review")
@client_page
def submit() -> Answer:
    """Take it."""
    form = _posted()
    if form.is_valid():
        try:
            clients().reviews.submit(int(form.value("stars")), form.value("comment"))
        except Problem as problem:
            _gone_while_off(problem)
            form.refuse(problem)
        else:
            flash(_("Thank you for your review."))
            return redirect(url_for(".show"), 303)
    return _page(form), 422


@pages.get("/rate/<token>")
@public_page(limit="sign-in")
def show_link(token: str) -> Answer:
    """The review of who was asked by mail; the stars of the link are chosen already."""
    status = _status(token)
    return _link_page(Form({"stars": _chosen()})) if status == "open" else _over(status)


@pages.post("/rate/<token>")
@public_page(limit="sign-in")
def submit_by_link(token: str) -> Answer:
    """Take it and use the link up."""
    form = _posted()
    if not form.is_valid():
        status = _status(token)
        return (_link_page(form), 422) if status == "open" else _over(status)
    try:
        upstreams().review_links.submit(token, int(form.value("stars")), form.value("comment"))
    except Problem as problem:
        _gone_while_off(problem)
        if problem.status == 410:
            return _over(_status(token))
        form.refuse(problem)
        return _link_page(form), 422
    return render_template("portal/reviews/thanks.html")


def _posted() -> Form:
    form = Form.posted("stars", "comment")
    if form.value("stars") not in STARS:
        form.add_error("stars", _("Choose 1 to 5 stars."))
    return form


def _chosen() -> str:
    stars = request.args.get("stars", "")
    return stars if stars in STARS else ""


def _status(token: str) -> str:
    """Return how a link stands: open, answered, revoked, expired or (for one that never was) unknown."""
    try:
        status: str = upstreams().review_links.inspect(token)["status"]
    except Problem as problem:
        _gone_while_off(problem)
        if problem.status in OVER:
            return "unknown"
        raise
    return status


def _gone_while_off(problem: Problem) -> None:
    if problem.code == OFF:
        abort(404)


def _page(form: Form) -> str:
    try:
        own: Page = clients().reviews.reviews(cursor=request.args.get("cursor"), limit=SHOWN)
    except Problem as problem:
        if problem.code == OFF:
            frames().fresh(current_visitor())
        _gone_while_off(problem)
        raise
    return render_template("portal/reviews/review.html", form=form, own=own)


def _link_page(form: Form) -> str:
    return render_template("portal/reviews/rate.html", form=form, path=request.path)


def _over(status: str) -> tuple[str, int]:
    return render_template("portal/reviews/over.html", status=status), 410

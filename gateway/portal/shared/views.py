"""A document by a link, without an account. To look at the page counts nothing: mail scanners look (threat 11).

Every link that gives nothing answers alike, so that nobody learns which ones there were.
"""

from flask import Blueprint, make_response, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from gateway.clients import Json, upstreams
from gateway.edge import downloads
from gateway.edge.access import public_page
from gateway.edge.guard import client_address
from gateway.forms import Form
from services.chassis.problems import Problem

pages = Blueprint("portal_shared", __name__)

HEADERS = {"X-Robots-Tag": "noindex, nofollow, noarchive", "Referrer-Policy": "no-referrer"}
WRONG = ("wrong_link_password", "too_many_attempts")


@pages.get("/shared/<token>")
@public_page
def show(token: str) -> Response:
    """What the link gives, and the button that gives it."""
    link = _inspected(token)
    return _over() if link is None else _page(link, Form())


@pages.post("/shared/<token>")
@public_page(limit="shared")
def download(token: str) -> Response:
    """Give the document."""
    password = request.form.get("password", "")
    try:
        answer = downloads.send(upstreams().held_links.download(token, password, client_address()))
    except Problem as problem:
        if problem.code in WRONG:
            return _refused(token, problem)
        if problem.status in (404, 422):
            return _over()
        raise
    answer.headers.update(HEADERS)
    return answer


def _refused(token: str, problem: Problem) -> Response:
    link, form = _inspected(token), Form()
    if link is None:
        return _over()
    if problem.code == "wrong_link_password":
        form.add_error("password", _("This password is not right."))
    else:
        form.add_error("password", _("That was too many tries. Wait a quarter of an hour and try again."))
    response = _page(link, form, 422 if problem.status == 403 else problem.status)
    if problem.retry_after:
        response.headers["Retry-After"] = str(problem.retry_after)
    return response


def _inspected(token: str) -> Json | None:
    try:
        return upstreams().held_links.inspect(token)
    except Problem as problem:
        if problem.status in (404, 422):
            return None
        raise


def _page(link: Json, form: Form, status: int = 200) -> Response:
    return _answer(render_template("portal/shared/document.html", link=link, form=form, path=request.path), status)


def _over() -> Response:
    return _answer(render_template("portal/shared/over.html"), 404)


def _answer(page: str, status: int) -> Response:
    response = make_response(page, status)
    response.headers.update(HEADERS)
    return response

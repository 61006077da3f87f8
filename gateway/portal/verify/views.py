"""Is this document what was signed here? For anyone who holds the file; certificates of completion name this page."""

from flask import Blueprint, render_template
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from gateway.clients import Json, clients
from gateway.edge.access import Access, declare, public_page
from gateway.edge.uploads import uploaded_files
from gateway.service_messages import say_problem
from services.chassis.problems import Problem

pages = Blueprint("portal_verify", __name__)

Answer = str | Response | tuple[str, int]

REASONS = {
    "empty": _l("The file is empty."),
    "too_large": _l("The file is too large to be one of ours."),
    "not_pdf": _l("This is not a PDF file."),
    "unsigned": _l("There is no seal in this file."),
    "signatures": _l("There are other signatures in this file than ours."),
    "unknown_key": _l("The seal is not from this firm's portal."),
    "changed_after": _l("The file was changed after it was sealed."),
    "altered": _l("The file was changed after it was sealed."),
    "malformed": _l("The seal is damaged."),
    "not_certified": _l("The seal does not forbid changes, so it is not one of ours."),
    "unreadable": _l("The file is damaged."),
    "not_recorded": _l("The seal is genuine, but no document with these exact bytes was sealed here."),
}


@pages.get("/verify")
@public_page
def ask() -> str:
    """The form that takes the file."""
    return _page()


@pages.post("/verify")
@declare(Access("public", limit="verify", streams=True))
def check() -> Answer:
    """Say whether the file is whole and genuine. It is not kept."""
    name, verdict = "", None
    try:
        for file in uploaded_files():
            name, verdict = file.name, clients().signing.verify(file.chunks)
            break
    except Problem as problem:
        if problem.status not in (400, 413, 422):
            raise
        return _page(error=say_problem(problem)), 422
    if verdict is None:
        return _page(error=_("Choose a file first.")), 422
    return _page(name=name, verdict=verdict)


def _page(*, error: str | None = None, name: str = "", verdict: Json | None = None) -> str:
    reason = REASONS.get(verdict["reason"] or "") if verdict else None
    return render_template("portal/verify/verify.html", error=error, name=name, verdict=verdict, reason=reason)

"""What a visitor sees when something fails: what happened, what was kept, what to do, and an id to quote."""

from flask import Flask, Response, flash, redirect, render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from gateway.edge import redirects
from gateway.edge.csrf import SAFE_METHODS, Forged
from gateway.edge.guard import to_proof
from gateway.edge.sessions import side_of, visitor_or_none
from services.chassis import observability
from services.chassis.problems import Problem

log = observability.logger(__name__)

NOT_UNDERSTOOD = (_l("That was not understood"), _l("Nothing was changed. Go back and try again."))
ONLY_VIEWING = (
    _l("You are only viewing"),
    _l("You look at the portal as a client sees it. Nothing can be changed, and what is personal stays closed."),
)
BUSY = (
    _l("Many people are signing in at this moment"),
    _l("Nothing was done yet. Go back, wait a few seconds and send it once more."),
)
WORDS = {
    400: NOT_UNDERSTOOD,
    403: (
        _l("You may not open this page"),
        _l("Your account does not have the permission. Ask somebody who has it."),
    ),
    404: (
        _l("This page is not here"),
        _l("The address may be wrong, or what stood here was removed or is not yours to see."),
    ),
    405: NOT_UNDERSTOOD,
    413: (_l("That is too large"), _l("Nothing was saved. Choose a smaller file and send it again.")),
    429: (_l("That was too often"), _l("Wait a few minutes and try again.")),
    500: (
        _l("Something went wrong on our side"),
        _l("We have been told. Try again, and write to us if it stays."),
    ),
    503: (
        _l("A part of the portal is resting"),
        _l("Nothing is lost. Wait a moment and load the page again."),
    ),
}


def install(app: Flask) -> None:
    """Answer every error of `app` with a page of its own."""
    app.register_error_handler(Problem, _problem)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _unexpected)


def _problem(problem: Problem) -> AnyResponse:
    """Show what a service answered and no view took care of."""
    if problem.status == 401:
        return redirect(redirects.sign_in_path(side_of(request.path), ""), 303)
    if problem.code == "proof_required":
        if request.method not in SAFE_METHODS:
            flash(_("Nothing was changed yet. Confirm that it is you, then send it once more."), "warning")
        return to_proof()
    if problem.code == "read_only":
        return error_page(403, words=ONLY_VIEWING)
    status = problem.status if problem.status in WORDS else 503 if problem.status > 500 else 400
    retry_after = problem.retry_after if problem.retry_after is not None else 5 if status == 503 else None
    return error_page(status, retry_after=retry_after, words=BUSY if problem.code == "busy" else None)


def _http(error: HTTPException) -> AnyResponse:
    status = error.code or 500
    if error.response is not None or 300 <= status < 400:
        return error.get_response()
    response = error_page(
        status if status in WORDS else 500 if status >= 500 else 400, forged=isinstance(error, Forged)
    )
    response.status_code = status
    return response


def _unexpected(error: Exception) -> AnyResponse:
    log.exception("unexpected_error", error_type=type(error).__name__)
    return error_page(500)


def error_page(
    status: int,
    *,
    forged: bool = False,
    retry_after: int | None = None,
    words: tuple[LazyString, LazyString] | None = None,
) -> Response:
    """Return the page for an error; the words are `words`, else those of `_words`."""
    title, text = (_("This page was open for too long"), _stale_text()) if forged else words or _words(status)
    context = {"title": title, "text": text, "side": side_of(request.path), "elsewhere": _may_be_elsewhere(status)}
    response = Response(render_template("errors/error.html", status=status, **context), status)
    if retry_after is not None:
        response.headers["Retry-After"] = str(retry_after)
    return response


def _may_be_elsewhere(status: int) -> bool:
    """Return whether what is not here may be of another account of the same person, as after a link in a mail."""
    visitor = visitor_or_none()
    return status == 404 and visitor is not None and len(visitor.accounts) > 1


def _stale_text() -> str:
    return _("Nothing was changed. Go back, load the page again and send it once more.")


def _words(status: int) -> tuple[str, str]:
    """Return title and text of an error page."""
    title, text = WORDS.get(status, WORDS[500])
    return str(title), str(text)

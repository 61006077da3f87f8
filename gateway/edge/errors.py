"""What a visitor sees when something fails: what happened, what was kept, what to do, and an id to quote."""

from flask import Flask, Response, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from gateway.edge import redirects
from gateway.edge.sessions import side_of
from services.chassis import observability
from services.chassis.problems import Problem

log = observability.logger(__name__)
PAGES = frozenset({400, 403, 404, 405, 413, 429, 500, 503})


def install(app: Flask) -> None:
    """Answer every error of `app` with a page of its own."""
    app.register_error_handler(Problem, _problem)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _unexpected)


def _problem(problem: Problem) -> AnyResponse:
    """Show what a service answered and no view took care of."""
    if problem.status == 401:
        return redirect(redirects.sign_in_path(side_of(request.path), ""), 303)
    status = problem.status if problem.status in PAGES else 503 if problem.status > 500 else 400
    retry_after = problem.retry_after if problem.retry_after is not None else 5 if status == 503 else None
    return error_page(status, csrf=problem.code == "csrf", retry_after=retry_after)


def _http(error: HTTPException) -> AnyResponse:
    status = error.code or 500
    if error.response is not None or 300 <= status < 400:
        return error.get_response()
    response = error_page(status if status in PAGES else 500 if status >= 500 else 400)
    response.status_code = status
    return response


def _unexpected(error: Exception) -> AnyResponse:
    log.exception("unexpected_error", error_type=type(error).__name__)
    return error_page(500)


def error_page(status: int, *, csrf: bool = False, retry_after: int | None = None) -> Response:
    """Return the page for an error; the words are those of `_words`."""
    title, text = (_("This page was open for too long"), _stale_text()) if csrf else _words(status)
    side = side_of(request.path)
    response = Response(render_template("errors/error.html", status=status, title=title, text=text, side=side), status)
    if retry_after is not None:
        response.headers["Retry-After"] = str(retry_after)
    return response


def _stale_text() -> str:
    return _("Nothing was changed. Go back, load the page again and send it once more.")


def _words(status: int) -> tuple[str, str]:
    """Return title and text of an error page."""
    match status:
        case 403:
            return _("You may not open this page"), _("Your account does not have the permission. Ask somebody who has it.")
        case 404:
            return _("This page is not here"), _("The address may be wrong, or what stood here was removed or is not yours to see.")
        case 405 | 400:
            return _("That was not understood"), _("Nothing was changed. Go back and try again.")
        case 413:
            return _("That is too large"), _("Nothing was saved. Choose a smaller file and send it again.")
        case 429:
            return _("That was too often"), _("Wait a few minutes and try again.")
        case 503:
            return _("A part of the portal is resting"), _("Nothing is lost. Wait a moment and load the page again.")
        case _:
            return _("Something went wrong on our side"), _("We have been told. Try again, and write to us if it stays.")

"""Short acts in a dialog, and the same as a page of their own where no script runs.

A link `<a href="/admin/clients/1/invite" data-dialog>` opens its page in a `<dialog>`. The view renders with
`render_dialog`; its template says `{% extends shell %}` and fills the blocks `title` and `content`.
"""

from typing import Any

from flask import Flask, Response, render_template, request

from gateway.edge.sessions import side_of

DIALOG_HEADER = "X-Dialog"
SOFT_REDIRECT_HEADER = "X-Soft-Redirect"
"""Sent by our scripts: answer a redirect with 204 and X-Location, so that a message waits for the next page."""


def install(app: Flask) -> None:
    """Let the scripts of `app` see where a redirect leads instead of following it."""
    app.after_request(_soften)


def _soften(response: Response) -> Response:
    if SOFT_REDIRECT_HEADER in request.headers and response.status_code in (302, 303):
        response.headers["X-Location"] = response.headers.pop("Location")
        response.status_code = 204
        response.set_data(b"")
    return response


def render_dialog(template: str, **context: Any) -> str:
    """Return the page of a short act: what goes into an open dialog, or the whole page without one."""
    return render_template(template, shell=_shell(), **context)


def confirm(
    heading: str,
    text: str,
    action: str,
    button: str,
    cancel: str,
    *,
    danger: bool = True,
    fields: dict[str, str] | None = None,
) -> str:
    """Return the page that asks before an act; `text` names what will be lost, `button` the act."""
    context = {"heading": heading, "text": text, "action": action, "button": button, "cancel": cancel}
    return render_dialog("components/confirm.html", danger=danger, fields=fields or {}, **context)


def _shell() -> str:
    if DIALOG_HEADER in request.headers:
        return "components/dialog_fragment.html"
    return "components/dialog_admin.html" if side_of(request.path) == "staff" else "components/dialog_portal.html"

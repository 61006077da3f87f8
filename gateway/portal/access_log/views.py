"""Who at the firm opened or changed what of one's account (B13)."""

from typing import Any

from flask import Blueprint, Response, render_template, request

from gateway import access_log
from gateway.clients import clients
from gateway.edge.access import client_page
from gateway.edge.downloads import send
from services.contracts.client_roles import WORKS

pages = Blueprint("portal_access_log", __name__)
ON_A_PAGE = 25


@pages.get("/profile/access-log")
@client_page(roles=WORKS)
def show() -> str:
    """The log, the latest first, as far as this person may see it."""
    query = _filters()
    page = clients().portal.access_log(**query, cursor=request.args.get("cursor"), limit=ON_A_PAGE)
    return render_template(
        "portal/access_log/access_log.html",
        page=page,
        entries=access_log.entries(page.rows, "portal"),
        people=(page.body or {}).get("people", []),
        groups=access_log.GROUPS,
        query=query,
    )


@pages.get("/profile/access-log/file")
@client_page(roles=WORKS)
def download() -> Response:
    """The log as a CSV file, with the same filters."""
    return send(clients().portal.access_log_file(**_filters()))


def _filters() -> dict[str, Any]:
    asked = request.args
    return {"group": access_log.group_of(asked.get("group")) or None, "by_id": asked.get("by_id") or None}

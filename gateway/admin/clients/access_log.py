"""Who at the firm opened or changed what of a client: what the client sees of it, and the rest (B13)."""

from uuid import UUID

from flask import Blueprint, render_template, request

from gateway import access_log
from gateway.admin.clients.record import account_of
from gateway.clients import clients
from gateway.edge.access import staff_page

pages = Blueprint("admin_access_log", __name__)


@pages.get("/admin/clients/<uuid:account_id>/access-log")
@staff_page("clients.read")
def show(account_id: UUID) -> str:
    """The log of a client, the latest first."""
    account = account_of(str(account_id))
    query = {
        "group": access_log.group_of(request.args.get("group")) or None,
        "by_id": request.args.get("by_id") or None,
    }
    page = clients().portal.access_log_of(str(account_id), **query, cursor=request.args.get("cursor"))
    return render_template(
        "admin/clients/access_log.html",
        account=account,
        page=page,
        entries=access_log.entries(page.rows, "admin"),
        people=(page.body or {}).get("people", []),
        groups=access_log.GROUPS,
        query=query,
    )

"""The start page of the admin: what waits for the firm, by due time; and the counts of the frame."""

from collections import Counter

from flask import Blueprint, render_template, request

from gateway.clients import Json, clients
from gateway.edge.access import staff_page
from gateway.edge.sessions import current_visitor
from gateway.shell import frames

pages = Blueprint("admin_work", __name__)

PATHS = {
    "request_replied": "/admin/requests/{id}",
    "conversation_waiting": "/admin/conversations/{id}",
    "case_waiting": "/admin/cases/{id}",
    "document_uploaded": "/admin/documents/{id}",
    "document_rejected": "/admin/documents/{id}",
    "request_signed": "/admin/sign-requests/{id}",
    "erasure_asked": "/admin/erasures/{id}",
    "invitation_undeliverable": "/admin/clients/{account_id}?tab=profile",
    "code_undeliverable": "/admin/clients/{account_id}?tab=profile",
}


@pages.get("/admin/")
@staff_page("requests.read")
def work_list() -> str:
    """The work list, of all or of one kind."""
    kind = request.args.get("kind") or None
    found = clients().portal.work(kind=kind if kind in PATHS else None)
    counts = Counter(row["kind"] for row in found["items"])
    return render_template("admin/work/work.html", work=found, kind=kind or "", counts=counts, work_path=work_path)


@pages.get("/admin/frame/counts")
@staff_page
def counts() -> str:
    """The figures of the frame as they are now, for htmx to put in their places."""
    visitor = current_visitor()
    frames().count_unread(visitor)
    frames().fresh(visitor)
    return render_template("admin/work/counts.html")


def work_path(row: Json) -> str:
    """Return the page on which a line of the work list is dealt with."""
    return PATHS.get(row["kind"], "/admin/clients/{account_id}").format(**row)

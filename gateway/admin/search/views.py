"""Search over everything that staff may see: the page, and the lines of the command palette (B14)."""

from flask import Blueprint, render_template, request

from gateway import found
from gateway.admin.search.places import places
from gateway.clients import Json, Page, clients
from gateway.edge.access import staff_page
from gateway.edge.sessions import current_visitor

pages = Blueprint("admin_search", __name__)
ON_A_PAGE = 50
LINES = 4
"""How many of each kind the palette shows."""
NOTHING: Json = {"words": [], "groups": []}


@pages.get("/admin/search")
@staff_page("clients.read")
def search() -> str:
    """What was found, a few of each kind, with the pages of that name; with `kind` all of one, page by page."""
    query, kind = _query(), request.args.get("kind") or None
    paging = {"kind": kind, "cursor": request.args.get("cursor"), "limit": ON_A_PAGE} if kind in found.KINDS else {}
    answer = clients().portal.search(query, **paging) if query else NOTHING
    groups = found.groups(answer, staff=True)
    return render_template(
        "admin/search/search.html",
        query=query,
        kind=found.KINDS.get(kind or ""),
        words=answer["words"],
        groups=groups,
        places=places(current_visitor(), query) if query and not paging else [],
        page=Page([], groups[0].next if paging and groups else None),
    )


@pages.get("/admin/search/suggestions")
@staff_page("clients.read")
def suggestions() -> str:
    """The first few of each kind, as lines of the palette."""
    query = _query()
    answer = clients().portal.search(query, limit=LINES) if query else NOTHING
    return render_template("admin/search/suggestions.html", groups=found.groups(answer, staff=True), query=query)


def _query() -> str:
    return request.args.get("q", "").strip()[: found.MOST_LENGTH]

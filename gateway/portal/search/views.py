"""Search over everything that a client may see (B14)."""

from flask import Blueprint, render_template, request

from gateway import found
from gateway.clients import Page, clients
from gateway.edge.access import client_page

pages = Blueprint("portal_search", __name__)
ON_A_PAGE = 25


@pages.get("/search")
@client_page
def search() -> str:
    """What was found, a few of each kind; with `kind` all of one, page by page."""
    query, kind = request.args.get("q", "").strip()[: found.MOST_LENGTH], request.args.get("kind") or None
    paging = {"kind": kind, "cursor": request.args.get("cursor"), "limit": ON_A_PAGE} if kind in found.KINDS else {}
    answer = clients().portal.search(query, **paging) if query else {"words": [], "groups": []}
    groups = found.groups(answer, staff=False)
    return render_template(
        "portal/search/search.html",
        query=query,
        kind=found.KINDS.get(kind or ""),
        words=answer["words"],
        groups=groups,
        page=Page([], groups[0].next if paging and groups else None),
    )

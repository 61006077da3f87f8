"""Finding a client by a few letters: the page, and the lines of the command palette."""

from flask import Blueprint, render_template, request

from gateway.clients import Page, clients
from gateway.edge.access import staff_page

pages = Blueprint("admin_search", __name__)


@pages.get("/admin/search")
@staff_page("clients.read")
def search() -> str:
    """All clients that match."""
    query = request.args.get("q", "").strip()
    found = clients().portal.accounts(q=query, cursor=request.args.get("cursor")) if query else Page([])
    return render_template("admin/search/search.html", query=query, page=found)


@pages.get("/admin/search/suggestions")
@staff_page("clients.read")
def suggestions() -> str:
    """The first few clients that match, as lines of the palette."""
    query = request.args.get("q", "").strip()
    found = clients().portal.accounts(q=query, limit=6) if query else Page([])
    return render_template("admin/search/suggestions.html", page=found)

"""HTTP API of search."""

from typing import Any

from flask_smorest import Blueprint

from services.chassis.app import reading
from services.chassis.auth import allow, caller
from services.portal.search import queries
from services.portal.search.schemas import SearchOut, SearchQuery

blueprint = Blueprint("search", __name__, url_prefix="/v1/search", description="Search over what one may see")


@blueprint.get("")
@blueprint.arguments(SearchQuery, location="query")
@blueprint.response(200, SearchOut)
@allow(staff="clients.read", client=True)
def search(query: dict[str, Any]) -> dict[str, Any]:
    """Find everything that the caller may see and that has all of the words, whatever their accents and case."""
    with reading() as session:
        return queries.search(session, caller(), **query)

"""Waiting for the virus check of a document: what its page asks until it is over."""

from uuid import UUID

from flask import Blueprint, url_for
from werkzeug.wrappers import Response

from gateway.clients import clients
from gateway.edge.access import client_page
from services.chassis.problems import Problem
from services.contracts.client_roles import WORKS

pages = Blueprint("portal_checks", __name__)


@pages.get("/documents/<uuid:document_id>/check")
@client_page(roles=WORKS)
def check(document_id: UUID) -> Response:
    """Have the page loaded again once the document is checked; nothing until then.

    One that was held back is not there any more: then the list is shown instead.
    """
    try:
        over = clients().documents.document(str(document_id)).get("scan") != "waiting"
    except Problem as problem:
        if problem.status != 404:
            raise
        return Response(status=200, headers={"HX-Redirect": url_for("portal_documents.list_documents")})
    return Response(status=200 if over else 204, headers={"HX-Refresh": "true"} if over else {})

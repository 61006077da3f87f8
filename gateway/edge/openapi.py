"""The page that lists the services' APIs and leads to their OpenAPI documents (S67)."""

from flask import Blueprint, render_template
from flask_babel import lazy_gettext as _l

from gateway.edge.access import public_page

pages = Blueprint("openapi", __name__)

APIS = (
    ("identity", _l("People, sign-in and tokens")),
    ("portal", _l("Clients, requests, home and settings")),
    ("documents", _l("Documents and files")),
    ("signing", _l("Sign requests and verification")),
    ("notifications", _l("Notifications and messages sent")),
)


@pages.get("/api/")
@public_page
def list_apis() -> str:
    """The list of APIs."""
    return render_template("components/apis.html", apis=APIS)

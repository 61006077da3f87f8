"""The page that lists the services' APIs and leads to their OpenAPI documents (S67)."""

from flask import Blueprint, render_template
from flask_babel import lazy_gettext as N_

from gateway.edge.access import public_page

pages = Blueprint("openapi", __name__)

APIS = (
    ("identity", N_("People, sign-in and tokens")),
    ("portal", N_("Clients, requests, home and settings")),
    ("documents", N_("Documents and files")),
    ("signing", N_("Sign requests and verification")),
    ("notifications", N_("Notifications and messages sent")),
)


@pages.get("/api/")
@public_page
def list_apis() -> str:
    """The list of APIs."""
    return render_template("components/apis.html", apis=APIS)

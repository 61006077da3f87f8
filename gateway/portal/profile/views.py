"""One's own profile: who one is to the firm, language, time zone (S16, B12)."""

from flask import Blueprint, flash, redirect, render_template
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from gateway.clients import Json, clients
from gateway.edge import cookies
from gateway.edge.access import client_page
from gateway.edge.guard import current_guard
from gateway.edge.sessions import current_visitor
from gateway.forms import Form
from gateway.timezones import timezone_choices
from services.chassis import observability
from services.chassis.problems import Problem

pages = Blueprint("portal_profile", __name__)

Answer = str | Response | tuple[str, int]
log = observability.logger(__name__)


@pages.get("/profile")
@client_page
def show() -> str:
    """The profile: what the firm knows, and language and time."""
    return _page(_own_values())


@pages.post("/profile")
@client_page
def save() -> Answer:
    """Save language and time zone; they count from the next page on."""
    form = Form.posted("locale", "timezone")
    try:
        clients().identity.update_me(locale=form.value("locale"), timezone=form.value("timezone"))
    except Problem as problem:
        form.refuse(problem)
        return _page(form), 422
    current_guard().sessions.forget(current_visitor().session)
    response = redirect("/profile", 303)
    cookies.remember_language(response, form.value("locale"))
    flash(_("Saved."))
    return response


def _own_values() -> Form:
    visitor = current_visitor()
    return Form({"locale": visitor.locale, "timezone": visitor.timezone})


def _page(profile: Form) -> str:
    return render_template(
        "portal/profile/profile.html",
        profile=profile,
        zones=timezone_choices(str(profile.value("timezone"))),
        **_known(),
    )


def _known() -> Json:
    """Return what the firm knows of the person and the account.

    Nothing of it is needed to change the language, so the page comes without it where the portal service rests.
    """
    visitor = current_visitor()
    contact_ids = {access.contact_id for access in visitor.accounts if access.account_id == visitor.account_id}
    try:
        home = clients().portal.home()
    except Problem as problem:
        log.warning("profile_without_account", status=problem.status)
        return {"own": None, "account": None, "people": []}
    own = next((contact for contact in home["contacts"] if contact["id"] in contact_ids), None)
    return {"own": own, "account": home["account"], "people": home["contacts"]}

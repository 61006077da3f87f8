"""One's own profile: who one is to the firm, language, time zone, password (S7, S16, B12)."""

from flask import Blueprint, flash, redirect, render_template, request
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
    """The profile: what the firm knows, and two forms."""
    return _page(_own_values(), Form())


@pages.post("/profile")
@client_page
def save() -> Answer:
    """Save language and time zone; they count from the next page on."""
    form = Form.posted("locale", "timezone")
    try:
        clients().identity.update_me(locale=form.value("locale"), timezone=form.value("timezone"))
    except Problem as problem:
        form.refuse(problem)
        return _page(form, Form()), 422
    current_guard().sessions.forget(current_visitor().session)
    response = redirect("/profile", 303)
    cookies.remember_language(response, form.value("locale"))
    flash(_("Saved."))
    return response


@pages.post("/profile/password")
@client_page(limit="sign-in")
def change_password() -> Answer:
    """Change the password; every other session of the person ends."""
    form = Form()
    current, new = request.form.get("current", ""), request.form.get("new", "")
    if not current:
        form.add_error("current", _("Write your present password."))
    if not new:
        form.add_error("new", _("Choose a password."))
    if form.is_valid():
        try:
            clients().identity.change_password(current, new)
        except Problem as problem:
            form.refuse(problem)
            form.errors = {"new" if name == "password" else name: texts for name, texts in form.errors.items()}
        else:
            flash(_("Your password is changed. You are signed out on all other devices."))
            return redirect("/profile", 303)
    return _page(_own_values(), form), 422


def _own_values() -> Form:
    visitor = current_visitor()
    return Form({"locale": visitor.locale, "timezone": visitor.timezone})


def _page(profile: Form, password: Form) -> str:
    return render_template(
        "portal/profile/profile.html",
        profile=profile,
        password=password,
        zones=timezone_choices(str(profile.value("timezone"))),
        **_known(),
    )


def _known() -> Json:
    """Return what the firm knows of the person and the account.

    Nothing of it is needed to change the password, so the page comes without it where the portal service rests.
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

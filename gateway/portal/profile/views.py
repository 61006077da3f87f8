"""One's own profile: who one is to the firm, language, time zone (S16, B12)."""

from flask import Blueprint, flash, redirect, render_template
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from gateway.clients import Json, clients
from gateway.edge import cookies
from gateway.edge.access import client_page
from gateway.edge.guard import current_guard
from gateway.edge.sessions import current_visitor
from gateway.forms import Form, show_conflict, version_of
from gateway.portal.profile import own
from gateway.timezones import timezone_choices
from services.chassis import observability
from services.chassis.problems import Problem
from services.contracts.client_roles import WORKS

pages = Blueprint("portal_profile", __name__)

Answer = str | Response | tuple[str, int]
log = observability.logger(__name__)


@pages.get("/profile")
@client_page
def show() -> str:
    """The profile: what the firm knows, and language and time."""
    return _page()


@pages.post("/profile")
@client_page
def save() -> Answer:
    """Save language and time zone; they count from the next page on."""
    form = Form.posted("locale", "timezone")
    try:
        clients().identity.update_me(locale=form.value("locale"), timezone=form.value("timezone"))
    except Problem as problem:
        form.refuse(problem)
        return _page(settings=form), 422
    current_guard().sessions.forget(current_visitor().session)
    response = redirect("/profile", 303)
    cookies.remember_language(response, form.value("locale"))
    flash(_("Saved."))
    return response


@pages.post("/profile/contact")
@client_page
def save_person() -> Answer:
    """Save what the firm lets one change of one's own person."""
    return _save("contact")


@pages.post("/profile/account")
@client_page(roles=WORKS)
def save_account() -> Answer:
    """Save what the firm lets one change of the account."""
    return _save("account")


def _save(name: str) -> Answer:
    block = clients().portal.profile()[name]
    form = own.posted(block)
    try:
        clients().portal.save_profile(name, own.changes(block, form) | {"version": version_of(form)})
    except Problem as problem:
        if problem.code == "changed_meanwhile":
            show_conflict(form, own.form_of(clients().portal.profile()[name]))
        else:
            form.refuse(problem)
        return _page(**{name: form}), 422
    flash(_("Saved."))
    return redirect("/profile", 303)


def _own_values() -> Form:
    visitor = current_visitor()
    return Form({"locale": visitor.locale, "timezone": visitor.timezone})


def _page(settings: Form | None = None, **typed: Form) -> str:
    settings = settings or _own_values()
    profile = _known()
    return render_template(
        "portal/profile/profile.html",
        profile=settings,
        zones=timezone_choices(str(settings.value("timezone"))),
        blocks={name: profile[name] for name in own.BLOCKS if profile[name]},
        forms={name: typed.get(name) or own.form_of(profile[name]) for name in own.BLOCKS if profile[name]},
        people=profile.get("people") or [],
        documents=own.document_choices(profile),
        own=own,
    )


def _known() -> Json:
    """Return what the firm knows of the person and the account.

    Nothing of it is needed to change the language, so the page comes without it where the portal service rests.
    """
    try:
        return clients().portal.profile()
    except Problem as problem:
        log.warning("profile_without_account", status=problem.status)
        return {"contact": None, "account": None}

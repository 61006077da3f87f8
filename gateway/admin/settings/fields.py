"""The field editor: which fields the forms and records of clients and contact persons have (S8, S75)."""

from flask import Blueprint, flash, redirect, render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from werkzeug.wrappers import Response

from gateway.clients import clients
from gateway.edge.access import staff_page

pages = Blueprint("admin_settings_fields", __name__)

PATH = "/admin/settings/fields"
BLOCKS: dict[str, LazyString] = {"account": _l("Accounts"), "contact": _l("Contacts")}
KINDS: dict[str, LazyString] = {
    "text": _l("Text"),
    "email": _l("E-mail"),
    "phone": _l("Phone"),
    "choice": _l("Choice"),
    "date": _l("Date"),
    "flag": _l("Yes or no"),
}
WORDS: dict[str, LazyString] = {
    "kind": _l("Kind of client"),
    "name": _l("Name"),
    "tax_number": _l("Tax number"),
    "email": _l("E-mail"),
    "phone": _l("Phone"),
    "address": _l("Address"),
    "locale": _l("Language"),
    "adviser_id": _l("Adviser"),
    "client_since": _l("Client since"),
    "is_test": _l("Test client"),
    "mobile": _l("Mobile"),
    "timezone": _l("Time zone"),
    "role": _l("Role"),
    "portal_user": _l("Portal user"),
    "support_start": _l("Support start date"),
    "support_end": _l("Support end date"),
}


@pages.get(PATH)
@staff_page("clients.read")
def show() -> str:
    """Every field with its kind, active or not; who may change settings finds a button beside it."""
    return render_template(
        "admin/settings/fields.html", blocks=clients().portal.fields(), titles=BLOCKS, kinds=KINDS, words=WORDS
    )


@pages.post(f"{PATH}/<block>/<name>")
@staff_page("settings.write")
def change(block: str, name: str) -> Response:
    """Deactivate a field or reactivate it; what stands in it is kept."""
    active = request.form.get("active") == "yes"
    clients().portal.set_field(block, name, active=active)
    word = WORDS.get(name, name)
    if active:
        flash(_("%(field)s is active: forms and records show it.", field=word))
    else:
        flash(_("%(field)s is inactive: forms and records leave it out. What stands in it is kept.", field=word))
    return redirect(f"{PATH}#{block}", 303)

"""Brand: the firm's logo, colour, details and contact data, in portal, mails and documents (S29)."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from gateway.clients import Json, clients
from gateway.edge.access import staff_page
from gateway.edge.uploads import UploadedFile, uploaded_files
from gateway.forms import Form, show_conflict, version_of
from gateway.shell import frames
from gateway.timezones import timezone_choices
from services.chassis.problems import Problem

pages = Blueprint("admin_settings_brand", __name__)

PATH, LOGO_PATH = "/admin/settings/brand", "/admin/settings/logo"
TEXTS = (
    "firm_name", "legal_name", "tax_number", "address", "phone", "email", "website", "office_hours",
    "accent", "locale", "timezone", "currency",
)  # fmt: skip
MOST_LOGO_BYTES = 2 * 1024 * 1024
Answer = str | Response | tuple[str, int]


@pages.get(PATH)
@staff_page("settings.write")
def show() -> str:
    """The brand as it stands."""
    return _page(_of_settings(clients().portal.settings()))


@pages.post(PATH)
@staff_page("settings.write")
def save() -> Answer:
    """Save details and colour; portal and mails have them from then on."""
    form = Form.posted(*TEXTS, "version")
    change: dict[str, Any] = {name: form.value(name) for name in TEXTS}
    try:
        clients().portal.save_settings(change | {"version": version_of(form)})
    except Problem as problem:
        if problem.code == "changed_meanwhile":
            show_conflict(form, _of_settings(clients().portal.settings()))
        else:
            form.refuse(problem)
        return _page(form), 422
    frames().forget()
    flash(_("Saved. Portal and mails have it from now on."))
    return redirect(PATH, 303)


@pages.post(LOGO_PATH)
@staff_page("settings.write", streams=True)
def save_logo() -> Answer:
    """Replace the logo by the file that was sent."""
    form = Form()
    content = next((_content(file) for file in uploaded_files()), b"")
    if not content:
        form.add_error("logo", _("Choose an image first."))
    elif len(content) > MOST_LOGO_BYTES:
        form.add_error("logo", _("This file is too large. A logo has at most 2 MB."))
    else:
        try:
            clients().portal.save_logo(content)
        except Problem as problem:
            form.refuse_at("logo", problem)
            if "" in form.errors:
                form.errors["logo"] = form.errors.pop("")
    if not form.is_valid():
        stored = _of_settings(clients().portal.settings())
        stored.errors = form.errors
        return _page(stored), 422
    frames().forget()
    flash(_("The logo is replaced."))
    return redirect(PATH, 303)


@pages.post(f"{LOGO_PATH}/remove")
@staff_page("settings.write")
def remove_logo() -> Response:
    """Go back to the firm's initials."""
    clients().portal.remove_logo()
    frames().forget()
    flash(_("The logo is removed. The firm's initials stand in its place."))
    return redirect(PATH, 303)


def _content(file: UploadedFile) -> bytes:
    """Return the file's bytes, of one that is too large no more than it takes to see that."""
    content = b""
    for chunk in file.chunks:
        content += chunk
        if len(content) > MOST_LOGO_BYTES:
            break
    return content


def _of_settings(settings: Json) -> Form:
    return Form({name: settings.get(name, "") for name in (*TEXTS, "version")})


def _page(form: Form) -> str:
    return render_template("admin/settings/brand.html", form=form, zones=timezone_choices(str(form.value("timezone"))))

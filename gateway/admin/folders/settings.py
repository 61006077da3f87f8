"""The page of the library's settings: the folders of each new client, and how long the recycle bin keeps."""

from flask import Blueprint, flash, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from gateway.admin.settings.by_language import field_names, per_language, with_language
from gateway.clients import Json, clients
from gateway.edge.access import staff_page
from gateway.forms import Form
from services.chassis.problems import Problem

pages = Blueprint("admin_library_settings", __name__)

PATH = "/admin/settings/library"
ROLES = ("owner", "member")
SPARE = 3
MOST = 50
Answer = str | Response | tuple[str, int]


@pages.get(PATH)
@staff_page("settings.write")
def show() -> str:
    """The folders that there are, and some empty lines for more."""
    found = clients().folders.settings()
    values: Json = {"bin_days": found["bin_days"], "version": found["version"]}
    for number, folder in enumerate(found["folders"]):
        values |= with_language(f"name{number}", folder["names"])
        values |= {f"{role}{number}": folder["rights"].get(role, "upload") for role in ROLES}
    return _page(Form(values), len(found["folders"]) + SPARE)


@pages.post(PATH)
@staff_page("settings.write")
def save() -> Answer:
    """Keep them; a line without a name is none."""
    rows = min(request.form.get("rows", 0, type=int), MOST + SPARE)
    names = [name for number in range(rows) for name in _fields(number)]
    form = Form.posted("bin_days", "version", *names)
    folders = [
        {"names": texts, "rights": {role: form.value(f"{role}{number}") or "upload" for role in ROLES}}
        for number in range(rows)
        if (texts := per_language(form, f"name{number}"))
    ]
    body = {"bin_days": form.value("bin_days"), "version": form.value("version"), "folders": folders}
    try:
        clients().folders.save_settings(body)
    except Problem as problem:
        form.refuse(problem)
        return _page(form, rows), 422
    flash(_("The library's settings are saved."))
    return redirect(PATH, 303)


def _fields(number: int) -> list[str]:
    return [*field_names(f"name{number}"), *(f"{role}{number}" for role in ROLES)]


def _page(form: Form, rows: int) -> str:
    return render_template("admin/folders/settings.html", form=form, rows=rows, path=PATH)

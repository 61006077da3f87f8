"""When clients are reminded of requests: a page of the settings."""

from flask import Blueprint, flash, redirect, render_template
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from gateway.admin.requests.content import whole_number
from gateway.clients import clients
from gateway.edge.access import staff_page
from gateway.forms import Form, version_of
from services.chassis.problems import Problem

pages = Blueprint("admin_request_reminders", __name__)

PATH = "/admin/settings/requests"
NUMBERS = ("days_before", "every_days", "most")
TICKS = ("active", "on_the_day")


@pages.get(PATH)
@staff_page("settings.write")
def show() -> str:
    """What the firm set."""
    found = clients().requests.reminders()
    ticks = {name: "yes" if found[name] else "" for name in TICKS}
    return _page(Form({name: found[name] for name in (*NUMBERS, "version")} | ticks))


@pages.post(PATH)
@staff_page("settings.write")
def save() -> str | Response | tuple[str, int]:
    """Set it."""
    form = Form.posted("version", *NUMBERS, *TICKS)
    numbers = {name: whole_number(form, name) for name in NUMBERS}
    for name in NUMBERS:
        if numbers[name] is None and name not in form.errors:
            form.add_error(name, _("Write a whole number."))
    if form.is_valid():
        ticks = {name: form.value(name) == "yes" for name in TICKS}
        try:
            clients().requests.save_reminders(numbers | ticks | {"version": version_of(form)})
        except Problem as problem:
            if problem.code == "changed_meanwhile":
                form.values["version"] = clients().requests.reminders()["version"]
            form.refuse(problem)
        else:
            flash(_("Saved."))
            return redirect(PATH, 303)
    return _page(form), 422


def _page(form: Form) -> str:
    return render_template("admin/requests/reminders.html", form=form)

"""Settings > Data protection: how long the firm waits before it erases, and keeps what was signed."""

from flask import Blueprint, flash, redirect, render_template
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from gateway.clients import clients
from gateway.edge.access import staff_page
from gateway.forms import Form
from services.chassis.problems import Problem

pages = Blueprint("admin_privacy_rules", __name__)

PATH = "/admin/settings/data"
LIMITS = {"erasure_days": 90, "signed_years": 30}


@pages.get(PATH)
@staff_page("settings.write")
def show() -> str:
    """Show the rules."""
    return render_template("admin/privacy/rules.html", form=Form(clients().privacy.rules()))


@pages.post(PATH)
@staff_page("settings.write")
def save() -> str | Response | tuple[str, int]:
    """Save them."""
    form = Form.posted(*LIMITS)
    for name, most in LIMITS.items():
        text = form.value(name)
        if not (text.isascii() and text.isdecimal() and int(text[:4]) <= most):
            form.add_error(name, _("Write a number from %(least)s to %(most)s.", least=0, most=most))
    if form.is_valid():
        try:
            clients().privacy.save_rules({name: int(form.value(name)) for name in LIMITS})
        except Problem as problem:
            form.refuse(problem)
        else:
            flash(_("Saved."))
            return redirect(PATH, 303)
    return render_template("admin/privacy/rules.html", form=form), 422

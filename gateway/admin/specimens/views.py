"""A page with every component, for those who build pages. Only while mail is captured."""

from datetime import timedelta

from flask import Blueprint, abort, render_template

from gateway.clients import Page
from gateway.edge.access import public_page
from gateway.edge.guard import current_guard
from gateway.forms import Form
from gateway.statuses import STATUSES
from services.chassis import clock

pages = Blueprint("dev_components", __name__)


@pages.get("/dev/components")
@public_page
def show() -> str:
    """Every component once, good and bad."""
    if not current_guard().settings.capture:
        abort(404)
    form = Form(
        {"name": "Ana Acosta", "email": "ana", "role": "signer", "note": "Typed text stays.", "kind": "company"},
        {"email": ["Write an e-mail address like ana@example.com."]},
    )
    days = {name: (clock.now() + timedelta(days=days)).date().isoformat() for name, days in _DAYS.items()}
    now = clock.now().isoformat()
    return render_template(
        "admin/specimens/specimens.html", form=form, statuses=STATUSES, days=days, now=now, page=Page([], "next", 42)
    )


_DAYS = {"yesterday": -1, "today": 0, "soon": 5, "later": 40}

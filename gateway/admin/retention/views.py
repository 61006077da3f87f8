"""Settings > Retention: rules are written, tried, and switched on by an owner; each has its report."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from gateway.clients import Json, clients
from gateway.dialogs import confirm
from gateway.edge import downloads
from gateway.edge.access import staff_page
from gateway.forms import Form
from gateway.service_messages import say_problem
from services.chassis.problems import Problem

pages = Blueprint("admin_retention", __name__)

PATH = "/admin/settings/retention"
RULE = f"{PATH}/<uuid:rule_id>"
NAMES = ("name", "years", "counts_from", "origin", "folder", "tag")
COUNTS_FROM = (("uploaded", _l("the last upload")), ("archived", _l("when the client was archived")))
ORIGINS = (("firm", _l("From the firm")), ("client", _l("From the client")), ("signing", _l("Signed and sealed")))
Answer = str | Response | tuple[str, int]


@pages.get(PATH)
@staff_page("settings.write")
def list_rules() -> str:
    """All rules."""
    return render_template("admin/retention/rules.html", page=clients().retention.rules())


@pages.get(f"{PATH}/new")
@staff_page("settings.write")
def ask_rule() -> str:
    """The form of a new rule."""
    return _form_page(Form({"counts_from": "uploaded"}))


@pages.post(f"{PATH}/new")
@staff_page("settings.write")
def add_rule() -> Answer:
    """Write it down; it does nothing yet."""
    form = Form.posted(*NAMES)
    if (values := _values(form)) is not None:
        try:
            rule = clients().retention.add(values)
        except Problem as problem:
            form.refuse(problem)
        else:
            flash(_("The rule is saved. It deletes nothing yet: look first at what would go."))
            return redirect(url_for(".show_rule", rule_id=rule["id"]), 303)
    return _form_page(form), 422


@pages.get(RULE)
@staff_page("settings.write")
def show_rule(rule_id: UUID) -> str:
    """One rule: what would go now, or what it has deleted."""
    retention, rule = clients().retention, clients().retention.rule(str(rule_id))
    shows_report = request.args.get("tab") == "report"
    read = retention.removals if shows_report else retention.matches
    page = read(str(rule_id), cursor=request.args.get("cursor"))
    words = {"counts_from": dict(COUNTS_FROM), "origins": dict(ORIGINS)}
    return render_template("admin/retention/rule.html", rule=rule, page=page, report=shows_report, **words)


@pages.get(f"{RULE}/edit")
@staff_page("settings.write")
def ask_change(rule_id: UUID) -> str:
    """The form of a rule that is there."""
    rule = clients().retention.rule(str(rule_id))
    return _form_page(Form({name: rule[name] for name in NAMES}), rule)


@pages.post(f"{RULE}/edit")
@staff_page("settings.write")
def change_rule(rule_id: UUID) -> Answer:
    """Change it, which switches it off."""
    form = Form.posted(*NAMES)
    if (values := _values(form)) is not None:
        try:
            clients().retention.change(str(rule_id), values)
        except Problem as problem:
            form.refuse(problem)
        else:
            flash(_("The rule is saved. It deletes nothing yet: look first at what would go."))
            return redirect(url_for(".show_rule", rule_id=rule_id), 303)
    return _form_page(form, clients().retention.rule(str(rule_id))), 422


@pages.get(f"{RULE}/matches.csv")
@staff_page("settings.write")
def matches_file(rule_id: UUID) -> Response:
    """What would go, as a file."""
    return downloads.send(clients().retention.matches_file(str(rule_id)))


@pages.post(f"{RULE}/try")
@staff_page("settings.write")
def try_rule(rule_id: UUID) -> Response:
    """Count what would go. Nothing goes."""
    return _act(rule_id, "try", _("Counted. Nothing was deleted."))


@pages.get(f"{RULE}/approve")
@staff_page("staff.manage", proof=True)
def ask_approve(rule_id: UUID) -> str:
    """Ask an owner before a rule begins to delete."""
    rule = clients().retention.rule(str(rule_id))
    return confirm(
        _("Switch on %(name)s", name=rule["name"]),
        _(
            "%(count)s documents go now, and later ones when their time is over. They cannot be had back.",
            count=rule["tried_count"] or 0,
        ),
        action=url_for(".approve", rule_id=rule_id),
        button=_("Switch on and delete"),
        cancel=url_for(".show_rule", rule_id=rule_id),
    )


@pages.post(f"{RULE}/approve")
@staff_page("staff.manage", proof=True)
def approve(rule_id: UUID) -> Response:
    """Switch it on."""
    return _act(rule_id, "approve", _("The rule is on. What it deletes stands in its report."))


@pages.post(f"{RULE}/stop")
@staff_page("settings.write")
def stop(rule_id: UUID) -> Response:
    """Switch it off."""
    return _act(rule_id, "stop", _("The rule is off."))


@pages.post(f"{RULE}/delete")
@staff_page("settings.write")
def delete(rule_id: UUID) -> Response:
    """Delete a rule that has deleted nothing."""
    try:
        clients().retention.delete(str(rule_id))
    except Problem as problem:
        if problem.status != 409:
            raise
        flash(say_problem(problem), "warning")
        return redirect(url_for(".show_rule", rule_id=rule_id), 303)
    flash(_("The rule is deleted."))
    return redirect(PATH, 303)


def _act(rule_id: UUID, way: str, sentence: str) -> Response:
    try:
        clients().retention.act(str(rule_id), way)
    except Problem as problem:
        if problem.status != 409:
            raise
        flash(say_problem(problem), "warning")
    else:
        flash(sentence)
    return redirect(url_for(".show_rule", rule_id=rule_id), 303)


def _values(form: Form) -> Json | None:
    years = form.value("years")
    if not (years.isascii() and years.isdecimal() and 1 <= int(years[:4]) <= 100):
        form.add_error("years", _("Write a number from %(least)s to %(most)s.", least=1, most=100))
        return None
    values: dict[str, Any] = {name: form.value(name) or None for name in NAMES}
    return values | {"years": int(years), "name": form.value("name")}


def _form_page(form: Form, rule: Json | None = None) -> str:
    words = {"counts_from": COUNTS_FROM, "origins": ORIGINS}
    return render_template("admin/retention/form.html", form=form, rule=rule, **words)

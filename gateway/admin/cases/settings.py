"""What the firm sets of cases: targets, working hours, types, and for how long one can be opened again."""

from babel.numbers import NumberFormatError, format_decimal, parse_decimal
from flask import Blueprint, flash, redirect, render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from gateway.case_fields import PRIORITIES
from gateway.clients import Json, clients
from gateway.edge.access import staff_page
from gateway.forms import Form, version_of
from gateway.languages import LANGUAGES, REGIONS, language
from gateway.timezones import timezone_name
from services.chassis.problems import Problem

pages = Blueprint("admin_case_settings", __name__)

PATH = "/admin/settings/cases"
DAYS = (_l("Monday"), _l("Tuesday"), _l("Wednesday"), _l("Thursday"), _l("Friday"), _l("Saturday"), _l("Sunday"))
KINDS = ("response", "resolution")
SPANS = (0, 1)
MOST_TYPES = 50
MORE = 3
Answer = str | Response | tuple[str, int]


@pages.get(PATH)
@staff_page("settings.write")
def show() -> str:
    """The form, as things are set."""
    found = clients().cases.settings()
    return _page(_of(found), found, len([kind for kind in found["types"] if not kind["retired"]]) + 1)


@pages.post(PATH)
@staff_page("settings.write")
def save() -> Answer:
    """Save it."""
    found = clients().cases.settings()
    rows = _rows()
    form = Form.posted("version", "reopen_days", *_names(rows))
    if request.form.get("do") == "more":
        return _page(form, found, min(rows + MORE, MOST_TYPES))
    body = _body(form, rows)
    if form.is_valid():
        try:
            clients().cases.save_settings(body | {"version": version_of(form)})
        except Problem as problem:
            if problem.code == "changed_meanwhile":
                form.values["version"] = found["version"]
            form.refuse(problem)
            _put_beside(form, rows)
        else:
            flash(_("Saved."))
            return redirect(PATH, 303)
    return _page(form, found, rows), 422


def _rows() -> int:
    typed = request.form.get("types", "")
    return min(int(typed), MOST_TYPES) if typed.isdecimal() and len(typed) < 4 else 0


def _names(rows: int) -> list[str]:
    targets = [f"target.{name}.{kind}" for name in PRIORITIES for kind in KINDS]
    hours = [f"hours.{day}.{span}.{end}" for day in range(7) for span in SPANS for end in ("from", "to")]
    types = [f"type.{row}.{part}" for row in range(rows) for part in ("value", *LANGUAGES)]
    return targets + hours + types


def _of(found: Json) -> Form:
    values: dict[str, object] = {"version": found["version"], "reopen_days": found["reopen_days"]}
    for name, target in found["targets"].items():
        values |= {f"target.{name}.{kind}": _hours((target or {}).get(kind)) for kind in KINDS}
    for day, spans in enumerate(found["hours"]):
        for span, (begins, ends) in enumerate(spans[:2]):
            values |= {f"hours.{day}.{span}.from": begins, f"hours.{day}.{span}.to": ends}
    for row, kind in enumerate(kind for kind in found["types"] if not kind["retired"]):
        values[f"type.{row}.value"] = kind["value"]
        values |= {f"type.{row}.{code}": kind["labels"].get(code, "") for code in LANGUAGES}
    return Form(values)


def _hours(minutes: int | None) -> str:
    if minutes is None:
        return ""
    return str(format_decimal(minutes / 60, format="0.##", locale=REGIONS[language()]))


def _body(form: Form, rows: int) -> Json:
    hours = []
    for day in range(7):
        ends = [(form.value(f"hours.{day}.{span}.from"), form.value(f"hours.{day}.{span}.to")) for span in SPANS]
        hours.append([[begins, until] for begins, until in ends if begins or until])
    types = []
    for row in range(rows):
        labels = {code: text for code in LANGUAGES if (text := form.value(f"type.{row}.{code}"))}
        if labels:
            value = form.value(f"type.{row}.value")
            types.append({"labels": labels} | ({"value": value} if value else {}))
    days = form.value("reopen_days")
    if not (days.isdecimal() and len(days) < 4):
        form.add_error("reopen_days", _("Write a whole number."))
        days = "0"
    targets = {name: {kind: _minutes(form, f"target.{name}.{kind}") for kind in KINDS} for name in PRIORITIES}
    return {"targets": targets, "hours": hours, "types": types, "reopen_days": int(days)}


def _minutes(form: Form, name: str) -> int | None:
    typed = form.value(name)
    if not typed:
        return None
    try:
        return round(float(parse_decimal(typed, locale=REGIONS[language()], strict=True)) * 60)
    except (NumberFormatError, OverflowError, ValueError):
        form.add_error(name, _("Write a number of hours."))
        return None


def _put_beside(form: Form, rows: int) -> None:
    """Put what the service says of a part beside the field in which it is typed."""
    for told in [name for name in form.errors if name.startswith(("targets.", "hours.", "types."))]:
        texts, parts = form.errors.pop(told), told.split(".")
        if parts[0] == "hours":
            form.errors.setdefault(".".join(parts[:2]), []).extend(texts)
        elif parts[0] == "targets":
            form.errors.setdefault("target." + ".".join(parts[1:3]), []).extend(texts)
        else:
            form.errors.setdefault(f"type.{min(int(parts[1]), rows - 1)}.{next(iter(LANGUAGES))}", []).extend(texts)


def _page(form: Form, found: Json, rows: int) -> str:
    zone = timezone_name(found["timezone"])
    return render_template("admin/cases/settings.html", form=form, days=DAYS, types=rows, zone=zone)

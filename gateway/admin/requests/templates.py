"""Templates of requests in the admin: what the firm asks for often, kept ready."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from gateway.admin.requests import content
from gateway.clients import Json, clients
from gateway.edge.access import staff_page
from gateway.forms import Form, version_of
from gateway.languages import LANGUAGES
from services.chassis.problems import Problem

pages = Blueprint("admin_request_templates", __name__)

PATH = "/admin/requests/templates"
Answer = str | Response | tuple[str, int]
TEXTS = tuple(f"{part}_{code}" for code in LANGUAGES for part in ("title", "message"))


@pages.get(PATH)
@staff_page("requests.read")
def list_templates() -> str:
    """The templates that are offered, or those in the archive."""
    query: Json = {
        "q": request.args.get("q", "").strip()[:100],
        "archived": request.args.get("show") == "archived",
        "cursor": request.args.get("cursor"),
    }
    try:
        page = clients().requests.templates(**query)
    except Problem as problem:
        if problem.status != 422:
            raise
        page = clients().requests.templates(archived=query["archived"])
    return render_template("admin/requests/templates.html", page=page, query=query)


@pages.get(f"{PATH}/new")
@staff_page("requests.write")
def blank() -> str:
    """The form of a new template."""
    return _page(content.filled({}), None)


@pages.post(f"{PATH}/new")
@staff_page("requests.write")
def add() -> Answer:
    """Keep it."""
    return _take(None)


@pages.get(f"{PATH}/<uuid:template_id>")
@staff_page("requests.read")
def edit(template_id: UUID) -> str:
    """The form of a template that is there."""
    found = clients().requests.template(str(template_id))
    texts = {f"{part}_{code}": text[part] for code, text in found["texts"].items() for part in ("title", "message")}
    return _page(content.filled(found, version=found["version"], **texts), found)


@pages.post(f"{PATH}/<uuid:template_id>")
@staff_page("requests.write")
def change(template_id: UUID) -> Answer:
    """Save it."""
    return _take(clients().requests.template(str(template_id)))


@pages.post(f"{PATH}/<uuid:template_id>/archive")
@staff_page("requests.write")
def archive(template_id: UUID) -> Response:
    """Offer it no more."""
    clients().requests.move_template(str(template_id), "archive")
    flash(_("The template is in the archive. What was sent with it stays."))
    return redirect(PATH, 303)


@pages.post(f"{PATH}/<uuid:template_id>/restore")
@staff_page("requests.write")
def restore(template_id: UUID) -> Response:
    """Offer it again."""
    clients().requests.move_template(str(template_id), "restore")
    flash(_("The template is offered again."))
    return redirect(PATH, 303)


def _take(found: Json | None) -> Answer:
    form = content.posted("version", *TEXTS)
    if content.wants_more_lines():
        return _page(content.with_more_lines(form), found)
    body = content.body_of(form) | {"due_days": content.whole_number(form, "due_days"), "texts": _texts(form)}
    if form.require("title", _("Give it a title.")) and form.is_valid():
        try:
            if found:
                clients().requests.save_template(body | {"version": version_of(form)}, found["id"])
            else:
                clients().requests.save_template(body)
        except Problem as problem:
            if problem.code == "changed_meanwhile" and found:
                form.values["version"] = found["version"]
            form.refuse(problem)
            content.put_beside_lines(form)
            _put_texts_beside(form)
        else:
            flash(_("Saved."))
            return redirect(PATH, 303)
    return _page(form, found), 422


def _texts(form: Form) -> Json:
    """Return title and message by language, where a title or a message was written in it."""
    by_code = {code: {part: form.value(f"{part}_{code}") for part in ("title", "message")} for code in LANGUAGES}
    return {
        code: text | {"title": text["title"] or form.value("title")}
        for code, text in by_code.items()
        if any(text.values())
    }


def _put_texts_beside(form: Form) -> None:
    for name in [name for name in form.errors if name.startswith("texts.")]:
        code, *rest = name.split(".")[1:]
        part = next((part for part in ("title", "message") if part in rest), "title")
        form.errors.setdefault(f"{part}_{code}", []).extend(form.errors.pop(name))


def _page(form: Form, found: Json | None) -> str:
    path = f"{PATH}/{found['id']}" if found else f"{PATH}/new"
    return render_template("admin/requests/template.html", form=form, found=found, path=path)

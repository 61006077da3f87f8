"""Canned answers: what the staff writes often, kept ready for the reply to a case."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from gateway.admin.settings.by_language import field_names, per_language, put_beside, with_language
from gateway.clients import Json, clients
from gateway.dialogs import confirm
from gateway.edge.access import staff_page
from gateway.forms import Form, version_of
from services.chassis.problems import Problem

pages = Blueprint("admin_canned_answers", __name__)

PATH = "/admin/settings/canned-answers"
Answer = str | Response | tuple[str, int]


@pages.get(PATH)
@staff_page("settings.write")
def show() -> str:
    """All answers, or those with certain words."""
    q = request.args.get("q", "").strip()[:100]
    try:
        page = clients().cases.canned_answers(q=q, cursor=request.args.get("cursor"))
    except Problem as problem:
        if problem.status != 422:
            raise
        page, q = clients().cases.canned_answers(), ""
    return render_template("admin/canned_answers/list.html", page=page, q=q)


@pages.get(f"{PATH}/new")
@staff_page("settings.write")
def blank() -> str:
    """The form of a new answer."""
    return _page(Form(), None)


@pages.post(f"{PATH}/new")
@staff_page("settings.write")
def add() -> Answer:
    """Keep it."""
    return _take(None)


@pages.get(f"{PATH}/<uuid:answer_id>")
@staff_page("settings.write")
def edit(answer_id: UUID) -> str:
    """The form of an answer that is there."""
    found = clients().cases.canned_answer(str(answer_id))
    values = {"title": found["title"], "version": found["version"]}
    return _page(Form(values | with_language("texts", found["texts"])), found)


@pages.post(f"{PATH}/<uuid:answer_id>")
@staff_page("settings.write")
def change(answer_id: UUID) -> Answer:
    """Save it."""
    return _take(clients().cases.canned_answer(str(answer_id)))


@pages.get(f"{PATH}/<uuid:answer_id>/delete")
@staff_page("settings.write")
def ask_to_delete(answer_id: UUID) -> str:
    """Ask before an answer goes."""
    found = clients().cases.canned_answer(str(answer_id))
    text = _("“%(title)s” is kept no more. What was sent with it stays.", title=found["title"])
    return confirm(_("Delete this answer?"), text, f"{PATH}/{answer_id}/delete", _("Delete"), PATH)


@pages.post(f"{PATH}/<uuid:answer_id>/delete")
@staff_page("settings.write")
def delete(answer_id: UUID) -> Response:
    """Delete it."""
    clients().cases.delete_canned_answer(str(answer_id))
    flash(_("The answer is deleted."))
    return redirect(PATH, 303)


def _take(found: Json | None) -> Answer:
    form = Form.posted("title", "version", *field_names("texts"))
    if form.require("title", _("Give it a title.")):
        body: Json = {"title": form.value("title"), "texts": per_language(form, "texts")}
        try:
            if found:
                clients().cases.save_canned_answer(body | {"version": version_of(form)}, found["id"])
            else:
                clients().cases.save_canned_answer(body)
        except Problem as problem:
            if problem.code == "changed_meanwhile" and found:
                form.values["version"] = found["version"]
            form.refuse(problem)
            put_beside(form, "texts")
        else:
            flash(_("Saved."))
            return redirect(PATH, 303)
    return _page(form, found), 422


def _page(form: Form, found: Json | None) -> str:
    path = f"{PATH}/{found['id']}" if found else f"{PATH}/new"
    return render_template("admin/canned_answers/answer.html", form=form, found=found, path=path)

"""One's own passkeys: adding one with a name, renaming it, removing it (B2)."""

from uuid import UUID

from flask import flash, redirect, request
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from gateway import dialogs, formatting
from gateway.clients import Json, clients
from gateway.edge import cookies
from gateway.edge.both_sides import BothSides
from gateway.edge.sessions import side_of
from gateway.forms import Form
from gateway.security import ceremony
from gateway.security.own import HOME, forget_kept, render
from gateway.security.recovery import after_enrolment
from gateway.service_messages import say_problem
from services.chassis.problems import Problem

pages = BothSides("passkeys", __name__)

Answer = str | Response | tuple[str, int]


@pages.get("/profile/security/passkeys/new", "/admin/security/passkeys/new", proof=True, enrolling=True)
def ask() -> str:
    """Ask for the name of a new passkey; the page's script lets the browser make it."""
    return _page(Form())


@pages.post("/profile/security/passkeys/options", "/admin/security/passkeys/options", enrolling=True, limit="passkey")
def options() -> Response:
    """Return what the browser makes a passkey from."""
    return ceremony.options(clients().security.passkey_options)


@pages.post("/profile/security/passkeys/new", "/admin/security/passkeys/new", enrolling=True, limit="sign-in")
def add() -> Answer:
    """Keep the passkey that the browser made; show recovery codes to who had none."""
    form, flow, credential = Form.posted("name"), cookies.passkey_flow(), ceremony.credential()
    name = form.value("name") or _("Passkey of %(day)s", day=formatting.day(formatting.today()))
    try:
        if not flow or credential is None:
            raise Problem(422, "passkey_not_made", "No passkey was given")
        codes = clients().security.add_passkey(flow, credential, name)
    except Problem as problem:
        form.refuse(problem)
        return _page(form), 422
    response = after_enrolment(codes, _("The passkey “%(name)s” is added.", name=name))
    cookies.drop_passkey_flow(response)
    return response


@pages.get("/profile/security/passkeys/<uuid:id>", "/admin/security/passkeys/<uuid:id>", proof=True)
def ask_name(id: UUID) -> str:
    """Ask for another name."""
    passkey = _passkey(id)
    return _name_dialog(passkey, Form({"name": passkey["name"]}))


@pages.post("/profile/security/passkeys/<uuid:id>", "/admin/security/passkeys/<uuid:id>")
def rename(id: UUID) -> Answer:
    """Save the other name."""
    form = Form.posted("name")
    if not form.require("name", _("Write a name.")):
        return _name_dialog(_passkey(id), form), 422
    try:
        clients().security.rename_passkey(str(id), form.value("name"))
    except Problem as problem:
        form.refuse(problem)
        return _name_dialog(_passkey(id), form), 422
    flash(_("Saved."))
    return redirect(HOME[side_of(request.path)], 303)


@pages.get("/profile/security/passkeys/<uuid:id>/remove", "/admin/security/passkeys/<uuid:id>/remove", proof=True)
def ask_removal(id: UUID) -> str:
    """Ask before a passkey is removed."""
    name = _passkey(id)["name"]
    return dialogs.confirm(
        _("Remove this passkey?"),
        _("Nobody can sign in here with “%(name)s” any more. Delete it on your device too.", name=name),
        request.path,
        _("Remove the passkey"),
        HOME[side_of(request.path)],
    )


@pages.post("/profile/security/passkeys/<uuid:id>/remove", "/admin/security/passkeys/<uuid:id>/remove")
def remove(id: UUID) -> Response:
    """Remove a passkey."""
    try:
        clients().security.remove_passkey(str(id))
    except Problem as problem:
        if problem.status != 409:
            raise
        flash(say_problem(problem), "error")
    else:
        forget_kept()
        flash(_("The passkey is removed."))
    return redirect(HOME[side_of(request.path)], 303)


def _passkey(id: UUID) -> Json:
    """Return one's own passkey; raises `NotFound` for one that is another person's or nobody's."""
    own: list[Json] = clients().security.summary()["passkeys"]
    found = next((passkey for passkey in own if passkey["id"] == str(id)), None)
    if found is None:
        raise NotFound
    return found


def _name_dialog(passkey: Json, form: Form) -> str:
    home = HOME[side_of(request.path)]
    return dialogs.render_dialog("security/rename.html", passkey=passkey, form=form, home=home, path=request.path)


def _page(form: Form) -> str:
    return render("security/new_passkey.html", form=form)

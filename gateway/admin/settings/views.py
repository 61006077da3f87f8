"""Preferences of the self-service portal: its name and link, its banner, and what it offers (S21 to S25, S28)."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from gateway.admin.settings.by_language import field_names, per_language, put_beside, with_language
from gateway.clients import Json, clients
from gateway.edge.access import staff_page
from gateway.edge.guard import current_guard
from gateway.forms import Form, show_conflict, version_of
from gateway.shell import frames
from services.chassis.problems import Problem

pages = Blueprint("admin_settings", __name__)

PATH = "/admin/settings/preferences"
BANNER = "banners"
SWITCHES = (
    (
        _l("Documents"),
        (
            (
                "share_documents",
                _l("Allow clients to share documents"),
                _l("Off: nobody can upload, on no page and not through the API."),
            ),
            (
                "client_share_links",
                _l("Allow clients to make links to documents"),
                _l("Somebody without an account, such as a bank, gets the document by it."),
            ),
            (
                "done_uploading",
                _l("“Done uploading” button"),
                _l("On Home, under Documents and on the phone: the client tells you that everything is sent."),
            ),
            (
                "done_uploading_checkbox",
                _l("“I’m done uploading” checkbox"),
                _l("Among what a client sends documents with."),
            ),
        ),
    ),
    (
        _l("Files that clients may send, besides PDF"),
        (
            ("files_images", _l("Pictures"), _l("JPEG, PNG, HEIC, TIFF, GIF, WebP: photos and scans.")),
            ("files_office", _l("Office files"), _l("Word, Excel, PowerPoint, OpenDocument, RTF.")),
            ("files_text", _l("Text and data"), _l("TXT, CSV, XML, JSON, and statements of banks.")),
            ("files_mails", _l("Saved e-mails"), _l("EML and MSG.")),
            ("files_archives", _l("ZIP archives"), _l("Files of any kind may be inside.")),
        ),
    ),
    (
        _l("Messages and reviews"),
        (
            (
                "conversations",
                _l("Allow clients to create new conversation threads"),
                _l("Off: clients only answer."),
            ),
            ("reviews", _l("Enable client reviews for my service"), _l("Off: no review anywhere.")),
        ),
    ),
    (
        _l("Money, time and work"),
        (
            ("prepayment", _l("Prepayment"), _l("“Make prepayment” stands on Home; it becomes credit.")),
            ("bookings", _l("Booking"), _l("“Book appointment” stands on Home, Bookings in the navigation.")),
            (
                "questionnaires",
                _l("Questionnaires"),
                _l("“New questionnaire” stands on Home, Questionnaires in the navigation."),
            ),
            ("jobs", _l("Work in progress"), _l("Clients see how far your work for them is.")),
        ),
    ),
)
"""The options of the portal by group: name of the switch, word, what it does."""
NAMES = tuple(name for _group, switches in SWITCHES for name, *_words in switches)
Answer = str | Response | tuple[str, int]


@pages.get("/admin/settings")
@staff_page("settings.write")
def first() -> Response:
    """The settings begin with the preferences."""
    return redirect(PATH)


@pages.get(PATH)
@staff_page("settings.write")
def show() -> str:
    """The preferences as they stand."""
    return _page(_of_settings(clients().portal.settings()))


@pages.post(PATH)
@staff_page("settings.write")
def save() -> Answer:
    """Save them; the portal changes at the next page."""
    form = Form.posted("portal_name", "banner", "version", *field_names(BANNER), *NAMES)
    try:
        clients().portal.save_settings(_change(form))
    except Problem as problem:
        if problem.code == "changed_meanwhile":
            show_conflict(form, _of_settings(clients().portal.settings()))
        else:
            form.refuse(problem)
            put_beside(form, BANNER)
        return _page(form), 422
    frames().forget()
    flash(_("Saved. The portal shows it from the next page on."))
    return redirect(PATH, 303)


def _of_settings(settings: Json) -> Form:
    values: dict[str, Any] = {name: settings[name] for name in ("portal_name", "banner", "version")}
    values |= with_language(BANNER, settings.get("banners"))
    return Form(values | {name: "yes" if settings["switches"].get(name) else "" for name in NAMES})


def _change(form: Form) -> Json:
    return {
        "portal_name": form.value("portal_name"),
        "banner": form.value("banner"),
        "banners": per_language(form, BANNER),
        "switches": {name: form.value(name) == "yes" for name in NAMES},
        "version": version_of(form),
    }


def _page(form: Form) -> str:
    return render_template(
        "admin/settings/preferences.html",
        form=form,
        groups=SWITCHES,
        portal_url=current_guard().settings.public_url,
    )

"""Links that a client makes to its own documents, where the firm lets it; and what the client reads of a lock."""

from typing import Any
from uuid import UUID

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from gateway import sharing_forms
from gateway.clients import Json, clients
from gateway.dialogs import confirm
from gateway.edge.access import client_page
from gateway.edge.sessions import current_visitor
from gateway.forms import Form
from gateway.portal.documents.parts import PARTS
from gateway.shell import frames
from services.contracts.client_roles import WORKS

pages = Blueprint("portal_own_links", __name__)

SWITCH = "client_share_links"
Answer = str | Response | tuple[str, int]


@pages.get("/documents/<uuid:document_id>/link")
@client_page(roles=WORKS)
def ask_link(document_id: UUID) -> str:
    """Ask what a link to a document may do."""
    _require_on()
    return _page(document_id, sharing_forms.blank())


@pages.post("/documents/<uuid:document_id>/link")
@client_page(roles=WORKS)
def make_link(document_id: UUID) -> Answer:
    """Make it, and show its address this once."""
    _require_on()
    form = sharing_forms.posted()
    made = sharing_forms.make(str(document_id), form, _("Write a whole number."))
    if made is None:
        return _page(document_id, form), 422
    return render_template("portal/shared/made.html", link=made, document_id=document_id)


@pages.get("/documents/links/<uuid:link_id>/revoke")
@client_page(roles=WORKS)
def ask_revoke(link_id: UUID) -> str:
    """Ask before a link is closed."""
    link = clients().sharing.link(str(link_id))
    return confirm(
        _("Close link"),
        _(
            "Whoever has the link to %(name)s gets nothing by it any more. It cannot be opened again.",
            name=link["name"],
        ),
        action=url_for(".revoke", link_id=link_id),
        button=_("Close link"),
        cancel=url_for("portal_documents.show_document", document_id=link["document_id"]),
    )


@pages.post("/documents/links/<uuid:link_id>/revoke")
@client_page(roles=WORKS)
def revoke(link_id: UUID) -> Response:
    """Close it."""
    link = clients().sharing.revoke(str(link_id))
    flash(_("The link is closed."))
    return redirect(url_for("portal_documents.show_document", document_id=link["document_id"]), 303)


def part(document: Json) -> dict[str, Any]:
    """Return what a document's own page shows of links and of its lock."""
    sharing, is_on = clients().sharing, _is_on()
    return {
        "rows": sharing.links(document_id=document["id"], limit=20).rows if is_on else [],
        "is_on": is_on,
        "lock": sharing.lock_of(document["id"]) if document.get("locked") else None,
    }


PARTS["sharing"] = part


def _is_on() -> bool:
    return bool((frames().frame(current_visitor()).get("switches") or {}).get(SWITCH))


def _require_on() -> None:
    if not _is_on():
        abort(404)


def _page(document_id: UUID, form: Form) -> str:
    document = clients().documents.document(str(document_id))
    return render_template("portal/shared/new.html", document=document, form=form)

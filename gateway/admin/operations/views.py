"""Operations: what the services have not told each other yet or could not take in, and the messages to people."""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from uuid import UUID

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from werkzeug.wrappers import Response

from gateway.clients import Json, Page, clients
from gateway.clients.events import EventsClient
from gateway.edge.access import staff_page
from gateway.edge.redirects import safe_path
from gateway.service_messages import say_problem
from gateway.settings import SERVICES
from services.chassis.problems import Problem

pages = Blueprint("admin_operations", __name__)

LISTS = ("dead", "inbox", "outbox")
"""The lists of events that a service has, as its API calls them."""

SERVICE_WORDS: dict[str, LazyString] = {
    "identity": _l("Access"),
    "portal": _l("Clients and requests"),
    "documents": _l("Documents"),
    "signing": _l("Signing"),
    "notifications": _l("Messages"),
}


INBOUND_REASONS: dict[str, LazyString] = {
    "no_address": _l("It answers no message of the portal."),
    "forged": _l("Its address for answers is not one of the portal's."),
    "gone": _l("What it answers is no longer there."),
    "other_address": _l("It came from an address that is not the person's. The person was told."),
    "bad_sender": _l("It does not say clearly who wrote it."),
    "no_thread": _l("Messages of this kind take no answers by e-mail."),
    "expired": _l("What it answers is too old."),
    "no_access": _l("The person has no access at the moment."),
    "account_archived": _l("The client is archived."),
    "not_found": _l("The person may not write there."),
    "closed_too_long": _l("It was closed too long ago."),
    "illegal_transition": _l("It is closed."),
    "conversations_switched_off": _l("The firm takes no new conversations."),
    "empty": _l("There was nothing in it."),
    "too_large": _l("It is too large."),
    "charset": _l("It could not be read."),
    "too_complex": _l("It could not be read."),
    "unreadable": _l("It could not be read."),
    "automatic": _l("A program wrote it, such as an absence note."),
    "loop": _l("It is a mail of the portal itself."),
    "repeated": _l("The same answer had come before."),
    "too_many": _l("Too many mails in one hour."),
    "delayed": _l("A mail server says that a message is late."),
    "unknown_bounce": _l("It says of an unknown message that it came back."),
    "given_up": _l("Its files could not be stored for three days."),
    "lost": _l("Its content is no longer there."),
}
"""Why a mail that came in was not added to a thread."""


@dataclass
class Health:
    """How one service stands: the first page of each of its lists, none of them where it does not answer."""

    service: str
    answers: bool = True
    lists: dict[str, Page] = field(default_factory=dict)

    def count(self, kind: str) -> str:
        """Return how many events a list has, "50+" where there are more than its first page."""
        page = self.lists[kind]
        return f"{len(page.rows)}+" if page.next else str(len(page.rows))

    @property
    def is_well(self) -> bool:
        return self.answers and not self.lists["dead"].rows


@pages.get("/admin/operations")
@staff_page("operations.read")
def show_events() -> str:
    """How each service stands, and one list: the dead events of all, or what was chosen."""
    healths = _ask_all()
    service, kind = request.args.get("service", ""), request.args.get("list", LISTS[0])
    if service and service not in SERVICES or kind not in LISTS:
        abort(404)
    chosen = next((health for health in healths if health.service == service), None)
    if chosen is None:
        rows, following = _dead_of(healths), None
    else:
        page = clients().events(service).listed(kind, cursor=request.args.get("cursor"))
        rows, following = [row | {"service": service} for row in page.rows], page.next
    return render_template(
        "admin/operations/events.html",
        healths=healths,
        words=SERVICE_WORDS,
        service=service,
        kind=kind,
        page=Page(rows, following),
    )


@pages.post("/admin/operations/events/<service>/<uuid:event_id>/replay")
@staff_page("operations.write")
def replay_event(service: str, event_id: UUID) -> Response:
    """Let a dead event be handled again."""
    if service not in SERVICES:
        abort(404)
    try:
        clients().events(service).replay(str(event_id))
        flash(_("The event is handled again now. If it fails once more, it comes back here with the reason."))
    except Problem as problem:
        if problem.code not in ("not_dead", "not_found"):
            raise
        flash(say_problem(problem), "warning")
    return redirect(safe_path(request.form.get("path"), url_for(".show_events")), 303)


@pages.get("/admin/operations/messages")
@staff_page("operations.read")
def list_messages() -> str:
    """The messages to people, the latest first, all or those of one state or channel."""
    query = {name: request.args.get(name) for name in ("status", "channel", "cursor")}
    try:
        page = clients().notifications.messages(**query)
    except Problem as problem:
        if problem.status != 422:
            raise
        abort(404)
    return render_template("admin/operations/messages.html", page=page, query=query)


@pages.get("/admin/operations/inbound")
@staff_page("operations.read")
def list_inbound() -> str:
    """The mails that came in, the latest first, and what became of them."""
    query = {name: request.args.get(name) for name in ("status", "cursor")}
    try:
        page = clients().notifications.inbound_mails(**query)
    except Problem as problem:
        if problem.status != 422:
            raise
        abort(404)
    return render_template("admin/operations/inbound.html", page=page, query=query, reasons=INBOUND_REASONS)


@pages.get("/admin/operations/messages/<uuid:message_id>")
@staff_page("operations.read")
def show_message(message_id: UUID) -> str:
    """One message and each attempt to send it; what it says is not shown to staff."""
    return render_template("admin/operations/message.html", message=clients().notifications.message(str(message_id)))


@pages.post("/admin/operations/messages/<uuid:message_id>/resend")
@staff_page("operations.write")
def resend_message(message_id: UUID) -> Response:
    """Send a message again that failed."""
    try:
        message = clients().notifications.resend(str(message_id))
        flash(_("The message to %(name)s is sent again.", name=message["to_name"] or message["to_address"]))
    except Problem as problem:
        if problem.status != 409:
            raise
        flash(_over() if problem.code == "expired" else say_problem(problem), "warning")
    return redirect(safe_path(request.form.get("path"), url_for(".list_messages")), 303)


def _over() -> str:
    return _("What this message carries is no longer valid. Have a new invitation or code made instead.")


def _ask_all() -> list[Health]:
    """Return how all services stand, all asked at once: one that hangs holds up nobody's answer but its own."""
    upstream = {service: clients().events(service) for service in SERVICES}
    with ThreadPoolExecutor(len(upstream)) as threads:
        return list(threads.map(_ask, upstream.keys(), upstream.values()))


def _ask(service: str, events: EventsClient) -> Health:
    try:
        return Health(service, lists={kind: events.listed(kind) for kind in LISTS})
    except Problem:
        return Health(service, answers=False)


def _dead_of(healths: Iterable[Health]) -> list[Json]:
    return [
        row | {"service": health.service} for health in healths if health.answers for row in health.lists["dead"].rows
    ]

"""Messages: the client's conversations with the firm, one of them, a new one, and what is new while it is open."""

from uuid import UUID, uuid4

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Answered

from gateway.clients import Json, clients
from gateway.edge.access import client_page
from gateway.edge.sessions import current_visitor
from gateway.forms import Form
from gateway.receiving import Received, receive_files
from gateway.shell import frames
from services.chassis.problems import Problem
from services.contracts.client_roles import WORKS

pages = Blueprint("portal_conversations", __name__)

Answer = str | Answered | tuple[str, int]
FILTERS: dict[str, Json] = {
    "all": {},
    "unread": {"unread": True},
    "open": {"state": "open"},
    "closed": {"state": "closed"},
}


@pages.get("/conversations")
@client_page(roles=WORKS)
def list_conversations() -> str:
    """The conversations, the latest message first."""
    shown = request.args.get("show", "all")
    query: Json = {"q": request.args.get("q", "").strip()[:100], "cursor": request.args.get("cursor")}
    query |= FILTERS.get(shown, {})
    try:
        page = clients().conversations.conversations(**query)
    except Problem as problem:
        if problem.status != 422:
            raise
        page = clients().conversations.conversations(**query | {"cursor": None, "q": ""})
    return render_template(
        "portal/conversations/list.html", page=page, shown=shown if shown in FILTERS else "all", q=query["q"]
    )


@pages.get("/conversations/new")
@client_page(roles=WORKS)
def new_conversation() -> str:
    """The form of a new conversation; not there while the firm does not want any (S57)."""
    if not (clients().conversations.conversations(limit=1).body or {}).get("may_start"):
        abort(404)
    return _new_page(Form({"key": str(uuid4())}))


@pages.post("/conversations/new")
@client_page(streams=True, roles=WORKS)
def start() -> Answer:
    """Begin a conversation. Files that arrived with one that failed go with the next try of the same form."""
    received = receive_files(str(current_visitor().account_id), required=False)
    form = _form(received, "title", "text", "key")
    if received.error:
        form.add_error("file", received.error)
        return _new_page(form), 422
    document_ids = [document["id"] for document in _arrived(form)] + received.ids
    new = {"title": form.value("title"), "text": form.value("text"), "document_ids": list(dict.fromkeys(document_ids))}
    try:
        begun = clients().conversations.start(new, form.value("key"))
    except Problem as problem:
        form.refuse(problem)
        return _new_page(form), 422
    flash(_("Your message is with the firm."))
    return redirect(url_for(".show_conversation", conversation_id=begun["id"], sent="new"), 303)


@pages.get("/conversations/<uuid:conversation_id>")
@client_page(roles=WORKS)
def show_conversation(conversation_id: UUID) -> str:
    """One conversation with its messages, and the reply."""
    found = clients().conversations.conversation(str(conversation_id), request.args.get("before"))
    _mark_read(found)
    return _page(found, Form({"key": str(uuid4())}))


@pages.get("/conversations/<uuid:conversation_id>/news")
@client_page(roles=WORKS)
def news(conversation_id: UUID) -> str | Response:
    """The messages as they are now, or 204 while there is nothing that the page with `stamp` has not shown."""
    if clients().conversations.stamp(str(conversation_id)) == request.args.get("stamp"):
        return Response(status=204)
    found = clients().conversations.conversation(str(conversation_id))
    _mark_read(found)
    return render_template("portal/conversations/thread.html", talk=found)


@pages.post("/conversations/<uuid:conversation_id>/reply")
@client_page(streams=True, roles=WORKS)
def reply(conversation_id: UUID) -> Answer:
    """Send a message with files. Files that arrived with a reply that failed go with the next one."""
    id = str(conversation_id)
    received = receive_files(str(current_visitor().account_id), required=False)
    form = _form(received, "text", "key")
    found = clients().conversations.conversation(id)
    if received.error:
        form.add_error("file", received.error)
        return _page(found, form), 422
    document_ids = [document["id"] for document in found["unsent_documents"]] + received.ids
    try:
        clients().conversations.post(id, form.value("text"), list(dict.fromkeys(document_ids)), key=form.value("key"))
    except Problem as problem:
        form.refuse(problem)
        return _page(found, form), 422
    flash(_("Your message is with the firm."))
    return redirect(url_for(".show_conversation", conversation_id=id, sent=id), 303)


@pages.post("/conversations/<uuid:conversation_id>/reopen")
@client_page(roles=WORKS)
def reopen(conversation_id: UUID) -> Answer:
    """Open a closed conversation again."""
    try:
        clients().conversations.reopen(str(conversation_id))
    except Problem as problem:
        form = Form({"key": str(uuid4())})
        form.refuse(problem)
        return _page(clients().conversations.conversation(str(conversation_id)), form), 422
    flash(_("The conversation is open again."))
    return redirect(url_for(".show_conversation", conversation_id=conversation_id), 303)


def _form(received: Received, *names: str) -> Form:
    return Form({name: received.fields.get(name, "").strip() for name in names})


def _mark_read(found: Json) -> None:
    if found["unread"] and not current_visitor().acting:
        clients().conversations.mark_read(found["id"])
        frames().fresh(current_visitor())


def _arrived(form: Form) -> list[Json]:
    """Return the files that came with this form so far."""
    key = form.value("key")
    return clients().documents.documents(request_id=key).rows if key else []


def _new_page(form: Form) -> str:
    waiting = _arrived(form) if form.errors else []
    return render_template("portal/conversations/new.html", form=form, waiting=waiting)


def _page(found: Json, form: Form) -> str:
    return render_template("portal/conversations/conversation.html", talk=found, form=form)

"""Files that a form brings, sent on to the documents service one after another while they arrive."""

from collections.abc import Callable
from dataclasses import dataclass, field

from flask import flash, redirect
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from gateway.clients import Json, clients
from gateway.edge.uploads import uploaded_files
from gateway.service_messages import say_problem
from services.chassis.problems import Problem

MOST_SENT = 200


@dataclass
class Received:
    """What arrived, and why the rest did not. `fields` are the form's other fields."""

    documents: list[Json] = field(default_factory=list)
    error: str | None = None
    fields: MultiDict[str, str] = field(default_factory=MultiDict)

    @property
    def names(self) -> list[str]:
        """The names of the documents that arrived."""
        return [document["name"] for document in self.documents]

    @property
    def ids(self) -> list[str]:
        """The ids of the documents that arrived."""
        return [document["id"] for document in self.documents]

    def announce(self) -> None:
        """Tell the person how many files arrived."""
        flash(ngettext("The file has arrived.", "%(num)s files have arrived.", len(self.documents)))

    @staticmethod
    def back_to(path: str) -> Response:
        """Return the way back to `path` after a form."""
        return redirect(path, 303)


def receive_files(
    account_id: str, *, share: Callable[[MultiDict[str, str]], bool] | None = None, required: bool = True
) -> Received:
    """Send the files of the present form to the account's documents and return what arrived.

    The first file that is refused ends it: those before it stay, `error` says why. The field `request_id` says to
    which request they belong, `folder_id` where they go, and for staff `share` decides by the fields whether the client
    sees them at once. With `required` a form without a file is an error.
    """
    received = Received()
    try:
        for file in uploaded_files(received.fields):
            received.documents.append(
                clients().documents.upload(
                    account_id,
                    file.name,
                    file.chunks,
                    content_type=file.content_type,
                    request_id=received.fields.get("request_id"),
                    share=share(received.fields) if share else None,
                    folder_id=received.fields.get("folder_id") or None,
                )
            )
        _take_sent(received)
    except Problem as problem:
        if problem.status >= 500 and problem.status != 507:
            raise
        received.error = say_problem(problem)
    if received.documents and not received.error:
        _say_done(account_id, received.fields)
    if required and not received.documents and not received.error:
        received.error = _("Choose a file first.")
    return received


def take_version(document_id: str) -> None:
    """Send the one file of the present form on as a new version of a document, and tell the person how it went."""
    document: Json | None = None
    try:
        for file in uploaded_files():
            if document is None:
                document = clients().folders.add_version(document_id, file.name, file.chunks, file.content_type)
    except Problem as problem:
        if problem.status in (401, 404) or (problem.status >= 500 and problem.status != 507):
            raise
        flash(say_problem(problem), "error")
        return
    if document is None:
        flash(_("Choose a file first."), "error")
    else:
        flash(_("Version %(number)s has arrived.", number=document["version_number"]))


def _take_sent(received: Received) -> None:
    """Add what went up by itself before the form: its ids stand in the fields `uploaded`."""
    for document_id in received.fields.getlist("uploaded")[:MOST_SENT]:
        received.documents.append(clients().documents.document(document_id))


def _say_done(account_id: str, fields: MultiDict[str, str]) -> None:
    """Tell the firm that all is sent, where the client has ticked that (S54). What arrived has arrived anyway."""
    if fields.get("done_uploading") != "yes":
        return
    try:
        clients().documents.say_done(account_id, way="dialog", request_id=fields.get("request_id") or None)
    except Problem as problem:
        flash(say_problem(problem), "error")
    else:
        flash(_("The firm knows that you are done uploading."))

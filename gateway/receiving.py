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
    which request they belong, and for staff `share` decides by the fields whether the client
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
                )
            )
    except Problem as problem:
        if problem.status >= 500 and problem.status != 507:
            raise
        received.error = say_problem(problem)
    if required and not received.documents and not received.error:
        received.error = _("Choose a file first.")
    return received

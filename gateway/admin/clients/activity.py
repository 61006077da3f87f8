"""The activity history in words: who did what, with an icon and a link to what it was done to."""

from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import lazy_gettext as N_
from flask_babel.speaklater import LazyString
from markupsafe import Markup

from gateway.clients import Json

Pattern = tuple[str, LazyString, LazyString]
"""Icon, the sentence with who did it, and the one without for what the house itself did."""

PATTERNS: dict[str, Pattern] = {
    "account.created": ("building", N_("%(who)s added this client"), N_("This client was added")),
    "account.changed": ("pencil", N_("%(who)s changed the details"), N_("The details were changed")),
    "account.archived": ("archive", N_("%(who)s archived this client"), N_("This client was archived")),
    "account.restored": ("arrow-back-up", N_("%(who)s restored this client"), N_("This client was restored")),
    "contact.added": ("user-plus", N_("%(who)s added %(what)s"), N_("%(what)s was added")),
    "contact.changed": ("pencil", N_("%(who)s changed %(what)s"), N_("%(what)s was changed")),
    "contact.removed": ("trash", N_("%(who)s removed %(what)s"), N_("%(what)s was removed")),
    "contact.invited": ("send", N_("%(who)s invited %(what)s to the portal"), N_("%(what)s was invited to the portal")),
    "invitation.issued": (
        "mail",
        N_("%(who)s had an invitation sent to %(what)s"),
        N_("An invitation went to %(what)s"),
    ),
    "user.activated": ("circle-check", N_("%(who)s accepted the invitation"), N_("%(what)s accepted the invitation")),
    "user.signed_in": ("key", N_("%(who)s signed in"), N_("Somebody signed in")),
    "document.uploaded": ("upload", N_("%(who)s uploaded %(what)s"), N_("%(what)s was uploaded")),
    "document.shared": ("share", N_("%(who)s shared %(what)s"), N_("%(what)s was shared")),
    "document.unshared": ("eye-off", N_("%(who)s stopped sharing %(what)s"), N_("%(what)s is shared no more")),
    "document.opened": ("eye", N_("%(who)s opened %(what)s"), N_("%(what)s was opened")),
    "document.deleted": ("trash", N_("%(who)s deleted %(what)s"), N_("%(what)s was deleted")),
    "document.restored": ("arrow-back-up", N_("%(who)s restored %(what)s"), N_("%(what)s was restored")),
    "document.version_added": (
        "file",
        N_("%(who)s added a version of %(what)s"),
        N_("A new version of %(what)s was filed"),
    ),
    "request.created": ("inbox", N_("%(who)s asked for %(what)s"), N_("%(what)s was asked for")),
    "request.replied": ("message-reply", N_("%(who)s answered in %(what)s"), N_("There was an answer in %(what)s")),
    "request.noted": ("note", N_("%(who)s wrote a note in %(what)s"), N_("A note was written in %(what)s")),
    "request.closed": ("circle-check", N_("%(who)s closed %(what)s"), N_("%(what)s was closed")),
    "request.reopened": ("refresh", N_("%(who)s opened %(what)s again"), N_("%(what)s was opened again")),
    "sign_request.created": (
        "signature",
        N_("%(who)s prepared %(what)s for signing"),
        N_("%(what)s was prepared for signing"),
    ),
    "sign_request.sent": ("send", N_("%(who)s sent %(what)s to be signed"), N_("%(what)s was sent to be signed")),
    "sign_request.viewed": ("eye", N_("%(who)s opened %(what)s to sign it"), N_("%(what)s was opened to be signed")),
    "sign_request.signed": ("signature", N_("%(who)s signed %(what)s"), N_("%(what)s was signed")),
    "sign_request.completed": ("shield-check", N_("%(who)s sealed %(what)s"), N_("%(what)s is signed and sealed")),
    "sign_request.declined": ("ban", N_("%(who)s declined to sign %(what)s"), N_("%(what)s was declined")),
    "sign_request.voided": ("ban", N_("%(who)s withdrew %(what)s"), N_("%(what)s was withdrawn")),
    "message.failed": ("mail-x", N_("%(who)s did not get a message"), N_("A message could not be delivered")),
}

METHODS: dict[str, LazyString] = {
    "password": N_("with the password"),
    "code": N_("with a code"),
    "passkey": N_("with a passkey"),
}

PATHS = {"document": "/admin/documents/", "request": "/admin/requests/", "sign_request": "/admin/sign-requests/"}


@dataclass(frozen=True)
class Entry:
    """One line of the history."""

    icon: str
    sentence: Markup
    note: str
    at: str


def entries(rows: list[Json]) -> list[Entry]:
    """Return the lines for rows of the portal's activity history."""
    return [_entry(row) for row in rows]


def _entry(row: Json) -> Entry:
    icon, by_somebody, by_itself = PATTERNS.get(row["kind"], _unnamed(row["kind"]))
    by = row["by"]
    is_person = by["kind"] != "service" and bool(by["name"])
    words = {"who": Markup("<b>%s</b>") % by["name"], "what": _what(row)}
    sentence = Markup(str(by_somebody if is_person else by_itself)) % words  # noqa: S704 -- patterns are ours, words escaped
    return Entry(icon, sentence, _note(row), row["at"])


def _unnamed(kind: str) -> Pattern:
    """Return how a kind is told for which there are no words yet: by its name."""
    return "activity", LazyString(lambda: f"%(who)s: {kind}"), LazyString(lambda: kind)


def _what(row: Json) -> Markup:
    title, subject = row["title"], row["subject"]
    if path := PATHS.get(subject["kind"]):
        return Markup('<a href="%s%s">%s</a>') % (path, subject["id"], title or _("a document"))
    return Markup("<b>%s</b>") % title


def _note(row: Json) -> str:
    if row["kind"] == "user.signed_in":
        return str(METHODS.get(row["title"], ""))
    return row["title"] if row["kind"] == "message.failed" else ""

"""The activity history in words: who did what, with an icon and a link to what it was done to."""

from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from markupsafe import Markup

from gateway.clients import Json

Pattern = tuple[str, LazyString, LazyString]
"""Icon, the sentence with who did it, and the one without for what the house itself did."""

PATTERNS: dict[str, Pattern] = {
    "account.created": ("building", _l("%(who)s added this client"), _l("This client was added")),
    "account.changed": ("pencil", _l("%(who)s changed the details"), _l("The details were changed")),
    "account.archived": ("archive", _l("%(who)s archived this client"), _l("This client was archived")),
    "account.restored": ("arrow-back-up", _l("%(who)s restored this client"), _l("This client was restored")),
    "account.tagged": ("check", _l("%(who)s put on the tag %(what)s"), _l("The tag %(what)s was put on")),
    "account.untagged": ("x", _l("%(who)s took off the tag %(what)s"), _l("The tag %(what)s was taken off")),
    "contact.added": ("user-plus", _l("%(who)s added %(what)s"), _l("%(what)s was added")),
    "contact.changed": ("pencil", _l("%(who)s changed %(what)s"), _l("%(what)s was changed")),
    "contact.role_changed": (
        "pencil",
        _l("%(who)s gave %(what)s another role"),
        _l("%(what)s was given another role"),
    ),
    "contact.withdrawn": (
        "lock",
        _l("%(who)s withdrew the portal access of %(what)s"),
        _l("The portal access of %(what)s was withdrawn"),
    ),
    "contact.removed": ("trash", _l("%(who)s removed %(what)s"), _l("%(what)s was removed")),
    "contact.invited": ("send", _l("%(who)s invited %(what)s to the portal"), _l("%(what)s was invited to the portal")),
    "invitation.issued": (
        "mail",
        _l("%(who)s had an invitation sent to %(what)s"),
        _l("An invitation went to %(what)s"),
    ),
    "user.activated": ("circle-check", _l("%(who)s accepted the invitation"), _l("%(what)s accepted the invitation")),
    "user.signed_in": ("key", _l("%(who)s signed in"), _l("Somebody signed in")),
    "code.sent_email": (
        "mail",
        _l("%(who)s had a sign-in code sent to %(what)s by e-mail"),
        _l("A sign-in code went to %(what)s by e-mail"),
    ),
    "code.sent_sms": (
        "mail",
        _l("%(who)s had a sign-in code sent to %(what)s by SMS"),
        _l("A sign-in code went to %(what)s by SMS"),
    ),
    "code.switched_email": (
        "mail",
        _l("%(who)s has the sign-in codes of %(what)s sent by e-mail"),
        _l("The sign-in codes of %(what)s go by e-mail"),
    ),
    "code.switched_sms": (
        "mail",
        _l("%(who)s has the sign-in codes of %(what)s sent by SMS"),
        _l("The sign-in codes of %(what)s go by SMS"),
    ),
    "user.factors_lost": (
        "lifebuoy",
        _l("%(who)s can use no second factor and asked for help"),
        _l("%(what)s can use no second factor and asked for help"),
    ),
    "user.factors_reset": (
        "key",
        _l("%(who)s reset the second factor of %(what)s"),
        _l("The second factor of %(what)s was reset"),
    ),
    "user.viewed_as": ("eye", _l("%(who)s viewed the portal as %(what)s"), _l("The portal was viewed as %(what)s")),
    "document.uploaded": ("upload", _l("%(who)s uploaded %(what)s"), _l("%(what)s was uploaded")),
    "document.shared": ("share", _l("%(who)s shared %(what)s"), _l("%(what)s was shared")),
    "document.unshared": ("eye-off", _l("%(who)s stopped sharing %(what)s"), _l("%(what)s is shared no more")),
    "document.opened": ("eye", _l("%(who)s opened %(what)s"), _l("%(what)s was opened")),
    "document.approval_asked": (
        "circle-check",
        _l("%(who)s asked for approval of %(what)s"),
        _l("Approval of %(what)s was asked for"),
    ),
    "document.approved": ("circle-check", _l("%(who)s approved %(what)s"), _l("%(what)s was approved")),
    "document.rejected": ("circle-x", _l("%(who)s rejected %(what)s"), _l("%(what)s was rejected")),
    "document.approval_undone": (
        "arrow-back-up",
        _l("%(who)s took back the approval of %(what)s"),
        _l("The approval of %(what)s was taken back"),
    ),
    "document.deleted": ("trash", _l("%(who)s deleted %(what)s"), _l("%(what)s was deleted")),
    "document.moved": ("folder", _l("%(who)s moved %(what)s"), _l("%(what)s was moved")),
    "upload_notice.given": (
        "circle-check",
        _l("%(who)s is done uploading: %(what)s"),
        _l("The client is done uploading: %(what)s"),
    ),
    "document.renamed": ("pencil", _l("%(who)s renamed %(what)s"), _l("%(what)s was renamed")),
    "document.purged": ("trash", _l("%(who)s deleted %(what)s for good"), _l("%(what)s was deleted for good")),
    "document.restored": ("arrow-back-up", _l("%(who)s restored %(what)s"), _l("%(what)s was restored")),
    "document.quarantined": ("shield-x", _l("%(what)s was held back"), _l("%(what)s was held back")),
    "document.released": ("shield-check", _l("%(who)s released %(what)s"), _l("%(what)s was released")),
    "document.locked": ("lock", _l("%(who)s locked %(what)s until it is paid"), _l("%(what)s is locked until paid")),
    "document.unlocked": ("lock-open", _l("%(who)s unlocked %(what)s"), _l("%(what)s is unlocked")),
    "link.created": ("link", _l("%(who)s made a link to %(what)s"), _l("A link to %(what)s was made")),
    "link.revoked": ("link", _l("%(who)s closed a link to %(what)s"), _l("A link to %(what)s was closed")),
    "link.used": ("download", _l("%(what)s was downloaded by a link"), _l("%(what)s was downloaded by a link")),
    "document.version_added": (
        "file",
        _l("%(who)s added a version of %(what)s"),
        _l("A new version of %(what)s was filed"),
    ),
    "request.created": ("inbox", _l("%(who)s asked for %(what)s"), _l("%(what)s was asked for")),
    "request.replied": ("message-reply", _l("%(who)s answered in %(what)s"), _l("There was an answer in %(what)s")),
    "request.item_answered": ("message-reply", _l("%(who)s sent %(what)s"), _l("%(what)s was sent")),
    "request.item_accepted": ("check", _l("%(who)s accepted %(what)s"), _l("%(what)s was accepted")),
    "request.item_rejected": ("arrow-back-up", _l("%(who)s sent %(what)s back"), _l("%(what)s was sent back")),
    "request.changed": (
        "calendar",
        _l("%(who)s changed until when %(what)s is due"),
        _l("%(what)s is due another day"),
    ),
    "request.noted": ("note", _l("%(who)s wrote a note in %(what)s"), _l("A note was written in %(what)s")),
    "request.closed": ("circle-check", _l("%(who)s closed %(what)s"), _l("%(what)s was closed")),
    "request.reopened": ("refresh", _l("%(who)s opened %(what)s again"), _l("%(what)s was opened again")),
    "conversation.started": ("message", _l("%(who)s began %(what)s"), _l("%(what)s began")),
    "conversation.written": ("message", _l("%(who)s wrote in %(what)s"), _l("Somebody wrote in %(what)s")),
    "conversation.noted": ("note", _l("%(who)s wrote a note in %(what)s"), _l("A note was written in %(what)s")),
    "conversation.closed": ("circle-check", _l("%(who)s closed %(what)s"), _l("%(what)s was closed")),
    "conversation.reopened": ("refresh", _l("%(who)s opened %(what)s again"), _l("%(what)s was opened again")),
    "conversation.assigned": (
        "user",
        _l("%(who)s said who looks after %(what)s"),
        _l("%(what)s was given to somebody else"),
    ),
    "case.opened": ("briefcase", _l("%(who)s opened the case %(what)s"), _l("The case %(what)s was opened")),
    "case.commented": ("message-reply", _l("%(who)s wrote in %(what)s"), _l("Something was written in %(what)s")),
    "case.noted": ("note", _l("%(who)s wrote a note in %(what)s"), _l("A note was written in %(what)s")),
    "case.moved": ("refresh", _l("%(who)s changed the status of %(what)s"), _l("The status of %(what)s was changed")),
    "case.assigned": ("users", _l("%(who)s gave %(what)s to somebody"), _l("%(what)s was given to somebody")),
    "case.unassigned": ("users", _l("%(who)s gave %(what)s to nobody"), _l("%(what)s was given to nobody")),
    "case.closed": ("circle-check", _l("%(who)s closed %(what)s"), _l("%(what)s was closed")),
    "case.reopened": ("refresh", _l("%(who)s opened %(what)s again"), _l("%(what)s was opened again")),
    "sign_request.created": (
        "signature",
        _l("%(who)s prepared %(what)s for signing"),
        _l("%(what)s was prepared for signing"),
    ),
    "sign_request.sent": ("send", _l("%(who)s sent %(what)s to be signed"), _l("%(what)s was sent to be signed")),
    "sign_request.viewed": ("eye", _l("%(who)s opened %(what)s to sign it"), _l("%(what)s was opened to be signed")),
    "sign_request.signed": ("signature", _l("%(who)s signed %(what)s"), _l("%(what)s was signed")),
    "sign_request.completed": ("shield-check", _l("%(who)s sealed %(what)s"), _l("%(what)s is signed and sealed")),
    "sign_request.declined": ("ban", _l("%(who)s declined to sign %(what)s"), _l("%(what)s was declined")),
    "sign_request.voided": ("ban", _l("%(who)s withdrew %(what)s"), _l("%(what)s was withdrawn")),
    "review.submitted": ("star", _l("%(who)s rated our service: %(what)s"), _l("Our service was rated: %(what)s")),
    "review.changed": ("star", _l("%(who)s changed the review: %(what)s"), _l("The review was changed: %(what)s")),
    "review.answered": ("star", _l("%(who)s answered the review: %(what)s"), _l("The review was answered: %(what)s")),
    "review.requested": ("send", _l("%(who)s asked %(what)s for a review"), _l("%(what)s was asked for a review")),
    "mail.sent": ("mail", _l("%(who)s wrote us an e-mail: %(what)s"), _l("An e-mail came: %(what)s")),
    "data_export.asked": (
        "download",
        _l("%(who)s had all data of this client exported"),
        _l("All data of this client was exported"),
    ),
    "data_export.ready": ("circle-check", _l("The export of all data is ready"), _l("The export of all data is ready")),
    "data_export.fetched": (
        "download",
        _l("%(who)s downloaded the export of all data"),
        _l("The export of all data was downloaded"),
    ),
    "erasure.asked": ("trash", _l("%(who)s asked for the erasure of all data"), _l("The erasure was asked for")),
    "erasure.planned": ("trash", _l("%(who)s decided the erasure of all data"), _l("The erasure was decided")),
    "erasure.cancelled": ("ban", _l("%(who)s called the erasure off"), _l("The erasure was called off")),
    "account.erased": (
        "trash",
        _l("All data was erased, as %(who)s had decided (%(what)s)"),
        _l("All data was erased (%(what)s)"),
    ),
    "legal_hold.set": ("lock", _l("%(who)s set a legal hold"), _l("A legal hold was set")),
    "legal_hold.lifted": ("key", _l("%(who)s lifted the legal hold"), _l("The legal hold was lifted")),
    "message.failed": ("mail-x", _l("%(who)s did not get a message"), _l("A message could not be delivered")),
}

METHODS: dict[str, LazyString] = {
    "password": _l("with the password"),
    "code": _l("with a code"),
    "passkey": _l("with a passkey"),
}

PATHS = {
    "document": "/admin/documents/",
    "mail": "/admin/mails/",
    "review": "/admin/reviews/",
    "request": "/admin/requests/",
    "case": "/admin/cases/",
    "conversation": "/admin/conversations/",
    "sign_request": "/admin/sign-requests/",
}


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
    name = kind.replace("%", "%%")
    return "activity", LazyString(lambda: f"%(who)s: {name}"), LazyString(lambda: name)


def _what(row: Json) -> Markup:
    title, subject = str(row["title"]), row["subject"]
    if subject["kind"] == "review":
        title = _("%(stars)s of 5 stars", stars=title.partition(" ")[0])
    if path := PATHS.get(subject["kind"]):
        return Markup('<a href="%s%s">%s</a>') % (path, subject["id"], title or _("a document"))
    return Markup("<b>%s</b>") % title


def _note(row: Json) -> str:
    if row["kind"] == "user.signed_in":
        return str(METHODS.get(row["title"], ""))
    if row["kind"] in ("review.submitted", "review.changed"):
        return str(row["title"]).partition(" ")[2]
    return row["title"] if row["kind"] == "message.failed" else ""

"""The access log in words, for the client's page and the firm's (B13)."""

from dataclasses import dataclass

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from gateway.clients import Json
from gateway.custom_fields import field_word


@dataclass(frozen=True)
class Kind:
    """What an entry says that somebody did, and the icon before it."""

    word: LazyString
    icon: str


KINDS = {
    "document.opened": Kind(_l("Opened a document"), "eye"),
    "document.downloaded": Kind(_l("Downloaded a document"), "download"),
    "document.locked": Kind(_l("Locked a document"), "lock"),
    "document.unlocked": Kind(_l("Unlocked a document"), "lock-open"),
    "link.created": Kind(_l("Made a link to a document"), "link"),
    "link.revoked": Kind(_l("Closed a link to a document"), "link"),
    "account.changed": Kind(_l("Changed the details"), "pencil"),
    "account.archived": Kind(_l("Archived the client"), "archive"),
    "account.restored": Kind(_l("Restored the client"), "arrow-back-up"),
    "contact.added": Kind(_l("Added a contact person"), "user-plus"),
    "contact.changed": Kind(_l("Changed a contact person"), "pencil"),
    "contact.removed": Kind(_l("Removed a contact person"), "trash"),
    "contact.invited": Kind(_l("Gave access to the portal"), "send"),
    "contact.withdrawn": Kind(_l("Took access to the portal away"), "ban"),
    "client.viewed": Kind(_l("Looked at the client's page"), "eye"),
    "request.viewed": Kind(_l("Opened a request"), "inbox"),
    "sign_request.viewed": Kind(_l("Opened a sign request"), "signature"),
    "client.viewed_as": Kind(_l("Viewed the portal as this person"), "user"),
    "client.exported": Kind(_l("Took the data out as a file"), "share"),
}
GROUPS = (
    ("", _l("Everything")),
    ("documents", _l("Documents")),
    ("details", _l("Details changed")),
    ("views", _l("Pages opened")),
    ("access", _l("Access and exports")),
)
PATHS = {
    "portal": {"document": "/documents/{id}", "request": "/requests/{id}", "sign_request": "/sign-requests/{id}"},
    "admin": {
        "document": "/admin/documents/{id}",
        "request": "/admin/requests/{id}",
        "sign_request": "/admin/sign-requests/{id}",
    },
}


def entries(rows: list[Json], side: str) -> list[Json]:
    """Return the entries with their `word`, `icon`, `path` on that side, and what was changed in words."""
    return [_entry(row, side) for row in rows]


def group_of(name: str | None) -> str:
    """Return the group that an address asks for; everything for what is none."""
    return name if name in dict(GROUPS) and name else ""


def _entry(row: Json, side: str) -> Json:
    kind = KINDS.get(row["kind"]) or Kind(_l("Did something"), "history")
    path = PATHS[side].get(row["subject"]["kind"], "").format(id=row["subject"]["id"])
    fields = [field_word(field) for field in row["fields"]]
    return row | {"word": kind.word, "icon": kind.icon, "path": path, "changed": ", ".join(fields)}

"""What a search found, as pages show it: the words of its groups, where each hit leads, what stands under it."""

from collections.abc import Callable
from dataclasses import dataclass
from unicodedata import combining, normalize

from flask import Flask
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from markupsafe import Markup, escape

from gateway.clients import Json
from gateway.custom_fields import written

PLAIN: Json = {"status": "", "account_name": "", "at": None}
MOST_LENGTH = 100
"""What of a search the services look at; what is longer is cut, as nobody searches for so much."""


@dataclass(frozen=True)
class Kind:
    """How one kind of hits is shown, and what opens one: to a client, to staff. None where nothing opens it there."""

    heading: LazyString
    icon: str
    portal: Callable[[Json], str] | None = None
    admin: Callable[[Json], str] | None = None
    status: str | None = None


KINDS = {
    "client": Kind(_l("Clients"), "users", admin=lambda hit: f"/admin/clients/{hit['id']}"),
    "contact": Kind(
        _l("Contact persons"),
        "user",
        portal=lambda hit: "/profile",
        admin=lambda hit: f"/admin/clients/{hit['account_id']}?tab=profile",
    ),
    "field": Kind(_l("Fields"), "forms", admin=lambda hit: f"/admin/clients/{hit['account_id']}?tab=profile"),
    "tag": Kind(_l("Tags"), "filter", admin=lambda hit: f"/admin/clients?tag_id={hit['id']}"),
    "request": Kind(
        _l("Requests"),
        "inbox",
        portal=lambda hit: f"/requests/{hit['id']}",
        admin=lambda hit: f"/admin/requests/{hit['id']}",
        status="request",
    ),
    "sign_request": Kind(
        _l("Sign requests"),
        "signature",
        portal=lambda hit: f"/sign-requests/{hit['id']}",
        admin=lambda hit: f"/admin/sign-requests/{hit['id']}",
        status="sign_request",
    ),
    "document": Kind(
        _l("Documents"),
        "file-text",
        portal=lambda hit: f"/documents/{hit['id']}",
        admin=lambda hit: f"/admin/documents/{hit['id']}",
    ),
    "conversation": Kind(
        _l("Conversations"),
        "message",
        portal=lambda hit: f"/conversations/{hit['id']}",
        admin=lambda hit: f"/admin/conversations/{hit['id']}",
    ),
    "case": Kind(
        _l("Cases"),
        "briefcase",
        portal=lambda hit: f"/cases/{hit['id']}",
        admin=lambda hit: f"/admin/cases/{hit['id']}",
    ),
    "review": Kind(_l("Reviews"), "star", admin=lambda hit: f"/admin/reviews/{hit['id']}"),
    "announcement": Kind(
        _l("Announcements"),
        "speakerphone",
        portal=lambda hit: "/notifications",
        admin=lambda hit: f"/admin/settings/announcements/{hit['id']}",
    ),
    "staff": Kind(_l("People at the firm"), "users", portal=lambda hit: "/conversations"),
}


@dataclass(frozen=True)
class Group:
    """The hits of one kind; `next` is the cursor where there are more."""

    name: str
    kind: Kind
    rows: list[Json]
    next: str | None


def install(app: Flask) -> None:
    """Give the templates of `app` what shows hits."""
    app.jinja_env.globals |= {"marked": marked}


def groups(answer: Json, *, staff: bool) -> list[Group]:
    """Return the groups of an answer, each hit with its `path`, `name` and `piece`; none of a kind without pages."""
    found: list[Group] = []
    for group in answer["groups"]:
        kind = KINDS.get(group["kind"])
        way = kind and (kind.admin if staff else kind.portal)
        if kind and way:
            rows = [
                PLAIN | hit | {"path": way(hit), "name": _name(hit), "piece": _piece(hit)} for hit in group["items"]
            ]
            found.append(Group(group["kind"], kind, rows, group["next"]))
    return found


def marked(text: str, words: list[str]) -> Markup:
    """Return `text` with the words that were searched for marked."""
    out = Markup()
    for place, part in enumerate(text.split(" ")):
        space = " " if place else ""
        bare = folded(part)
        begins = any(bare.lstrip("([{<\"'«“¿¡").startswith(word) for word in words)
        out += Markup("{}<mark>{}</mark>").format(space, part) if begins else escape(f"{space}{part}")
    return out


def folded(text: str) -> str:
    """Return `text` as it is searched: in lower case, without accents."""
    decomposed = normalize("NFKD", text.casefold())
    return "".join(character for character in decomposed if not combining(character))


def _name(hit: Json) -> str:
    return written(hit.get("titles")) or str(hit["title"])


def _piece(hit: Json) -> str:
    if labels := hit.get("labels"):
        return _("%(field)s: %(value)s", field=written(labels), value=hit["excerpt"])
    return written(hit.get("excerpts")) or str(hit["excerpt"])

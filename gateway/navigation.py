"""The ways through the portal and the admin. An item whose page is not there is not shown."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from flask import Flask, current_app, request
from flask_babel import lazy_gettext as N_
from flask_babel.speaklater import LazyString
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from gateway.edge.sessions import Visitor

EXTENSION = "atrio-navigation"


@dataclass(frozen=True)
class Item:
    """A way to a page. `count` names the figure beside it, `switch` the firm's option that shows it at all."""

    label: LazyString
    path: str
    icon: str = ""
    count: str | None = None
    switch: str | None = None
    permission: str | None = None
    short: LazyString | None = None

    @property
    def is_current(self) -> bool:
        """Whether the present page is this one or lies below it."""
        path = request.path
        return path == self.path or (self.path not in ("/home", "/admin/") and path.startswith(self.path + "/"))


@dataclass(frozen=True)
class Group:
    """Items under one heading."""

    label: LazyString | None
    items: tuple[Item, ...]


PORTAL = (
    Item(N_("Home"), "/home", "home"),
    Item(N_("Incoming requests"), "/requests", "inbox", count="incoming", short=N_("Requests")),
    Item(N_("Documents"), "/documents", "file-text", count="new_documents"),
    Item(N_("Conversations"), "/conversations", "message", short=N_("Messages")),
    Item(N_("Cases"), "/cases", "briefcase"),
    Item(N_("Bookings"), "/bookings", "calendar"),
    Item(N_("Payments"), "/payments", "credit-card"),
    Item(N_("Questionnaires"), "/questionnaires", "forms"),
    Item(N_("Work in progress"), "/work", "chart-bar"),
)
PHONE_PATHS = ("/home", "/requests", "/documents", "/conversations")

ADMIN = (
    Group(
        None,
        (
            Item(N_("Work list"), "/admin/", "list-check", count="work"),
            Item(N_("Clients"), "/admin/clients", "users", permission="clients.read"),
        ),
    ),
    Group(
        N_("Work"),
        (
            Item(N_("Client requests"), "/admin/requests", "inbox", count="request_replied", permission="requests.read"),
            Item(N_("Cases"), "/admin/cases", "briefcase"),
            Item(N_("Conversations"), "/admin/conversations", "message"),
            Item(N_("Jobs"), "/admin/jobs", "chart-bar"),
            Item(N_("Questionnaires"), "/admin/questionnaires", "forms"),
        ),
    ),
    Group(
        N_("Documents"),
        (
            Item(N_("Library"), "/admin/documents", "file-text", count="document_uploaded", permission="documents.read"),
            Item(N_("Signing"), "/admin/sign-requests", "signature", count="request_signed", permission="signing.read"),
        ),
    ),
    Group(
        N_("Money and time"),
        (Item(N_("Billing"), "/admin/billing", "credit-card"), Item(N_("Bookings"), "/admin/bookings", "calendar")),
    ),
    Group(
        N_("Firm"),
        (
            Item(N_("Reviews"), "/admin/reviews", "star"),
            Item(N_("Reports"), "/admin/reports", "report"),
            Item(N_("Settings"), "/admin/settings", "settings", permission="settings.write"),
            Item(N_("Operations"), "/admin/operations", "activity", permission="operations.read"),
        ),
    ),
)


@dataclass(frozen=True)
class Navigation:
    """The items whose pages the app has."""

    portal: tuple[Item, ...]
    admin: tuple[Group, ...]


def install(app: Flask) -> None:
    """Keep the items that lead to a page of `app`."""
    groups = (replace(group, items=_existing(app, group.items)) for group in ADMIN)
    app.extensions[EXTENSION] = Navigation(_existing(app, PORTAL), tuple(group for group in groups if group.items))
    app.jinja_env.globals |= {"navigation": navigation, "phone_items": phone_items, "admin_groups": admin_groups}


def navigation() -> Navigation:
    """Return the navigation of the running app."""
    found: Navigation = current_app.extensions[EXTENSION]
    return found


def phone_items() -> list[Item]:
    """Return the items of the bar at the foot of a phone; "More" leads to the rest."""
    return [item for item in navigation().portal if item.path in PHONE_PATHS]


def admin_groups(visitor: Visitor) -> list[Group]:
    """Return the groups with the items that `visitor` may open."""
    shown = (replace(group, items=allowed(group.items, visitor)) for group in navigation().admin)
    return [group for group in shown if group.items]


def allowed(items: Iterable[Item], visitor: Visitor) -> tuple[Item, ...]:
    """Return the items that `visitor` may open."""
    return tuple(item for item in items if item.permission is None or visitor.can(item.permission))


def _existing(app: Flask, items: Sequence[Item]) -> tuple[Item, ...]:
    return tuple(item for item in items if has_page(app, item.path))


def has_page(app: Flask, path: str) -> bool:
    """Return whether `app` answers a GET of `path`."""
    try:
        app.url_map.bind("localhost").match(path, method="GET")
    except RequestRedirect:
        return True
    except HTTPException:
        return False
    return True

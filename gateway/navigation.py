"""The ways through the portal and the admin. An item whose page is not there is not shown."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from flask import Flask, current_app, request
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from gateway.edge.access import access_of
from gateway.edge.sessions import Visitor, visitor_or_none

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
    Item(_l("Home"), "/home", "home"),
    Item(_l("Incoming requests"), "/requests", "inbox", count="incoming", short=_l("Requests")),
    Item(_l("Documents"), "/documents", "file-text", count="new_documents"),
    Item(_l("Conversations"), "/conversations", "message", count="messages", short=_l("Messages")),
    Item(_l("Cases"), "/cases", "briefcase"),
    Item(_l("Bookings"), "/bookings", "calendar", switch="bookings"),
    Item(_l("Payments"), "/payments", "credit-card"),
    Item(_l("Questionnaires"), "/questionnaires", "forms", switch="questionnaires"),
    Item(_l("Work in progress"), "/work", "chart-bar", switch="jobs"),
)
QUICK = (
    Item(_l("Make prepayment"), "/prepayment", "credit-card", switch="prepayment"),
    Item(_l("Book appointment"), "/bookings", "calendar", switch="bookings"),
    Item(_l("Done uploading"), "/done-uploading", "circle-check", switch="done_uploading"),
    Item(_l("New conversation"), "/conversations/new", "message", switch="conversations"),
    Item(_l("New questionnaire"), "/questionnaires", "forms", switch="questionnaires"),
    Item(_l("Work in progress"), "/work", "chart-bar", switch="jobs"),
)
"""What each option of the firm puts on Home, and into the list of all ways on a phone (S28)."""
PHONE_PATHS = ("/home", "/requests", "/documents", "/conversations")

ADMIN = (
    Group(
        None,
        (
            Item(_l("Work list"), "/admin/", "list-check", count="work"),
            Item(_l("Clients"), "/admin/clients", "users", permission="clients.read"),
        ),
    ),
    Group(
        _l("Work"),
        (
            Item(
                _l("Client requests"), "/admin/requests", "inbox", count="request_replied", permission="requests.read"
            ),
            Item(_l("Cases"), "/admin/cases", "briefcase", count="case_waiting", permission="requests.read"),
            Item(
                _l("Conversations"),
                "/admin/conversations",
                "message",
                count="conversation_waiting",
                permission="requests.read",
            ),
            Item(_l("Jobs"), "/admin/jobs", "chart-bar"),
            Item(_l("Questionnaires"), "/admin/questionnaires", "forms"),
        ),
    ),
    Group(
        _l("Documents"),
        (
            Item(
                _l("Library"), "/admin/documents", "file-text", count="document_uploaded", permission="documents.read"
            ),
            Item(_l("Quarantine"), "/admin/quarantine", "shield-x", permission="documents.read"),
            Item(_l("Links to documents"), "/admin/share-links", "link", permission="documents.read"),
            Item(_l("Signing"), "/admin/sign-requests", "signature", count="request_signed", permission="signing.read"),
        ),
    ),
    Group(
        _l("Money and time"),
        (Item(_l("Billing"), "/admin/billing", "credit-card"), Item(_l("Bookings"), "/admin/bookings", "calendar")),
    ),
    Group(
        _l("Firm"),
        (
            Item(_l("Reviews"), "/admin/reviews", "star", switch="reviews", permission="clients.read"),
            Item(_l("Reports"), "/admin/reports", "report"),
            Item(_l("Settings"), "/admin/settings", "settings", permission="settings.write"),
            Item(_l("Operations"), "/admin/operations", "activity", permission="operations.read"),
        ),
    ),
)

SETTINGS = (
    Item(_l("Preferences"), "/admin/settings/preferences", permission="settings.write"),
    Item(_l("Brand"), "/admin/settings/brand", permission="settings.write"),
    Item(_l("Buttons"), "/admin/settings/buttons", permission="settings.write"),
    Item(_l("Announcements"), "/admin/settings/announcements", permission="settings.write"),
    Item(_l("Sign-in and sessions"), "/admin/settings/security", permission="settings.write"),
    Item(_l("Fields"), "/admin/settings/fields", permission="clients.read"),
    Item(_l("Client requests"), "/admin/settings/requests", permission="settings.write"),
    Item(_l("Cases"), "/admin/settings/cases", permission="settings.write"),
    Item(_l("Canned answers"), "/admin/settings/canned-answers", permission="settings.write"),
    Item(_l("Tags"), "/admin/settings/tags", permission="settings.write"),
    Item(_l("Library"), "/admin/settings/library", permission="settings.write"),
    Item(_l("Uploads"), "/admin/settings/uploads", permission="settings.write"),
    Item(_l("Data protection"), "/admin/settings/data", permission="settings.write"),
    Item(_l("Retention"), "/admin/settings/retention", permission="settings.write"),
    Item(_l("Staff"), "/admin/settings/staff", permission="staff.manage"),
)
"""The pages of the firm's settings."""


@dataclass(frozen=True)
class Navigation:
    """The items whose pages the app has."""

    portal: tuple[Item, ...]
    admin: tuple[Group, ...]
    settings: tuple[Item, ...] = ()
    quick: tuple[Item, ...] = ()


def install(app: Flask) -> None:
    """Keep the items that lead to a page of `app`."""
    groups = (replace(group, items=_existing(app, group.items)) for group in ADMIN)
    app.extensions[EXTENSION] = Navigation(
        _existing(app, PORTAL),
        tuple(group for group in groups if group.items),
        _existing(app, SETTINGS),
        _existing(app, QUICK),
    )
    app.jinja_env.globals |= {
        "navigation": navigation,
        "portal_items": portal_items,
        "quick_items": quick_items,
        "phone_items": phone_items,
        "may_open": may_open,
        "admin_groups": admin_groups,
        "settings_items": settings_items,
    }


def navigation() -> Navigation:
    """Return the navigation of the running app."""
    found: Navigation = current_app.extensions[EXTENSION]
    return found


def portal_items() -> list[Item]:
    """Return the ways through the portal that the visitor's role in the account may go."""
    return [item for item in navigation().portal if may_open(item.path)]


def quick_items() -> list[Item]:
    """Return the places of the firm's options on Home; whether an option is on, the frame knows."""
    return [item for item in navigation().quick if may_open(item.path)]


def phone_items() -> list[Item]:
    """Return the items of the bar at the foot of a phone; "More" leads to the rest."""
    return [item for item in portal_items() if item.path in PHONE_PATHS]


def may_open(path: str) -> bool:
    """Return whether the visitor's role in the account may open the page at `path` (B4): what its view declares."""
    roles, visitor = _roles(path), visitor_or_none()
    return roles is None or (visitor is not None and visitor.role in roles)


def admin_groups(visitor: Visitor) -> list[Group]:
    """Return the groups with the items that `visitor` may open."""
    shown = (replace(group, items=allowed(group.items, visitor)) for group in navigation().admin)
    return [group for group in shown if group.items]


def settings_items(visitor: Visitor) -> tuple[Item, ...]:
    """Return the pages of the settings that `visitor` may open."""
    return allowed(navigation().settings, visitor)


def allowed(items: Iterable[Item], visitor: Visitor) -> tuple[Item, ...]:
    """Return the items that `visitor` may open."""
    return tuple(item for item in items if item.permission is None or visitor.can(item.permission))


def _existing(app: Flask, items: Sequence[Item]) -> tuple[Item, ...]:
    return tuple(item for item in items if has_page(app, item.path))


def _roles(path: str) -> frozenset[str] | None:
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    try:
        endpoint, _arguments = app.url_map.bind("localhost").match(path, method="GET")
    except HTTPException:
        return None
    access = access_of(app, endpoint)
    return access.roles if access else None


def has_page(app: Flask, path: str) -> bool:
    """Return whether `app` answers a GET of `path`."""
    try:
        app.url_map.bind("localhost").match(path, method="GET")
    except RequestRedirect:
        return True
    except HTTPException:
        return False
    return True

"""Pages and actions of the admin by their name: what the palette offers at once, and the search page finds."""

from flask import Flask, current_app
from flask_babel import lazy_gettext as _l

from gateway.edge.sessions import Visitor
from gateway.found import folded
from gateway.navigation import Item, admin_groups, allowed, has_page, settings_items

ACTIONS = (
    Item(_l("New client"), "/admin/clients/new", "user-plus", permission="clients.write"),
    Item(_l("New request"), "/admin/requests/new", "inbox", permission="requests.write"),
    Item(_l("New sign request"), "/admin/sign-requests/new", "signature", permission="signing.write"),
    Item(_l("Import clients"), "/admin/clients/import", "upload", permission="clients.import"),
    Item(_l("New announcement"), "/admin/settings/announcements/new", "speakerphone", permission="settings.write"),
    Item(_l("Your security"), "/admin/security", "shield-check"),
    Item(_l("Notifications"), "/admin/notifications", "bell"),
)
"""What can be begun from anywhere."""


def every_place(visitor: Visitor) -> list[Item]:
    """Return the pages and actions that `visitor` may open, no page twice."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    ways = [item for group in admin_groups(visitor) for item in group.items]
    actions = [item for item in allowed(ACTIONS, visitor) if has_page(app, item.path)]
    return list({item.path: item for item in (*ways, *settings_items(visitor), *actions)}.values())


def places(visitor: Visitor, query: str) -> list[Item]:
    """Return those that have every word of `query` in their name."""
    words = folded(query).split()
    return [item for item in every_place(visitor) if all(word in folded(str(item.label)) for word in words)]


def install(app: Flask) -> None:
    """Give the templates of `app` the places, for the palette."""
    app.jinja_env.globals["every_place"] = every_place

"""The tabs of a client's page. A feature puts its own tab there when its module is loaded:

    from gateway.admin.clients.tabs import CLIENT_TABS

    def tab(account_id: str) -> str:
        return render_template("admin/documents/tab.html", page=clients().documents.documents(account_id=account_id))

    CLIENT_TABS["documents"] = tab

`tab` returns the HTML of the tab alone; the parameters of the address are its own, but for `tab`. It stands at
`/admin/clients/<id>?tab=documents`. Until a feature does so, the tab says by name what will stand there.
"""

from collections.abc import Callable
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from gateway.edge.sessions import Visitor

CLIENT_TABS: dict[str, Callable[[str], str]] = {}
"""What a tab holds, by its name; takes the account's id."""


@dataclass(frozen=True)
class Tab:
    """One tab: `empty` and `text` say what will stand there as long as nothing does."""

    name: str
    label: LazyString
    icon: str = ""
    empty: LazyString | None = None
    text: LazyString | None = None
    permission: str | None = None


TABS = (
    Tab("overview", _l("Overview")),
    Tab("profile", _l("Profile")),
    Tab(
        "documents",
        _l("Documents"),
        "file-text",
        _l("No documents yet"),
        _l("What you share with this client and what they send you will stand here."),
        "documents.read",
    ),
    Tab(
        "requests",
        _l("Requests"),
        "inbox",
        _l("No requests yet"),
        _l("What you ask of this client, and what they answer, will stand here."),
        "requests.read",
    ),
    Tab(
        "cases",
        _l("Cases"),
        "briefcase",
        _l("No cases yet"),
        _l("What this client brings to you will stand here, from the first question to its answer."),
        "requests.read",
    ),
    Tab(
        "conversations",
        _l("Conversations"),
        "message",
        _l("No conversations yet"),
        _l("Messages between this client and the firm will stand here."),
        "requests.read",
    ),
    Tab(
        "billing",
        _l("Billing"),
        "credit-card",
        _l("No invoices yet"),
        _l("Invoices, payments and credit of this client will stand here."),
    ),
    Tab(
        "bookings",
        _l("Bookings"),
        "calendar",
        _l("No bookings yet"),
        _l("Meetings with this client, past and to come, will stand here."),
    ),
    Tab(
        "questionnaires",
        _l("Questionnaires"),
        "forms",
        _l("No questionnaires yet"),
        _l("Questionnaires that this client fills in will stand here."),
    ),
    Tab(
        "jobs",
        _l("Jobs"),
        "chart-bar",
        _l("No jobs yet"),
        _l("Work for this client, and how far it is, will stand here."),
    ),
)


def tabs_for(visitor: Visitor) -> tuple[Tab, ...]:
    """Return the tabs that `visitor` may open."""
    return tuple(tab for tab in TABS if tab.permission is None or visitor.can(tab.permission))

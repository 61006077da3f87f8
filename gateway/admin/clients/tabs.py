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

from flask_babel import lazy_gettext as N_
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
    Tab("overview", N_("Overview")),
    Tab("profile", N_("Profile")),
    Tab(
        "documents",
        N_("Documents"),
        "file-text",
        N_("No documents yet"),
        N_("What you share with this client and what they send you will stand here."),
        "documents.read",
    ),
    Tab(
        "requests",
        N_("Requests"),
        "inbox",
        N_("No requests yet"),
        N_("What you ask of this client, and what they answer, will stand here."),
        "requests.read",
    ),
    Tab(
        "cases",
        N_("Cases"),
        "briefcase",
        N_("No cases yet"),
        N_("What this client brings to you will stand here, from the first question to its answer."),
    ),
    Tab(
        "conversations",
        N_("Conversations"),
        "message",
        N_("No conversations yet"),
        N_("Messages between this client and the firm will stand here."),
    ),
    Tab(
        "billing",
        N_("Billing"),
        "credit-card",
        N_("No invoices yet"),
        N_("Invoices, payments and credit of this client will stand here."),
    ),
    Tab(
        "bookings",
        N_("Bookings"),
        "calendar",
        N_("No bookings yet"),
        N_("Meetings with this client, past and to come, will stand here."),
    ),
    Tab(
        "questionnaires",
        N_("Questionnaires"),
        "forms",
        N_("No questionnaires yet"),
        N_("Questionnaires that this client fills in will stand here."),
    ),
    Tab(
        "jobs",
        N_("Jobs"),
        "chart-bar",
        N_("No jobs yet"),
        N_("Work for this client, and how far it is, will stand here."),
    ),
)


def tabs_for(visitor: Visitor) -> tuple[Tab, ...]:
    """Return the tabs that `visitor` may open."""
    return tuple(tab for tab in TABS if tab.permission is None or visitor.can(tab.permission))

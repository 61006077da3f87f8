"""What the client's own tabs hold, Overview and Profile, and what stands beside every tab."""

from typing import Any

from flask import render_template, request

from gateway.admin.clients import activity, record
from gateway.admin.clients.record import (
    account_of,
    active_groups,
    document_choices,
    matter_path,
    open_matters,
    waits_for_us,
)
from gateway.clients import Json, clients
from gateway.custom_fields import is_custom
from gateway.edge.sessions import current_visitor
from services.chassis.problems import Problem

LATEST = 5
HISTORY = 25


def overview(account_id: str) -> str:
    """Return figures, what waits, and the activity history."""
    account = account_of(account_id)
    matters = open_matters(account_id, current_visitor())
    history = clients().portal.activity(account_id, cursor=request.args.get("cursor"), limit=HISTORY)
    return render_template(
        "admin/clients/overview.html",
        account=account,
        matters=matters,
        figures=record.figures(account, matters, history.rows),
        waits_for_us=waits_for_us,
        matter_path=matter_path,
        history=activity.entries(history.rows),
        older=history.next,
    )


def profile(account_id: str) -> str:
    """Return details, portal status and the contact persons."""
    own = [(section, list(filter(is_custom, fields))) for section, fields in active_groups("account")]
    return render_template(
        "admin/clients/profile.html",
        account=account_of(account_id),
        own_groups=own,
        documents=document_choices(account_id, "account"),
        reviews=_reviews(account_id),
    )


def _reviews(account_id: str) -> Json | None:
    """Return how the client rates the firm, None while the firm takes no reviews (S25)."""
    try:
        return clients().reviews.of_account(account_id)
    except Problem as problem:
        if problem.code == "reviews_off":
            return None
        raise


def rail(account: Json, tab: str) -> dict[str, Any]:
    """Return what stands beside the tab `tab`; what the tab itself shows is not said twice."""
    matters = open_matters(account["id"], current_visitor())
    latest = [] if tab == "overview" else clients().portal.activity(account["id"], limit=LATEST).rows
    return {
        "people": None if tab == "profile" else account["contacts"],
        "dates": [matter | {"path": matter_path(matter)} for matter in record.next_dates(matters)],
        "latest": activity.entries(latest),
    }


TABS = {"overview": overview, "profile": profile}

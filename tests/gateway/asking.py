"""Templates, series and requests to many clients for the gateway's tests, as the portal service tells them."""

from typing import Any

from tests.gateway.house import ACCOUNT, STAFF, House, day, moment

TEMPLATE, SERIES, BATCH = (f"0192a000-0000-7000-8000-000000000c0{n}" for n in (1, 2, 3))
LUCIA = {"kind": "staff", "id": STAFF["id"], "name": "Lucía Marín"}
ITEM: dict[str, Any] = {"title": "Payslips", "description": "All of them.", "needs_file": True, "optional": False}
REMINDERS = {"active": True, "days_before": 3, "on_the_day": True, "every_days": 3, "most": 5, "version": 0}


def template(**changes: Any) -> dict[str, Any]:
    """Return a template."""
    return {
        "id": TEMPLATE,
        "title": "Annual papers",
        "message": "As every year.",
        "texts": {"es": {"title": "Papeles del año", "message": "Como cada año."}},
        "items": [ITEM],
        "due_days": 14,
        "reminders": True,
        "archived_at": None,
        "created_by": LUCIA,
        "updated_at": moment(-30),
        "version": 2,
    } | changes


def batch(**changes: Any) -> dict[str, Any]:
    """Return a request to many clients."""
    return {
        "id": BATCH,
        "status": "done",
        "title": "Annual papers",
        "total": 3,
        "sent": 2,
        "left_out": 1,
        "percent": 100,
        "series_id": None,
        "period_on": None,
        "by": LUCIA,
        "created_at": moment(-1),
        "finished_at": moment(-1),
    } | changes


def series(**changes: Any) -> dict[str, Any]:
    """Return a request that comes again."""
    return {
        "id": SERIES,
        "status": "active",
        "title": "Month's papers",
        "every": "month",
        "day": 5,
        "starts_on": day(-60),
        "ends_on": None,
        "next_on": day(3),
        "clients": 1,
        "created_by": LUCIA,
        "created_at": moment(-900),
        "version": 1,
        "message": "What came in.",
        "items": [ITEM],
        "due_days": 5,
        "reminders": True,
        "accounts": [{"id": ACCOUNT, "name": "Talleres Acosta, S.L.", "status": "archived"}],
        "runs": [batch(series_id=SERIES, period_on=day(-27))],
        "allowed": ["pause", "end"],
    } | changes


def row(status: str = "left_out", **changes: Any) -> dict[str, Any]:
    """Return a client of a request to many."""
    reason = "archived" if status == "left_out" else None
    return {
        "account_id": ACCOUNT, "account_name": "Talleres Acosta, S.L.", "status": status, "reason": reason,
        "request_id": None,
    } | changes  # fmt: skip


def furnish(house: House) -> House:
    """Let the portal service of `house` have one of each."""
    at = "/portal/v1"
    house.answers |= {
        ("GET", f"{at}/request-templates"): {"items": [template()], "next": None},
        ("GET", f"{at}/request-templates/{TEMPLATE}"): template(),
        ("POST", f"{at}/request-templates"): template(),
        ("PUT", f"{at}/request-templates/{TEMPLATE}"): template(),
        ("POST", f"{at}/request-templates/{TEMPLATE}/archive"): template(),
        ("POST", f"{at}/request-recipients"): {"total": 12, "names": ["Talleres Acosta, S.L."]},
        ("GET", f"{at}/request-batches"): {"items": [batch()], "next": None},
        ("POST", f"{at}/request-batches"): batch(status="sending"),
        ("GET", f"{at}/request-batches/{BATCH}"): batch(),
        ("GET", f"{at}/request-batches/{BATCH}/rows"): {"items": [row(), row("sent")], "next": None},
        ("GET", f"{at}/request-series"): {"items": [series()], "next": None},
        ("POST", f"{at}/request-series"): series(),
        ("GET", f"{at}/request-series/{SERIES}"): series(),
        ("POST", f"{at}/request-series/{SERIES}/pause"): series(status="paused"),
        ("GET", f"{at}/request-reminders"): REMINDERS,
        ("PUT", f"{at}/request-reminders"): REMINDERS,
    }
    return house

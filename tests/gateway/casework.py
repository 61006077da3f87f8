"""Cases for the gateway's tests, as the portal service tells them."""

from typing import Any

from tests.gateway.house import ACCOUNT, CLIENT, STAFF, House, day, moment

CASE, ANSWER = "0192a000-0000-7000-8000-000000000901", "0192a000-0000-7000-8000-000000000911"
ANA = {"kind": "client", "id": CLIENT["id"], "name": "Ana Acosta"}
LUCIA = {"kind": "staff", "id": STAFF["id"], "name": "Lucía Marín"}
TAX = "0192a000-0000-7000-8000-000000000921"


def field(name: str, kind: str = "text", **more: Any) -> dict[str, Any]:
    """Return a field of cases as the field editor describes it."""
    return {
        "id": None,
        "name": name,
        "kind": kind,
        "fixed": name in ("title", "status"),
        "active": True,
        "mode": "read_only",
        "modes": [],
        "portal_field": True,
        "labels": {},
        "hints": {},
        "options": [],
        "required": False,
        "section_id": None,
        "version": 1,
    } | more


COURT = field("court", id=TAX, labels={"en": "Court", "es": "Juzgado"})


def for_client(case: dict[str, Any]) -> dict[str, Any]:
    """Return a case as a client sees it in a new installation, with one field of the firm's own."""
    shown = ("title", "status", "description", "opened_on")
    kept = ("id", "number", "account_id", "account_name", "title", "status", "description", "created_by", "created_at")
    kept += ("updated_at", "unread", "custom", "documents", "pending_documents", "comments", "version")
    own = {name: case[name] for name in kept}
    return own | {
        "fields": [*map(field, shown), COURT],
        "changeable": ["description"],
        "allowed": ["comment"],
        "next_statuses": [],
    }


def case(**changes: Any) -> dict[str, Any]:
    """Return a case as staff sees it."""
    names = ("title", "status", "priority", "case_type", "description", "adviser_id", "opened_on", "due_on")
    return {
        "id": CASE,
        "number": 12,
        "account_id": ACCOUNT,
        "account_name": "Talleres Acosta, S.L.",
        "title": "Letter of the tax office about VAT",
        "description": "We do not know what to answer.",
        "status": "open",
        "priority": "high",
        "case_type": TAX,
        "case_type_labels": {"en": "Taxes", "es": "Impuestos"},
        "assignee_id": None,
        "assignee": None,
        "due_on": day(7),
        "created_by": ANA,
        "created_at": moment(-3),
        "updated_at": moment(-1),
        "closed_at": None,
        "unread": True,
        "custom": {"court": "Málaga 2"},
        "next_due_at": moment(2.5),
        "next_due": "response",
        "overdue": False,
        "escalated": False,
        "respond_by": moment(2.5),
        "resolve_by": moment(20),
        "first_answered_at": None,
        "response_minutes": None,
        "resolution_minutes": None,
        "response_met": None,
        "resolution_met": None,
        "fields": [*map(field, names), COURT],
        "changeable": ["title", "description"],
        "documents": [],
        "pending_documents": 0,
        "comments": [
            {"id": ANSWER, "by": LUCIA, "message": "Only for us", "internal": True, "at": moment(-1), "documents": []}
            | {"pending_documents": 0}
        ],
        "changes": [{"by": LUCIA, "at": moment(-1), "field": "priority", "old": "normal", "new": "high"}],
        "allowed": ["comment", "close", "change"],
        "next_statuses": ["closed", "in_progress", "waiting_for_response"],
        "version": 3,
    } | changes


def asked_of_client() -> dict[str, Any]:
    """Return what a new case asks of a client."""
    shown = ("title", "status", "description", "opened_on", "priority", "case_type")
    fields = [field("title"), field("description"), field("priority", "choice"), field("case_type", "choice"), COURT]
    return {
        "fields": fields,
        "shown": [*map(field, shown), COURT],
        "types": [{"value": TAX, "labels": {"en": "Taxes", "es": "Impuestos"}, "retired": False}],
        "priorities": ["low", "normal", "high", "urgent"],
    }


def case_settings() -> dict[str, Any]:
    """Return what the firm set of cases."""
    office = [["09:00", "14:00"], ["16:00", "19:00"]]
    return {
        "targets": {name: {"response": 240, "resolution": None} for name in ("low", "normal", "high", "urgent")},
        "hours": [office, office, office, office, [["09:00", "15:00"]], [], []],
        "types": [{"value": TAX, "labels": {"en": "Taxes"}, "retired": False}],
        "reopen_days": 14,
        "timezone": "Europe/Madrid",
        "version": 4,
    }


def canned_answer() -> dict[str, Any]:
    """Return an answer that is kept ready."""
    texts = {"en": "Dear {contact}, we have {case}.", "es": "Hola, {contact}."}
    return {"id": ANSWER, "title": "We have it", "texts": texts, "updated_at": moment(-9), "version": 2}


def report() -> dict[str, Any]:
    """Return the report about cases."""
    row = {"opened": 4, "closed": 2, "response_median": 45, "response_met": 75, "resolution_median": 930}
    row |= {"resolution_met": None}
    rows = [row | {"priority": name} for name in ("low", "normal", "high", "urgent")]
    return {"from": day(-29), "to": day(0), "rows": rows, "total": row | {"priority": "all", "opened": 16}}


def fill(house: House) -> House:
    """Let the portal service answer of cases."""
    portal = "/portal/v1"
    filled = [{"id": ANSWER, "title": "We have it", "text": "Dear Ana Acosta, we have #12."}]
    house.answers |= {
        ("GET", f"{portal}/case-form"): asked_of_client(),
        ("GET", f"{portal}/cases"): {"items": [case()], "next": None},
        ("POST", f"{portal}/cases"): case(),
        ("GET", f"{portal}/cases/{CASE}"): case(),
        ("PATCH", f"{portal}/cases/{CASE}"): case(),
        ("POST", f"{portal}/cases/{CASE}/read"): {},
        ("POST", f"{portal}/cases/{CASE}/comments"): case(),
        ("POST", f"{portal}/cases/{CASE}/status"): case(status="closed"),
        ("POST", f"{portal}/cases/{CASE}/reopen"): case(),
        ("PUT", f"{portal}/cases/{CASE}/assignee"): case(),
        ("GET", f"{portal}/cases/{CASE}/canned-answers"): {"items": filled},
        ("POST", f"{portal}/case-acts"): {"changed": 2},
        ("GET", f"{portal}/case-counts"): {"open": 3, "overdue": 1},
        ("GET", f"{portal}/case-settings"): case_settings(),
        ("PUT", f"{portal}/case-settings"): case_settings(),
        ("GET", f"{portal}/case-report"): report(),
        ("GET", f"{portal}/canned-answers"): {"items": [canned_answer()], "next": None},
        ("POST", f"{portal}/canned-answers"): canned_answer(),
        ("GET", f"{portal}/canned-answers/{ANSWER}"): canned_answer(),
        ("PUT", f"{portal}/canned-answers/{ANSWER}"): canned_answer(),
        ("DELETE", f"{portal}/canned-answers/{ANSWER}"): {},
    }
    return house

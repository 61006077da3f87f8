"""One client as its page needs it: asked for once a request, whoever of the page's parts asks."""

from itertools import islice
from typing import Any

from flask import g
from werkzeug.exceptions import NotFound

from gateway.clients import Json, clients
from gateway.custom_fields import groups, is_custom
from gateway.edge.sessions import Visitor
from gateway.formatting import is_past
from services.chassis.problems import Problem

DATES = 5


def account_of(account_id: str) -> Json:
    """Return a client with its contact persons; raises `Problem` 404 for an unknown one."""
    kept: dict[str, Json] = g.setdefault("client_accounts", {})
    if account_id not in kept:
        kept[account_id] = clients().portal.account(account_id)
    return kept[account_id]


def contact_of(account: Json, contact_id: str) -> Json:
    """Return a contact person of `account`; raises 404 where there is none of that id."""
    for contact in account["contacts"]:
        if contact["id"] == contact_id:
            found: Json = contact
            return found
    raise NotFound


def active_fields(block: str) -> frozenset[str]:
    """Return the names of the built-in fields that forms and records of `block` (account, contact) have (S8)."""
    fields = (field for _section, fields in active_groups(block) for field in fields)
    return frozenset(field["name"] for field in fields if not is_custom(field))


def own_fields(block: str) -> list[Json]:
    """Return the active fields of the firm's own of `block`, in order."""
    return [field for _section, fields in active_groups(block) for field in fields if is_custom(field)]


def active_groups(block: str) -> list[tuple[Json | None, list[Json]]]:
    """Return the active fields of `block`, section by section."""
    if "client_fields" not in g:
        g.client_fields = {
            found["name"]: [
                (section, [field for field in fields if field["active"]]) for section, fields in groups(found)
            ]
            for found in clients().portal.fields()
        }
    found: list[tuple[Json | None, list[Json]]] = g.client_fields[block]
    return found


def document_choices(account_id: str, *blocks: str) -> list[tuple[str, str]]:
    """Return the documents of a client as choices, where a field of these blocks holds a file."""
    if not any(field["kind"] == "file" for block in blocks for field in own_fields(block)):
        return []
    try:
        rows = clients().documents.documents(account_id=account_id, limit=200).rows
    except Problem:
        return []
    return [(row["id"], row["name"]) for row in rows]


def open_matters(account_id: str, visitor: Visitor) -> list[Json]:
    """Return requests and sign requests of a client that are not over, the soonest due first."""
    if not visitor.can("requests.read"):
        return []
    kept: dict[str, list[Json]] = g.setdefault("client_matters", {})
    if account_id not in kept:
        query = {"account_id": account_id, "kind": "all", "state": "open", "sort": "due_on"}
        kept[account_id] = clients().portal.requests(**query).rows
    return kept[account_id]


def next_dates(matters: list[Json]) -> list[Json]:
    """Return the next few of `matters` that are due on a day, those overdue left out."""
    due = (matter for matter in matters if matter["due_on"] and not is_past(matter["due_on"]))
    return list(islice(due, DATES))


def matter_path(matter: Json) -> str:
    """Return the page of a request or sign request."""
    folder = "sign-requests" if matter["kind"] == "sign_request" else "requests"
    return f"/admin/{folder}/{matter['id']}"


def waits_for_us(matter: Json) -> bool:
    """Return whether the firm has to do something next."""
    return bool(matter["waiting"]) or matter["status"] in ("preparing", "draft", "failed", "sealing")


def figures(account: Json, matters: list[Json], history: list[Json]) -> dict[str, Any]:
    """Return the figures at the top of a client's overview."""
    people = account["contacts"]
    return {
        "for_client": sum(not waits_for_us(matter) for matter in matters),
        "for_us": sum(waits_for_us(matter) for matter in matters),
        "people": len(people),
        "signing_in": sum(contact["portal_status"] == "active" for contact in people),
        "last_visit": next((entry["at"] for entry in history if entry["kind"] == "user.signed_in"), None),
    }

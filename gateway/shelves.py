"""Lists of documents in both portals: what the address asks for, and the call that answers it."""

from collections.abc import Callable
from uuid import UUID

from flask import request

from gateway.clients import Json, clients
from gateway.clients.transport import Page
from services.chassis.problems import Problem

SHOWN = ("available", "deleted")
KINDS = ("pdf", "image", "text", "sheet")
ORIGINS = ("firm", "client", "signing")
SORTS = ("name", "-name", "changed", "-changed", "size", "-size")


def asked() -> Json:
    """Return what the address asks for; what no list knows is left out."""
    found: Json = {"q": request.args.get("q", "").strip()[:100], "cursor": request.args.get("cursor")}
    choices = {"status": ("show", SHOWN), "kind": ("kind", KINDS), "origin": ("from", ORIGINS), "sort": ("sort", SORTS)}
    for name, (parameter, values) in choices.items():
        value = request.args.get(parameter, "")
        found[name] = value if value in values else None
    return found | {
        "status": found["status"] or "available",
        "sort": found["sort"] or "-changed",
        "new": "true" if request.args.get("new") else None,
        "tag": request.args.get("tag", "").strip()[:40] or None,
        "folder": _id(request.args.get("folder")),
        "folders_cursor": request.args.get("folders_cursor"),
    }


def documents(query: Json, account_id: str | None = None) -> Page:
    """Return the documents of all clients, or of one."""
    wanted = {name: value for name, value in query.items() if name not in ("folder", "folders_cursor")}
    return _from_the_start(
        query, lambda: clients().documents.documents(account_id=account_id, **wanted | {"cursor": query["cursor"]})
    )


def shelf(query: Json, account_id: str) -> Page:
    """Return what lies at one place of a client's documents."""
    wanted = {name: value for name, value in query.items() if name != "status"}
    return _from_the_start(query, lambda: clients().folders.shelf(account_id, **wanted | {"cursor": query["cursor"]}))


def _from_the_start(query: Json, call: Callable[[], Page]) -> Page:
    """Return the answer of `call`; for a place in the list that is none, the list from its start."""
    try:
        return call()
    except Problem as problem:
        if problem.status != 422 or not query["cursor"]:
            raise
        query["cursor"] = None
        return call()


def _id(value: str | None) -> str | None:
    try:
        return str(UUID(value or ""))
    except ValueError:
        return None

"""Which ways in there are: what the firm has switched on, as identity tells it, kept for some seconds."""

from dataclasses import dataclass

from cachetools import TTLCache
from flask import Flask, current_app

from gateway.clients import upstreams
from gateway.edge.sessions import Side
from services.chassis import observability
from services.chassis.problems import Problem

EXTENSION = "atrio-ways"
KEEP_SECONDS = 5
log = observability.logger(__name__)


@dataclass(frozen=True)
class Ways:
    """The ways in on one side of the house. `oidc` is the name of the provider, where there is one."""

    password: bool
    code: bool
    passkey: bool
    oidc: str | None = None


USUAL: dict[Side, Ways] = {"client": Ways(True, True, True), "staff": Ways(True, False, True)}
"""What is shown where identity does not answer; it refuses what is switched off in any case."""


def ways(side: Side) -> Ways:
    """Return the ways in on `side`; those known last, or the usual ones, where identity does not answer."""
    kept, last = _memory(current_app)
    if found := kept.get(side):
        return found
    try:
        told = upstreams().sign_in.ways(side)
        found = Ways(told["password"], told["code"], told["passkey"], (told.get("oidc") or {}).get("name"))
    except Problem as problem:
        log.warning("ways_unavailable", status=problem.status)
        found = last.get(side, USUAL[side])
    kept[side] = last[side] = found
    return found


def _memory(app: Flask) -> tuple[TTLCache[Side, Ways], dict[Side, Ways]]:
    found: tuple[TTLCache[Side, Ways], dict[Side, Ways]] = app.extensions.setdefault(
        EXTENSION, (TTLCache(2, KEEP_SECONDS), {})
    )
    return found

"""Searching: each source is asked for what the caller may see of it, the answer stands in groups."""

from typing import Any

from sqlalchemy.orm import Session

from services.chassis.auth import Caller
from services.portal.search.entries import Asked
from services.portal.search.sources import SOURCES
from services.portal.search.words import wanted


def search(
    session: Session, caller: Caller, *, q: str, kind: str | None, cursor: str | None, limit: int
) -> dict[str, Any]:
    """Return what `caller` may see and `q` finds, in groups: a few of each kind, or a page of one `kind`.

    A group has its kind, items and the cursor of its next page. Kinds that find nothing are left out.
    """
    words = wanted(q)
    groups: list[dict[str, Any]] = []
    for source in SOURCES if words else ():
        if kind not in (None, source.kind) or not source.is_for(caller):
            continue
        items, following = source.find(session, caller, Asked(words, cursor if kind else None, limit))
        if items:
            groups.append({"kind": source.kind, "items": items, "next": following})
    return {"words": words, "groups": groups}

"""What is held back, and how the scanner does."""

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.chassis.auth import Caller
from services.documents.copies.models import PortalAccount
from services.documents.library.models import Document, Version
from services.documents.library.queries import _parse_id, visible_to
from services.documents.scanning.models import Scan, Scanner
from services.documents.scanning.readiness import QUARANTINED


def quarantine(session: Session, caller: Caller, *, cursor: str | None = None, limit: int = 50) -> dict[str, Any]:
    """Return a page of what is in quarantine and visible to `caller`, the latest first."""
    query = (
        select(Document, Version, Scan, PortalAccount.name)
        .join(Version, Version.document_id == Document.id)
        .join(Scan, Scan.version_id == Version.id)
        .outerjoin(PortalAccount, PortalAccount.id == Document.account_id)
        .where(Version.scan == QUARANTINED, visible_to(caller))
    )
    if cursor:
        query = query.where(Version.id < _parse_id(cursor))
    rows = session.execute(query.order_by(Version.id.desc()).limit(limit + 1)).all()
    return {
        "items": [_held(*row) for row in rows[:limit]],
        "next": str(rows[limit - 1][1].id) if len(rows) > limit else None,
    }


def scanner_state(session: Session) -> dict[str, Any]:
    """Return whether files are checked, since when the scanner is down (None: it works), and what waits for it."""
    scanner = session.get(Scanner, 1)
    waiting = select(func.count(), func.min(Scan.since)).where(Scan.ended_at.is_(None))
    count, since = session.execute(waiting).one()
    held = session.scalar(select(func.count()).select_from(Version).where(Version.scan == QUARANTINED))
    return {
        "on": bool(scanner and scanner.on),
        "down_since": scanner.down_since if scanner else None,
        "error": scanner.last_error if scanner else None,
        "waiting": count,
        "waiting_since": since,
        "quarantined": held,
    }


def _held(document: Document, version: Version, scan: Scan, account_name: str | None) -> dict[str, Any]:
    return {
        "id": document.id,
        "name": document.name,
        "account_id": document.account_id,
        "account_name": account_name,
        "size": version.size,
        "number": version.number,
        "uploaded_by": version.created_by,
        "uploaded_at": version.created_at,
        "held_at": scan.ended_at,
        "why": scan.why,
        "found": scan.found,
    }

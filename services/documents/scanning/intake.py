"""Every version passes here when it is filed: where there is a scanner, it cannot be opened before it was checked."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.chassis import clock, wake
from services.documents.library.models import Document, Version
from services.documents.scanning.models import Scan, Scanner
from services.documents.scanning.readiness import OPEN, WAITING

CHANNEL = "scan"


def begin_check(session: Session, document: Document, version: Version) -> None:
    """Let `version`, the newest of `document`, be checked. What signing sealed is of bytes that were checked before."""
    scanner = session.get(Scanner, 1)
    if scanner is None or not scanner.on or version.origin == "signing":
        document.scan = version.scan = None
        return
    document.scan = version.scan = WAITING
    now = clock.now()
    session.flush()  # no relationship tells the order of the two rows
    session.add(Scan(version_id=version.id, document_id=document.id, since=now, next_at=now))
    wake.on_commit(session, CHANNEL)


def share_later(session: Session, document: Document, by: dict[str, Any]) -> bool:
    """Return whether sharing must wait for the check of the newest version; then it is remembered who wants it."""
    if document.scan is None or document.scan in OPEN:
        return False
    newest = (Version.document_id == document.id) & (Version.number == document.version_number)
    scan = session.scalars(select(Scan).join(Version, Version.id == Scan.version_id).where(newest)).one_or_none()
    if scan is not None:
        scan.share_by = by
    return True

"""What follows from a check: open it, hold it back, tell staff; and what staff decides then."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.chassis import clock, outbox
from services.chassis.auth import Caller
from services.chassis.columns import new_id
from services.chassis.problems import conflict
from services.documents.library import actions as library
from services.documents.library import queries
from services.documents.library.models import Document, Entry, Version
from services.documents.scanning.models import Scan, Scanner
from services.documents.scanning.readiness import CLEAN, QUARANTINED, RELEASED, REMOVED, WAITING, open_versions

Person = dict[str, Any]
SCANNER_SAYS = {"kind": "service", "id": "documents", "name": "virus check"}
FIRST_PAUSE, LONGEST_PAUSE = 5, 300
TELL_AFTER = timedelta(minutes=15)


def pass_check(session: Session, version_id: UUID) -> None:
    """Let a version be opened. A document that waited to be shared is shared now."""
    taken = _take(session, version_id)
    if taken is None:
        return
    scan, document, version = taken
    scan.ended_at, scan.last_error = clock.now(), None
    _mark(document, version, CLEAN)
    _share_at_last(session, scan, document)


def hold_back(session: Session, version_id: UUID, why: str, found: str = "") -> None:
    """Quarantine a version (`why`: infected, too_large, missing) and tell it; a deleted document stays deleted."""
    taken = _take(session, version_id)
    if taken is None:
        return
    scan, document, version = taken
    scan.ended_at, scan.why, scan.found = clock.now(), why, found
    _mark(document, version, QUARANTINED)
    if document.status == "available" and version.number == document.version_number:
        document.status = "quarantined"
    _tell(session, document, "quarantined", SCANNER_SAYS, {"reason": why, "found": found})


def note_failure(session: Session, version_id: UUID, error: str, *, by_scanner: bool) -> None:
    """Try again later: after 5 s, then ever longer, at most 5 minutes. The file stays closed meanwhile."""
    scan = session.get(Scan, version_id)
    if scan is None:
        return
    pause = min(FIRST_PAUSE * 2 ** min(scan.attempts - 1, 10), LONGEST_PAUSE)
    scan.next_at, scan.last_error = clock.now() + timedelta(seconds=pause), error[:300]
    scanner = session.get(Scanner, 1)
    if by_scanner and scanner is not None:
        scanner.down_since, scanner.last_error = scanner.down_since or clock.now(), error[:300]


def note_works(session: Session) -> None:
    """Note that the scanner answered; where staff was told that it did not, they are told this too."""
    scanner = session.get(Scanner, 1, with_for_update=True)
    if scanner is None or scanner.down_since is None:
        return
    if scanner.told_at:
        data = {"since": scanner.down_since, "at": clock.now()}
        outbox.record(session, "documents.scanner.recovered.v1", subject="scanner", version=1, data=data)
    scanner.down_since = scanner.told_at = scanner.last_error = None


def tell_of_outage(session: Session) -> None:
    """Tell staff once where files have waited for a quarter of an hour, whatever the reason."""
    scanner = session.get(Scanner, 1, with_for_update=True)
    if scanner is None or not scanner.on or scanner.told_at:
        return
    waiting = select(func.count(), func.min(Scan.since), func.max(Scan.last_error)).where(Scan.ended_at.is_(None))
    count, since, error = session.execute(waiting).one()
    if not count or clock.now() - since < TELL_AFTER:
        return
    scanner.told_at, scanner.down_since = clock.now(), scanner.down_since or since
    data = {"since": since, "waiting": count, "error": scanner.last_error or error or ""}
    outbox.record(session, "documents.scanner.failed.v1", subject="scanner", version=1, data=data)


def release(session: Session, caller: Caller, document_id: UUID, reason: str) -> Document:
    """Let a quarantined document be opened after all, for a reason that is kept and told."""
    scan, document, version = _held(session, caller, document_id)
    _decide(scan, caller, RELEASED, reason)
    _mark(document, version, RELEASED)
    if document.status == "quarantined" and document.scan == RELEASED:
        document.status = "available"
    _tell(session, document, "released", caller.person, {"released_by": caller.person, "reason": reason})
    _share_at_last(session, scan, document)
    return document


def discard(session: Session, caller: Caller, document_id: UUID) -> str:
    """Take the bytes of a quarantined version away for good; return their key, to be removed after the commit.

    The line of the document stays in the bin, with its history; an earlier version that was open is the newest again.
    """
    scan, document, version = _held(session, caller, document_id)
    _decide(scan, caller, "discarded", "")
    blob_key, earlier = version.blob_key, _latest_open(session, document)
    if earlier is None:
        _mark(document, version, REMOVED)
        document.status = "deleted"
    else:
        if version.number == document.version_number:
            _go_back(document, earlier)
        session.delete(version)
    what = "restored" if document.status == "available" else "deleted"
    _tell(session, document, what, caller.person, {})
    return blob_key


def _go_back(document: Document, earlier: Version) -> None:
    for name in ("content_type", "size", "sha256", "scan"):
        setattr(document, name, getattr(earlier, name))
    document.version_number = earlier.number
    document.status = "available" if document.status == "quarantined" else document.status


def _latest_open(session: Session, document: Document) -> Version | None:
    query = select(Version).where(Version.document_id == document.id, open_versions())
    return session.scalars(query.order_by(Version.number.desc()).limit(1)).first()


def _take(session: Session, version_id: UUID) -> tuple[Scan, Document, Version] | None:
    """Return what a check is about, locked; None where it was erased or ended meanwhile."""
    scan = session.get(Scan, version_id, with_for_update=True)
    if scan is None or scan.ended_at is not None:
        return None
    document = session.get_one(Document, scan.document_id, with_for_update=True)
    version = session.get_one(Version, version_id)
    return (scan, document, version) if version.scan == WAITING else None


def _held(session: Session, caller: Caller, document_id: UUID) -> tuple[Scan, Document, Version]:
    document = queries.get_document(session, caller, document_id, lock=True)
    query = select(Scan, Version).join(Version, Version.id == Scan.version_id)
    query = query.where(Version.document_id == document.id, Version.scan == QUARANTINED)
    row = session.execute(query.order_by(Version.number.desc()).limit(1)).first()
    if row is None:
        raise conflict("not_quarantined", "This document is not in quarantine (any more).")
    return row[0], document, row[1]


def _decide(scan: Scan, caller: Caller, decision: str, reason: str) -> None:
    scan.decision, scan.decided_by, scan.decided_at, scan.reason = decision, caller.person, clock.now(), reason


def _mark(document: Document, version: Version, scan: str) -> None:
    version.scan = scan
    if version.number == document.version_number:
        document.scan = scan


def _share_at_last(session: Session, scan: Scan, document: Document) -> None:
    if scan.share_by and not document.shared and document.status == "available":
        library.make_shared(session, document, dict(scan.share_by))
    scan.share_by = None


def _tell(session: Session, document: Document, what: str, by: Person, more: dict[str, Any]) -> None:
    now, number = clock.now(), document.version_number
    document.version, document.changed_at = document.version + 1, now
    session.add(Entry(id=new_id(), document_id=document.id, at=now, action=what, by=by, version_number=number))
    session.flush()
    data = document.state() | more
    outbox.record(session, f"documents.document.{what}.v1", subject=document.id, version=document.version, data=data)

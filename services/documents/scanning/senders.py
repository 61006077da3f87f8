"""The loop that has files checked: one version after the other, the longest due first.

A check is claimed by moving its next time past the longest that it may take, so that two workers do not share one
and a worker that dies leaves it to the next. No transaction is open while the daemon reads.
"""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.chassis import clock, observability
from services.chassis.blobs import BlobMissing
from services.chassis.runtime import Runtime
from services.chassis.service import Sender
from services.documents.library.models import Version
from services.documents.scanning import actions
from services.documents.scanning.clamd import Clamd, ScannerDown, TooLarge
from services.documents.scanning.intake import CHANNEL
from services.documents.scanning.models import Scan, Scanner
from services.documents.settings import DocumentsSettings

log = observability.logger(__name__)


@dataclass(frozen=True)
class _Due:
    version_id: UUID
    blob_key: str
    size: int


def remember_switch(runtime: Runtime) -> None:
    """Write down whether this installation has a scanner: what is filed from now on waits for it, or does not."""
    settings = _settings(runtime)
    with runtime.database.unit_of_work() as session:
        scanner = session.get(Scanner, 1)
        if scanner is None:
            if settings.clamav:
                session.add(Scanner(id=1, on=True))
        elif scanner.on != bool(settings.clamav):
            scanner.on, scanner.down_since, scanner.told_at = bool(settings.clamav), None, None


def check_next(runtime: Runtime) -> bool:
    """Check the version that is due the longest; return whether there was one and the scanner answered."""
    settings = _settings(runtime)
    if not settings.clamav:
        return False
    with runtime.database.unit_of_work() as session:
        due = _claim(session, settings.clamav_seconds)
    if due is None:
        return False
    try:
        found = _check(runtime, settings, due)
    except (TooLarge, BlobMissing) as error:
        with runtime.database.unit_of_work() as session:
            actions.hold_back(session, due.version_id, "too_large" if isinstance(error, TooLarge) else "missing")
        return True
    except Exception as error:  # the daemon, or the store, which fails with errors of its own
        log.warning("check_failed", version=str(due.version_id), error=str(error))
        with runtime.database.unit_of_work() as session:
            actions.note_failure(session, due.version_id, str(error), by_scanner=isinstance(error, ScannerDown))
        return False
    with runtime.database.unit_of_work() as session:
        actions.note_works(session)
        if found:
            actions.hold_back(session, due.version_id, "infected", found)
        else:
            actions.pass_check(session, due.version_id)
    return True


def _check(runtime: Runtime, settings: DocumentsSettings, due: _Due) -> str | None:
    if due.size > settings.clamav_limit:
        raise TooLarge(f"{due.size} bytes")
    return Clamd(settings.clamav, seconds=settings.clamav_seconds).check(runtime.blobs.read(due.blob_key))


def _claim(session: Session, seconds: float) -> _Due | None:
    now = clock.now()
    query = select(Scan).where(Scan.ended_at.is_(None), Scan.next_at <= now).order_by(Scan.next_at, Scan.version_id)
    scan = session.scalars(query.limit(1).with_for_update(skip_locked=True)).first()
    if scan is None:
        return None
    scan.next_at = now + timedelta(seconds=seconds + 60)
    scan.attempts += 1
    version = session.get_one(Version, scan.version_id)
    return _Due(version.id, version.blob_key, version.size)


def _settings(runtime: Runtime) -> DocumentsSettings:
    settings = runtime.settings
    assert isinstance(settings, DocumentsSettings)
    return settings


SENDERS = (Sender(CHANNEL, check_next),)

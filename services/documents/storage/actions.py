"""Repairing: what is lost is marked and told, what nobody needs is removed. Each step is a transaction of its own,

so that a repair that was killed goes on where it stopped.
"""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.chassis import clock, outbox
from services.chassis.columns import new_id
from services.chassis.runtime import Runtime
from services.documents.library.models import Document, Entry, Version
from services.documents.scanning.intake import begin_check
from services.documents.scanning.readiness import LOST
from services.documents.storage.checking import Finding, whole

REPAIR = {"kind": "service", "id": "documents", "name": "repair of the file store"}
FILES = ("missing", "wrong_size", "wrong_sha256")


def mark_lost(session: Session, version_id: UUID) -> bool:
    """Mark a version whose bytes are gone and tell it; return whether it was not marked before."""
    version = session.get(Version, version_id)
    if version is None or version.scan == LOST:
        return False
    document = session.get_one(Document, version.document_id, with_for_update=True)
    version.scan = LOST
    if version.number == document.version_number:
        document.scan = LOST
    document.version, document.changed_at = document.version + 1, clock.now()
    _note(session, document, "lost", version.number)
    session.flush()
    outbox.record(
        session,
        "documents.document.lost.v1",
        subject=document.id,
        version=document.version,
        data=document.state() | {"lost_version": version.number},
    )
    return True


def take_back(runtime: Runtime) -> int:
    """Open again what was marked as lost and is whole now, from a backup; return how many versions."""
    with runtime.database.reading() as session:
        lost = session.scalars(select(Version.id).where(Version.scan == LOST)).all()
    return sum(_take_back(runtime, version_id) for version_id in lost)


def _take_back(runtime: Runtime, version_id: UUID) -> bool:
    with runtime.database.reading() as session:
        version = session.get(Version, version_id)
        if version is None or not whole(runtime, version):
            return False
    with runtime.database.unit_of_work() as session:
        version = session.get(Version, version_id, with_for_update=True)
        if version is None or version.scan != LOST:
            return False
        document = session.get_one(Document, version.document_id, with_for_update=True)
        begin_check(session, document, version)
        _note(session, document, "found", version.number)
    return True


def repair(runtime: Runtime, finding: Finding) -> bool:
    """Do what can be done about a finding; return whether anything was. What is unreadable stays: a key may lack."""
    if finding.kind == "orphan":
        if finding.removable:
            runtime.blobs.delete(finding.key)
        return finding.removable
    if finding.kind not in FILES or finding.version_id is None:
        return False
    with runtime.database.unit_of_work() as session:
        return mark_lost(session, finding.version_id)


def _note(session: Session, document: Document, action: str, number: int) -> None:
    session.add(
        Entry(id=new_id(), document_id=document.id, at=clock.now(), action=action, by=REPAIR, version_number=number)
    )

"""An export's course: asked for, gathered from every service, assembled (see `senders`), fetched, and swept."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.chassis import clock, outbox, problems, wake
from services.chassis.auth import Caller
from services.chassis.event import Event
from services.chassis.runtime import Runtime
from services.contracts.account_data import EXPORT_REQUESTED, SERVICES
from services.portal.access_log.actions import note_change
from services.portal.activity.actions import note
from services.portal.directory.models import Account
from services.portal.directory.records import locked_account
from services.portal.privacy.erasing import archive_key
from services.portal.privacy.models import EXPORTING, EXPORTS_KEPT_DAYS, DataExport, DataExportPart
from services.portal.privacy.standing import require_not_erased
from services.portal.privacy.whose import whose

CHANNEL = "data_exports"
FINISHED = "portal.data_export.finished.v1"


def ask_export(
    session: Session, caller: Caller, account_id: UUID, *, everything: bool = False, locale: str | None = None
) -> DataExport:
    """Begin an export of an account and return it; raise 404, or 409 while one is under way or after an erasure."""
    account = locked_account(session, caller, account_id)
    require_not_erased(session, account_id)
    same = select(DataExport.id).where(DataExport.account_id == account_id, DataExport.status.in_(EXPORTING))
    if session.scalars(same).first():
        raise problems.conflict("export_running", "An export of this client is being made already.")
    export = DataExport(
        account_id=account_id,
        everything=everything and caller.is_staff,
        asked_by=caller.person,
        locale=locale or (caller.locale if caller.is_client else account.locale),
        status="gathering",
        round=1,
        created_at=clock.now(),
    )
    session.add(export)
    session.flush()
    for service in SERVICES:
        session.add(
            DataExportPart(
                export_id=export.id, service=service, round=1, status="waiting", files=0, size=0, changed_at=clock.now()
            )
        )
    order = whose(session, account_id) | {
        "id": export.id,
        "account_id": account_id,
        "services": list(SERVICES),
        "round": 1,
        "everything": export.everything,
        "asked_by": caller.id if caller.is_client else None,
        "locale": export.locale,
    }
    outbox.record(session, EXPORT_REQUESTED, subject=export.id, version=1, data=order)
    _note(session, account, export, "data_export.asked", caller.person)
    note_change(session, caller, "client.exported", account_id=account_id, subject=("account", account_id))
    return export


def take_part(session: Session, event: Event, service: str) -> None:
    """Note what a service answered; the last answer has the archive assembled, or the export fail."""
    data = event.data
    export = session.get(DataExport, data["id"], with_for_update=True)
    part = session.get(DataExportPart, (data["id"], service), with_for_update=True)
    if export is None or part is None or (part.round, part.status) != (data["round"], "waiting"):
        return
    part.status, part.files, part.size = data["status"], data["files"], data["size"]
    part.reason, part.changed_at = data["reason"], clock.now()
    session.flush()
    states = set(session.scalars(select(DataExportPart.status).where(DataExportPart.export_id == export.id)))
    if "waiting" in states or export.status != "gathering":
        return
    if "failed" in states:
        fail(session, export)
    else:
        export.status, export.next_attempt_at = "assembling", clock.now()
        wake.on_commit(session, CHANNEL)


def fail(session: Session, export: DataExport) -> None:
    """Give an export up."""
    export.status, export.finished_at, export.leased_until = "failed", clock.now(), None
    _tell(session, export)


def make_ready(session: Session, export: DataExport, *, size: int, sha256: str) -> None:
    """Note that the archive is there, for seven days."""
    now = clock.now()
    export.status, export.finished_at, export.leased_until = "ready", now, None
    export.size, export.sha256 = size, sha256
    export.expires_at = now + timedelta(days=EXPORTS_KEPT_DAYS)
    _tell(session, export)
    account = session.get(Account, export.account_id)
    assert account is not None
    _note(session, account, export, "data_export.ready", {"kind": "service", "id": "portal", "name": "portal"})


def note_fetched(session: Session, caller: Caller, export: DataExport) -> None:
    """Add to the history that somebody took an export with them."""
    account = session.get(Account, export.account_id)
    assert account is not None
    _note(session, account, export, "data_export.fetched", caller.person)


def sweep_exports(session: Session, runtime: Runtime) -> int:
    """Delete the archives whose days are over; return how many."""
    over = select(DataExport).where(DataExport.status == "ready", DataExport.expires_at <= clock.now()).limit(200)
    exports = session.scalars(over.with_for_update(skip_locked=True)).all()
    for export in exports:
        runtime.blobs.delete(archive_key(export))
        export.status = "expired"
    return len(exports)


def _tell(session: Session, export: DataExport) -> None:
    data: dict[str, Any] = {
        "id": export.id,
        "account_id": export.account_id,
        "status": export.status,
        "asked_by": export.asked_by,
        "expires_at": export.expires_at,
    }
    outbox.record(session, FINISHED, subject=export.id, version=2, data=data)


def _note(session: Session, account: Account, export: DataExport, kind: str, by: dict[str, Any]) -> None:
    note(session, kind, account_id=account.id, by=by, subject=("data_export", export.id))

"""Assembling an export: each service's part is fetched to disk, and its files are passed on piece by piece."""

import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit
from uuid import UUID

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from services.chassis import clock, observability
from services.chassis.account_data.archive import PIECE, Entry, entries_of, zipped
from services.chassis.account_data.feature import part_key
from services.chassis.account_data.jobs import BEAT_SECONDS, MAX_ATTEMPTS
from services.chassis.runtime import Runtime
from services.chassis.service import Sender
from services.portal.directory.models import Account
from services.portal.privacy import exporting
from services.portal.privacy.erasing import archive_key
from services.portal.privacy.exporting import CHANNEL
from services.portal.privacy.index_page import Listed, index_page
from services.portal.privacy.models import DataExport, DataExportPart
from services.portal.privacy.words import WORDS
from services.portal.settings.queries import firm_settings

LEASE = timedelta(seconds=60)
log = observability.logger(__name__)


def run(runtime: Runtime) -> bool:
    """Assemble the next export whose parts are all there; return whether there was one."""
    export = _claim(runtime)
    if export is None:
        return False
    try:
        blob = runtime.blobs.write(archive_key(export), _beating(runtime, export))
    except Exception as error:
        _put_off(runtime, export, error)
        return True
    with runtime.database.unit_of_work() as session:
        row = _still_mine(session, export)
        if row is not None:
            exporting.make_ready(session, row, size=blob.size, sha256=blob.sha256)
        else:
            runtime.blobs.delete(blob.key)
    return True


def _claim(runtime: Runtime) -> DataExport | None:
    now = clock.now()
    free = or_(DataExport.leased_until.is_(None), DataExport.leased_until < now)
    due = (DataExport.status == "assembling", DataExport.next_attempt_at <= now, free)
    with runtime.database.reading() as session:
        found = session.scalars(select(DataExport.id).where(*due).order_by(DataExport.next_attempt_at).limit(1)).first()
    if found is None:
        return None
    with runtime.database.unit_of_work() as session:
        mine = update(DataExport).where(DataExport.id == found, *due)
        taken = mine.values(leased_until=now + LEASE, attempts=DataExport.attempts + 1)
        if session.scalar(taken.returning(DataExport.id)) is None:
            return None
        return session.get(DataExport, found, populate_existing=True)


def _beating(runtime: Runtime, export: DataExport) -> Iterator[bytes]:
    beaten = clock.now()
    for piece in zipped(_entries(runtime, export)):
        if (clock.now() - beaten).total_seconds() > BEAT_SECONDS:
            beaten = clock.now()
            with runtime.database.unit_of_work() as session:
                mine = update(DataExport).where(DataExport.id == export.id, DataExport.attempts == export.attempts)
                session.execute(mine.values(leased_until=beaten + LEASE))
        yield piece


def _entries(runtime: Runtime, export: DataExport) -> Iterator[Entry]:
    listed: list[Listed] = []
    with runtime.database.reading() as session:
        parts = session.scalars(select(DataExportPart).where(DataExportPart.export_id == export.id)).all()
        account = session.get(Account, export.account_id)
        name, firm = account.name if account else "", firm_settings(session).firm_name
        rounds = {part.service: part.round for part in parts}
    for service in WORDS["en"]["areas"]:
        with tempfile.TemporaryFile(dir=_scratch(runtime)) as file:
            _fetch(runtime, service, export.id, rounds[service], file)
            with zipfile.ZipFile(file) as archive:
                infos = archive.infolist()
                listed += [Listed(service, f"{service}/{info.filename}", info.file_size) for info in infos]
                yield from entries_of(archive, f"{service}/")
    at = export.created_at
    yield Entry("index.html", lambda: index_page(listed, name=name, firm=firm, at=at, locale=export.locale))


def _scratch(runtime: Runtime) -> Path | None:
    """Return a folder with room for a part: that of the stored files. What is temporary elsewhere may be memory."""
    parts = urlsplit(runtime.settings.files_url)
    if parts.scheme != "file":
        return None
    folder = Path(parts.path)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _fetch(runtime: Runtime, service: str, export_id: UUID, round: int, file: IO[bytes]) -> None:
    with _part(runtime, service, export_id, round) as pieces:
        for piece in pieces:
            file.write(piece)
    file.seek(0)


@contextmanager
def _part(runtime: Runtime, service: str, export_id: UUID, round: int) -> Iterator[Iterator[bytes]]:
    if service == runtime.service.name:
        yield runtime.blobs.read(part_key(export_id, round))
        return
    path = f"/v1/account-exports/{export_id}/{round}"
    with runtime.client(service).get(path, stream=True) as response:
        yield response.iter_content(PIECE)


def _still_mine(session: Session, export: DataExport) -> DataExport | None:
    row = session.get(DataExport, export.id, with_for_update=True)
    return row if row and row.status == "assembling" and row.attempts == export.attempts else None


def _put_off(runtime: Runtime, export: DataExport, error: Exception) -> None:
    log.warning("export_not_assembled", id=str(export.id), attempt=export.attempts, exc_info=error)
    with runtime.database.unit_of_work() as session:
        row = _still_mine(session, export)
        if row is None:
            return
        if row.attempts >= MAX_ATTEMPTS:
            exporting.fail(session, row)
            return
        row.leased_until = None
        row.next_attempt_at = clock.now() + timedelta(seconds=min(5 * 4 ** (row.attempts - 1), 1200))


SENDERS = (Sender(CHANNEL, run),)

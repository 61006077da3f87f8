"""What staff does with an import: upload, say what the columns are, start, cancel. The worker does the rest."""

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from typing import BinaryIO
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from services.chassis import clock, problems, wake
from services.chassis.auth import Caller
from services.chassis.database import new_id
from services.portal.imports import reading
from services.portal.imports.fields import KEYS, available, guess
from services.portal.imports.models import (
    COUNTS,
    OVER,
    RUNNING,
    TRANSITIONS,
    ClientImport,
    ClientImportFault,
    ClientImportKey,
    ClientImportPart,
)

CHANNEL = "imports"
SAMPLES = 3
CELL = 80
KEPT_FILE, KEPT_REPORT = timedelta(days=7), timedelta(days=90)


def receive(session: Session, caller: Caller, file_name: str, body: Iterable[bytes]) -> ClientImport:
    """Keep a file for an import and return it, with what was recognised of it: encoding, separator, columns.

    Raises a 422 `Problem` for what is no CSV file, has no lines, too many lines or columns; 413 for too many bytes.
    """
    with tempfile.TemporaryFile() as file:
        _spool(file, body)
        encoding = reading.encoding_of(file)
        separator = reading.separator_of(reading.in_utf8(file, encoding))
        found = reading.records(reading.in_utf8(file, encoding), separator)
        header = next((record.cells for record in found if not record.is_blank), None)
        if not header:
            raise problems.Problem(422, "empty_file", "The file is empty", "It has no lines.")
        if len(header) > reading.MOST_COLUMNS:
            raise reading.not_csv(f"It has {len(header)} columns; {reading.MOST_COLUMNS} are taken.")
        samples, lines = _look_through(found)
        names = [cell.strip()[:CELL] for cell in header]
        job = ClientImport(
            id=new_id(),
            file_name=file_name,
            status="uploaded",
            encoding=encoding,
            separator=separator,
            header=names,
            samples=samples,
            mapping=guess(names, available(session)),
            options={},
            size=0,
            lines=lines,
            position=0,
            line=0,
            counts=dict.fromkeys(COUNTS, 0),
            by=caller.person,
            created_at=clock.now(),
        )
        job.options = {"key": _likely_key(job.mapping), "update": True, "tag": ""}
        session.add(job)
        session.flush()
        job.size = _store(session, job.id, reading.in_utf8(file, encoding))
    return job


def _spool(file: BinaryIO, body: Iterable[bytes]) -> None:
    size = 0
    for piece in body:
        size += len(piece)
        if size > reading.MOST_BYTES:
            most = reading.MOST_BYTES // 1024 // 1024
            raise problems.Problem(413, "too_large", "The file is too large", f"At most {most} MB are taken.")
        file.write(piece)


def _look_through(found: Iterator[reading.Record]) -> tuple[list[list[str]], int]:
    samples: list[list[str]] = []
    lines = 0
    for record in found:
        if record.is_blank:
            continue
        lines += 1
        if len(samples) < SAMPLES:
            samples.append([cell.strip()[:CELL] for cell in record.cells])
        if lines > reading.MOST_LINES:
            raise problems.Problem(
                422, "too_many_lines", "Too many lines", f"A file may have {reading.MOST_LINES} lines. Divide it."
            )
    if not lines:
        raise problems.Problem(422, "empty_file", "The file is empty", "It has a head and no lines.")
    return samples, lines


def _store(session: Session, import_id: UUID, pieces: Iterable[bytes]) -> int:
    size = 0
    for number, data in enumerate(pieces):
        part = ClientImportPart(import_id=import_id, number=number, data=data)
        session.add(part)
        session.flush()
        session.expunge(part)
        size += len(data)
    return size


def _likely_key(mapping: Sequence[str]) -> str:
    names = set(mapping) | ({"email"} if "contact.email" in mapping else set())
    return next((key for key in KEYS if key in names), "tax_number")


def check(
    session: Session, import_id: UUID, *, mapping: Sequence[str], key: str, update: bool, tag: str
) -> ClientImport:
    """Take what the columns are and have every line tried without changing a client; raise 404, 409, 422."""
    job = _locked(session, import_id, "checking")
    _require_sense(session, job, mapping, key)
    job.mapping, job.options = list(mapping), {"key": key, "update": update, "tag": tag}
    _begin(session, job, "checking")
    return job


def _require_sense(session: Session, job: ClientImport, mapping: Sequence[str], key: str) -> None:
    known, named = available(session), [name for name in mapping if name]
    errors: dict[str, list[str]] = {}
    if len(mapping) != len(job.header):
        errors["mapping"] = ["Say of each column what it is."]
    for place, name in enumerate(mapping):
        if name and name not in known:
            errors[f"mapping.{place}"] = ["There is no such field."]
        elif name and name in mapping[:place]:
            errors[f"mapping.{place}"] = ["Another column is this field already."]
    if not {"name", "contact.name"} & set(named):
        errors.setdefault("mapping", []).append("Say which column is the client's name.")
    if not ({key, "contact.email"} if key == "email" else {key}) & set(named):
        errors["key"] = ["No column is this field, so nobody can be recognised by it."]
    if errors:
        raise problems.invalid(errors)


def start(session: Session, import_id: UUID) -> ClientImport:
    """Have the lines carried out; raise 404, or 409 where they were not tried, or another import runs."""
    job = _locked(session, import_id, "importing")
    # Two files with the same new client at once would make two of it.
    if session.scalar(select(ClientImport.id).where(ClientImport.status == "importing")):
        raise problems.conflict("import_running", "Another import is running. Wait until it is done.")
    job.started_at = clock.now()
    _begin(session, job, "importing")
    return job


def cancel(session: Session, import_id: UUID) -> ClientImport:
    """Stop an import; what was carried out stays. Raise 404, or 409 where it is over."""
    job = _locked(session, import_id, "cancelled")
    finish(session, job, "cancelled")
    return job


def finish(session: Session, job: ClientImport, status: str) -> None:
    """Note that a run is over; the file goes, but for one that was only tried."""
    job.status, job.finished_at, job.leased_until = status, clock.now(), None
    if status in OVER:
        _forget_file(session, [job.id])


def forget_old(session: Session) -> None:
    """Remove files that nobody imported, and reports that are old."""
    old = select(ClientImport).where(
        ClientImport.status.not_in((*RUNNING, *OVER)), ClientImport.created_at < clock.now() - KEPT_FILE
    )
    for job in session.scalars(old.with_for_update(skip_locked=True)):
        finish(session, job, "cancelled")
    stale = select(ClientImport.id).where(ClientImport.created_at < clock.now() - KEPT_REPORT)
    session.execute(delete(ClientImportFault).where(ClientImportFault.import_id.in_(stale)))


def _begin(session: Session, job: ClientImport, status: str) -> None:
    job.status, job.position, job.line, job.counts = status, 0, 0, dict.fromkeys(COUNTS, 0)
    job.finished_at = job.leased_until = None
    for table in (ClientImportFault, ClientImportKey):
        session.execute(delete(table).where(table.import_id == job.id))
    wake.on_commit(session, CHANNEL)


def _forget_file(session: Session, import_ids: Sequence[UUID]) -> None:
    for table in (ClientImportPart, ClientImportKey):
        session.execute(delete(table).where(table.import_id.in_(import_ids)))


def _locked(session: Session, import_id: UUID, following: str) -> ClientImport:
    job = session.get(ClientImport, import_id, with_for_update=True)
    if job is None:
        raise problems.not_found("This import")
    if following not in TRANSITIONS[job.status]:
        raise problems.conflict("illegal_transition", f"An import that is {job.status} cannot become {following}.")
    return job

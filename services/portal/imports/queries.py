"""Reads of imports."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.chassis import problems
from services.portal.imports.fields import available
from services.portal.imports.models import ClientImport, ClientImportFault, ClientImportPart
from services.portal.imports.reading import PIECE
from services.portal.models import columns

LATEST = 20
SHOWN_FAULTS = 50
FAULTS_AT_ONCE = 1000


def imports(session: Session) -> list[dict[str, Any]]:
    """Return the latest imports, the newest first."""
    rows = session.scalars(select(ClientImport).order_by(ClientImport.id.desc()).limit(LATEST))
    return [shown(row) for row in rows]


def client_import(session: Session, import_id: UUID) -> dict[str, Any]:
    """Return an import with the fields that its columns may be, and the first faults; raise 404."""
    row = session.get(ClientImport, import_id)
    if row is None:
        raise problems.not_found("This import")
    first = select(ClientImportFault).where(ClientImportFault.import_id == import_id)
    faults = session.scalars(first.order_by(ClientImportFault.line, ClientImportFault.number).limit(SHOWN_FAULTS))
    fields = [{"name": name, "label": label} for name, label in available(session).items()]
    return shown(row) | {"fields": fields, "faults": [columns(fault) for fault in faults]}


def shown(row: ClientImport) -> dict[str, Any]:
    """Return an import as the API shows it; `percent` is how far it is."""
    percent = 100 if row.status in ("checked", "done") else 100 * row.position // max(row.size, 1)
    return columns(row) | {"percent": percent}


def faults(session: Session, import_id: UUID) -> Iterator[ClientImportFault]:
    """Yield what is wrong, by line; some at a time, as there may be one for every line."""
    after = (0, -1)
    while True:
        rows = list(
            session.scalars(
                select(ClientImportFault)
                .where(ClientImportFault.import_id == import_id)
                .where(
                    (ClientImportFault.line > after[0])
                    | ((ClientImportFault.line == after[0]) & (ClientImportFault.number > after[1]))
                )
                .order_by(ClientImportFault.line, ClientImportFault.number)
                .limit(FAULTS_AT_ONCE)
            )
        )
        yield from rows
        if len(rows) < FAULTS_AT_ONCE:
            return
        after = (rows[-1].line, rows[-1].number)
        session.expunge_all()


def pieces(session: Session, import_id: UUID, position: int = 0) -> Iterator[bytes]:
    """Yield the text of the file from the byte `position` on."""
    number, skip = divmod(position, PIECE)
    while True:
        statement = select(ClientImportPart.data)
        data = session.scalar(
            statement.where(ClientImportPart.import_id == import_id, ClientImportPart.number == number)
        )
        if data is None:
            return
        yield data[skip:]
        number, skip = number + 1, 0

"""What would become of the lines of a file: tried without a trace."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.chassis.database import insert_into
from services.chassis.problems import Problem
from services.portal.field_editor.queries import active_only
from services.portal.field_editor.values import checked
from services.portal.imports.lines import Line
from services.portal.imports.matching import There, complete, expected_change, faults_of, nothing, one, there_of
from services.portal.imports.models import ClientImport, ClientImportKey


def attempt(session: Session, job: ClientImport, lines: Sequence[Line]) -> dict[str, int]:
    """Return what `carry` would make of the lines, as far as can be told; nothing is changed but the keys noted."""
    counts, there = nothing(), there_of(session, job, lines)
    seen = _seen(session, job.id, lines)
    for line in lines:
        outcome = _expected(session, job, line, there, seen)
        counts[outcome] += 1
        if outcome == "new":
            seen.add(line.key)
    keys = [{"import_id": job.id, "key": key[:300]} for key in sorted(seen)]
    if keys:
        session.execute(insert_into(session, ClientImportKey).on_conflict_do_nothing(), keys)
    return counts


def _expected(session: Session, job: ClientImport, line: Line, there: There, seen: set[str]) -> str:
    account_id = one(line, job, there) if not line.faults else None
    try:
        if line.faults:
            return "bad"
        if account_id is None:
            values = complete(line)
            active_only(session, "account", values)
            checked(session, "account", values.get("custom"))
            if line.contact and not line.faults:
                active_only(session, "contact", line.contact, prefix="contact.")
            outcome = "updated" if line.key in seen else "new"
        else:
            outcome = expected_change(session, job, line, there, account_id)
    except Problem as problem:
        line.faults += faults_of(problem)
    return "bad" if line.faults else outcome


def _seen(session: Session, import_id: UUID, lines: Sequence[Line]) -> set[str]:
    wanted = [line.key[:300] for line in lines if line.key]
    statement = select(ClientImportKey.key).where(
        ClientImportKey.import_id == import_id, ClientImportKey.key.in_(wanted)
    )
    return set(session.scalars(statement))

"""What becomes of the lines of a file. A line is whole or not at all."""

from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from services.chassis import outbox
from services.chassis.auth import Caller
from services.chassis.problems import Problem
from services.portal.directory import actions
from services.portal.directory.models import Account
from services.portal.imports.lines import Line
from services.portal.imports.matching import (
    There,
    complete,
    contact_faults,
    expected_change,
    faults_of,
    nothing,
    one,
    people_of,
    person_of,
    tags_of_line,
    there_of,
)
from services.portal.imports.models import ClientImport
from services.portal.settings.models import FirmSettings
from services.portal.settings.queries import firm_settings
from services.portal.tags.actions import find_or_create, tag_accounts

NOT_SAVED = "This line could not be saved."
_FIRM = "imports.firm"


def carry(session: Session, caller: Caller, job: ClientImport, lines: Sequence[Line]) -> dict[str, int]:
    """Bring the clients up to what the lines say; return how many were new, updated, same and bad.

    Faults that come up are added to their line, of which then nothing stays. A savepoint for each line takes longer
    than the line itself: all are tried under one, and each under its own only where that fails.
    """
    faults = [list(line.faults) for line in lines]
    try:
        with session.begin_nested(), outbox.together(session):
            return _carry_all(session, caller, job, lines)
    except (Problem, IntegrityError, _Refused):
        for line, before in zip(lines, faults, strict=True):
            line.faults = before
    counts, there = nothing(), there_of(session, job, lines)
    for line in lines:
        counts[_outcome(session, caller, job, line, there)] += 1
    return counts


def _carry_all(session: Session, caller: Caller, job: ClientImport, lines: Sequence[Line]) -> dict[str, int]:
    """Carry out the lines that have no fault; raise where one comes up after something of its line was written."""
    counts, there = nothing(), there_of(session, job, lines)
    new: dict[str, list[UUID]] = defaultdict(list)
    for line in lines:
        outcome = "bad" if line.faults else _carry_line(session, caller, job, line, there)
        if line.faults and outcome != "bad":
            raise _Refused
        counts[outcome] += 1
        if outcome == "new":
            for name in tags_of_line(job, line):
                new[name] += there.found[line.key]
    for name, ids in new.items():
        tag_accounts(session, caller, ids, tag=find_or_create(session, name))
    return counts


def _outcome(session: Session, caller: Caller, job: ClientImport, line: Line, there: There) -> str:
    if not line.faults:
        try:
            with session.begin_nested(), outbox.together(session):
                outcome = _carry_line(session, caller, job, line, there)
                if line.faults:
                    raise _Refused
                if outcome == "new":
                    _tag(session, caller, job, line, *there.found[line.key])
                return outcome
        except Problem as problem:
            line.faults += faults_of(problem)
        except IntegrityError:
            line.faults.append(("", NOT_SAVED))
        except _Refused:
            pass
    return "bad"


class _Refused(Exception):
    """The line has a fault that came up while it was carried out."""


def _carry_line(session: Session, caller: Caller, job: ClientImport, line: Line, there: There) -> str:
    """Carry out a line, but for the tags of a new client; a line that turns out "bad" has written nothing."""
    account_id = one(line, job, there)
    if line.faults:
        return "bad"
    if account_id is None:
        values = complete(line)
        if line.faults:
            return "bad"
        values.setdefault("locale", _firm(session).locale)
        contacts = [{"timezone": _firm(session).timezone} | line.contact] if line.contact else []
        created = actions.create_account(session, caller, contacts=contacts, **values)
        there.found[line.key].add(created.id)
        return "new"
    if account_id in there.accounts and expected_change(session, job, line, there, account_id) == "same":
        return "same"
    if not job.options["update"] or line.faults:
        return "bad" if line.faults else "same"
    return "updated" if _update(session, caller, job, line, account_id) else "same"


def _update(session: Session, caller: Caller, job: ClientImport, line: Line, account_id: UUID) -> bool:
    account = session.get_one(Account, account_id)
    before = account.version
    account = actions.change_account(session, caller, account_id, version=before, **line.account)
    changed = account.version != before
    if line.contact:
        changed = _update_contact(session, caller, line, account) or changed
    return _tag(session, caller, job, line, account_id) or changed


def _update_contact(session: Session, caller: Caller, line: Line, account: Account) -> bool:
    people = people_of(session, [account.id])[account.id]
    person = person_of(people, line)
    if person is not None:
        before = person.version
        return actions.change_contact(session, caller, person.id, version=before, **line.contact).version != before
    if contact_faults(line, people):
        return False
    actions.add_contact(session, caller, account.id, **line.contact)
    return True


def _tag(session: Session, caller: Caller, job: ClientImport, line: Line, account_id: UUID) -> bool:
    tags = [find_or_create(session, name) for name in tags_of_line(job, line)]
    return sum(tag_accounts(session, caller, [account_id], tag=tag) for tag in tags) > 0


def _firm(session: Session) -> FirmSettings:
    """Return the firm's settings, asked for once a batch."""
    kept: FirmSettings | None = session.info.get(_FIRM)
    if kept is None:
        kept = session.info[_FIRM] = firm_settings(session)
    return kept

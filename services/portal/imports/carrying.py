"""What becomes of the lines of a file: tried without a trace, or carried out. A line is whole or not at all."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from services.chassis.auth import Caller
from services.chassis.database import insert_into
from services.chassis.problems import Problem
from services.portal.directory import actions
from services.portal.directory.models import Account, Contact
from services.portal.directory.schemas import MAX_CONTACTS
from services.portal.field_editor.queries import active_only
from services.portal.field_editor.values import checked
from services.portal.imports.lines import NO_NAME, Line
from services.portal.imports.models import ClientImport, ClientImportKey
from services.portal.tags.actions import find_or_create, tag_accounts
from services.portal.tags.queries import tags_of

TWICE = "More than one client has this, so it is not clear which is meant."
NOT_SAVED = "This line could not be saved."
TOO_MANY = "This client has as many contact persons as one can have."
Found = dict[str, set[UUID]]


def carry(session: Session, caller: Caller, job: ClientImport, lines: Sequence[Line]) -> dict[str, int]:
    """Bring the clients up to what the lines say; return how many were new, updated, same and bad.

    Faults that come up are added to their line, of which then nothing stays.
    """
    found, counts = matches(session, job.options["key"], lines), _nothing()
    for line in lines:
        counts[_outcome(session, caller, job, line, found)] += 1
    return counts


def attempt(session: Session, job: ClientImport, lines: Sequence[Line]) -> dict[str, int]:
    """Return what `carry` would make of the lines, as far as can be told; nothing is changed but the keys noted."""
    found, counts = matches(session, job.options["key"], lines), _nothing()
    seen = _seen(session, job.id, lines)
    for line in lines:
        outcome = _expected(session, job, line, found, seen)
        counts[outcome] += 1
        if outcome == "new":
            seen.add(line.key)
    keys = [{"import_id": job.id, "key": key[:300]} for key in sorted(seen)]
    if keys:
        session.execute(insert_into(session, ClientImportKey).on_conflict_do_nothing(), keys)
    return counts


def matches(session: Session, key: str, lines: Iterable[Line]) -> Found:
    """Return the ids of the clients that have each key of the lines."""
    wanted = {line.key for line in lines if line.key}
    found: Found = defaultdict(set)
    if key == "email":
        rows = list(session.execute(select(Account.email, Account.id).where(Account.email.in_(wanted))))
        people = select(Contact.email, Contact.account_id).where(Contact.email.in_(wanted), ~Contact.removed)
        rows += list(session.execute(people))
    else:
        column = Account.tax_key if key == "tax_number" else Account.external_id
        rows = list(session.execute(select(column, Account.id).where(column.in_(wanted))))
    for value, id in rows:
        found[value].add(id)
    return found


def _outcome(session: Session, caller: Caller, job: ClientImport, line: Line, found: Found) -> str:
    if not line.faults:
        try:
            with session.begin_nested():
                outcome = _carry_line(session, caller, job, line, found)
                if line.faults:
                    raise _Refused
                return outcome
        except Problem as problem:
            line.faults += _faults(problem)
        except IntegrityError:
            line.faults.append(("", NOT_SAVED))
        except _Refused:
            pass
    return "bad"


class _Refused(Exception):
    """The line has a fault that came up while it was carried out."""


def _carry_line(session: Session, caller: Caller, job: ClientImport, line: Line, found: Found) -> str:
    account_id = _one(line, job, found)
    if line.faults:
        return "bad"
    if account_id is None:
        values = _complete(job, line)
        if line.faults:
            return "bad"
        contacts = [line.contact] if line.contact else []
        created = actions.create_account(session, caller, contacts=contacts, **values)
        found[line.key].add(created.id)
        _tag(session, caller, job, line, created.id)
        return "new"
    if not job.options["update"]:
        return "same"
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
    people = _people(session, [account.id])[account.id]
    person = _person(people, line)
    if person is not None:
        before = person.version
        return actions.change_contact(session, caller, person.id, version=before, **line.contact).version != before
    if _contact_faults(line, people):
        return False
    actions.add_contact(session, caller, account.id, **line.contact)
    return True


def _expected(session: Session, job: ClientImport, line: Line, found: Found, seen: set[str]) -> str:
    account_id = _one(line, job, found) if not line.faults else None
    try:
        if line.faults:
            return "bad"
        if account_id is None:
            values = _complete(job, line)
            active_only(session, "account", values)
            checked(session, "account", values.get("custom"))
            if line.contact and not line.faults:
                active_only(session, "contact", line.contact, prefix="contact.")
            outcome = "updated" if line.key in seen else "new"
        else:
            outcome = _expected_change(session, job, line, account_id)
    except Problem as problem:
        line.faults += _faults(problem)
    return "bad" if line.faults else outcome


def _expected_change(session: Session, job: ClientImport, line: Line, account_id: UUID) -> str:
    account, people = session.get_one(Account, account_id), _people(session, [account_id])[account_id]
    if not job.options["update"]:
        return "same"
    custom = line.account.get("custom")
    checked(session, "account", custom, owner_id=account_id, account_id=account_id)
    values = active_only(session, "account", line.account, row=account)
    changed = bool(custom) or _differs(account, values)
    if line.contact:
        person = _person(people, line)
        if person is None:
            _contact_faults(line, people)
        changed = changed or person is None or _differs(person, line.contact)
    wanted = {name.casefold() for name in _tags(job, line)}
    has = {tag["name"].casefold() for tag in tags_of(session, [account_id])[account_id]}
    return "updated" if changed or wanted - has else "same"


def _differs(row: Account | Contact, values: Mapping[str, Any]) -> bool:
    return any(getattr(row, name) != value for name, value in values.items() if name != "custom")


def _one(line: Line, job: ClientImport, found: Found) -> UUID | None:
    ids = found.get(line.key, set())
    if len(ids) > 1:
        line.faults.append((job.options["key"], TWICE))
    return next(iter(ids), None)


def _complete(job: ClientImport, line: Line) -> dict[str, Any]:
    """Return the line's client as a new one: a person may be named by the contact alone."""
    values = dict(line.account)
    if not values.get("name") and line.contact.get("name"):
        values |= {"name": line.contact["name"], "kind": values.get("kind", "person")}
    if not values.get("name"):
        line.faults.append(("name", NO_NAME))
    if line.contact:
        if not line.contact.get("name") and values.get("kind") == "person":
            line.contact["name"] = values.get("name", "")
        if not line.contact.get("email") and values.get("email"):
            line.contact["email"] = values["email"]
        _contact_faults(line, [])
    if job.options.get("locale"):
        values.setdefault("locale", job.options["locale"])
    return values


def _contact_faults(line: Line, people: Sequence[Contact]) -> bool:
    missing = [name for name in ("name", "email") if not line.contact.get(name)]
    line.faults += [(f"contact.{name}", NO_NAME) for name in missing]
    if len(people) >= MAX_CONTACTS:
        line.faults.append(("contact.email", TOO_MANY))
    return bool(line.faults)


def _person(people: Sequence[Contact], line: Line) -> Contact | None:
    email = line.contact.get("email")
    if email:
        return next((person for person in people if person.email == email), None)
    named = [person for person in people if person.name == line.contact.get("name")]
    return named[0] if len(named) == 1 else None


def _people(session: Session, account_ids: Sequence[UUID]) -> dict[UUID, list[Contact]]:
    found: dict[UUID, list[Contact]] = defaultdict(list)
    statement = select(Contact).where(Contact.account_id.in_(account_ids), ~Contact.removed)
    for person in session.scalars(statement.order_by(Contact.id)):
        found[person.account_id].append(person)
    return found


def _tags(job: ClientImport, line: Line) -> list[str]:
    return [*line.tags, *([job.options["tag"]] if job.options.get("tag") else [])]


def _tag(session: Session, caller: Caller, job: ClientImport, line: Line, account_id: UUID) -> bool:
    tags = [find_or_create(session, name) for name in _tags(job, line)]
    return sum(tag_accounts(session, caller, [account_id], tag=tag) for tag in tags) > 0


def _seen(session: Session, import_id: UUID, lines: Sequence[Line]) -> set[str]:
    wanted = [line.key[:300] for line in lines if line.key]
    statement = select(ClientImportKey.key).where(
        ClientImportKey.import_id == import_id, ClientImportKey.key.in_(wanted)
    )
    return set(session.scalars(statement))


def _faults(problem: Problem) -> list[tuple[str, str]]:
    if not problem.errors:
        return [("", problem.detail or problem.title)]
    return [
        (name.replace("contacts.0.", "contact."), str(texts[0] if isinstance(texts, list) else texts))
        for name, texts in problem.errors.items()
    ]


def _nothing() -> dict[str, int]:
    return {"new": 0, "updated": 0, "same": 0, "bad": 0}

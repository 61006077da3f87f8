"""Which clients the lines of a file mean, and what a line would change of them; nothing here changes anything."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.chassis.problems import Problem
from services.portal.directory.models import Account, Contact
from services.portal.directory.schemas import MAX_CONTACTS
from services.portal.field_editor.queries import active_only
from services.portal.field_editor.values import checked
from services.portal.imports.lines import NO_NAME, Line
from services.portal.imports.models import ClientImport
from services.portal.tags.queries import tags_of

TWICE = "More than one client has this, so it is not clear which is meant."
TOO_MANY = "This client has as many contact persons as one can have."
Found = dict[str, set[UUID]]


@dataclass(frozen=True)
class There:
    """The clients that the lines name, as they are: read once for all lines."""

    found: Found
    accounts: Mapping[UUID, Account]
    people: Mapping[UUID, list[Contact]]
    tags: Mapping[UUID, list[dict[str, Any]]]


def there_of(session: Session, job: ClientImport, lines: Sequence[Line]) -> There:
    found = matches(session, job.options["key"], lines)
    ids = sorted({id for ids in found.values() for id in ids})
    accounts = {row.id: row for row in session.scalars(select(Account).where(Account.id.in_(ids)))} if ids else {}
    tags = tags_of(session, ids) if ids else {}
    return There(found, accounts, people_of(session, ids) if ids else {}, tags)


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


def one(line: Line, job: ClientImport, there: There) -> UUID | None:
    ids = there.found.get(line.key, set())
    if len(ids) > 1:
        line.faults.append((job.options["key"], TWICE))
    return next(iter(ids), None)


def complete(line: Line) -> dict[str, Any]:
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
        contact_faults(line, [])
    return values


def contact_faults(line: Line, people: Sequence[Contact]) -> bool:
    missing = [name for name in ("name", "email") if not line.contact.get(name)]
    line.faults += [(f"contact.{name}", NO_NAME) for name in missing]
    if len(people) >= MAX_CONTACTS:
        line.faults.append(("contact.email", TOO_MANY))
    return bool(line.faults)


def person_of(people: Sequence[Contact], line: Line) -> Contact | None:
    email = line.contact.get("email")
    if email:
        return next((person for person in people if person.email == email), None)
    named = [person for person in people if person.name == line.contact.get("name")]
    return named[0] if len(named) == 1 else None


def people_of(session: Session, account_ids: Sequence[UUID]) -> dict[UUID, list[Contact]]:
    found: dict[UUID, list[Contact]] = defaultdict(list)
    statement = select(Contact).where(Contact.account_id.in_(account_ids), ~Contact.removed)
    for person in session.scalars(statement.order_by(Contact.id)):
        found[person.account_id].append(person)
    return found


def tags_of_line(job: ClientImport, line: Line) -> list[str]:
    return [*line.tags, *([job.options["tag"]] if job.options.get("tag") else [])]


def faults_of(problem: Problem) -> list[tuple[str, str]]:
    if not problem.errors:
        return [("", problem.detail or problem.title)]
    return [
        (name.replace("contacts.0.", "contact."), str(texts[0] if isinstance(texts, list) else texts))
        for name, texts in problem.errors.items()
    ]


def nothing() -> dict[str, int]:
    return {"new": 0, "updated": 0, "same": 0, "bad": 0}


def expected_change(session: Session, job: ClientImport, line: Line, there: There, account_id: UUID) -> str:
    account, people = there.accounts[account_id], there.people.get(account_id, [])
    if not job.options["update"]:
        return "same"
    custom = line.account.get("custom")
    checked(session, "account", custom, owner_id=account_id, account_id=account_id)
    values = active_only(session, "account", line.account, row=account)
    changed = bool(custom) or _differs(account, values)
    if line.contact:
        person = person_of(people, line)
        if person is None:
            contact_faults(line, people)
        changed = changed or person is None or _differs(person, line.contact)
    wanted = {name.casefold() for name in tags_of_line(job, line)}
    has = {tag["name"].casefold() for tag in there.tags.get(account_id, [])}
    return "updated" if changed or wanted - has else "same"


def _differs(row: Account | Contact, values: Mapping[str, Any]) -> bool:
    return any(getattr(row, name) != value for name, value in values.items() if name != "custom")

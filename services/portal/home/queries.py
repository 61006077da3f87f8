"""Reads for Home and the page's frame; they look into the portal's own tables alone."""

from typing import Any
from uuid import UUID

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from services.chassis import problems
from services.chassis.auth import Caller
from services.portal.announcements.queries import current
from services.portal.copies.models import IdentityUser
from services.portal.directory.models import Account
from services.portal.directory.queries import contacts_of
from services.portal.field_editor.definitions import Definition, definitions
from services.portal.field_editor.queries import kept_from_clients
from services.portal.home.waiting import Waiting, waiting
from services.portal.models import columns
from services.portal.profile.queries import BLOCKS, is_filled, may_edit
from services.portal.requests.lists import NO_DUE
from services.portal.settings.models import LINK, FirmSettings
from services.portal.settings.queries import brand, firm_settings, offered_buttons, switches
from services.portal.work.queries import count_work

NAMES_SHOWN = 3
MOST_TESTS = 500


def home(session: Session, caller: Caller) -> dict[str, Any]:
    """Return all that Home shows to a client, its frame too; raise 404 where the portal has no such account.

    Five statements, whatever there is: account and firm, its people, the fields, what is announced, what waits.
    """
    firm, known, adviser = _account_and_firm(session, caller)
    account = known.get(caller.account_id)
    if account is None:
        raise problems.not_found("This account")
    people = contacts_of(session, [account.id])[account.id]
    mandatory = _mandatory(session, caller)
    found = waiting(session, caller, [field.id for _block, field in mandatory if field.id])
    announced = current(session, caller)
    asked = found.review_request if switches(firm)["reviews"] else None
    answers = _to_answer(found) + _to_approve(found)
    missing = _to_fill(caller, mandatory, columns(account), people, found)
    return {
        "greeting_name": caller.name.partition(" ")[0],
        "announcement": firm.announcement,
        "announcements": [entry for entry in announced if not entry["read"]],
        "switches": switches(firm),
        "banner": firm.banner,
        "to_do": [_to_do(row) for row in found.matters] + answers + missing + _to_rate(asked),
        "review_request": asked,
        "tiles": {
            "to_pay": {"amount": 0, "currency": firm.currency},
            "new_documents": _new_documents(found),
            "next_booking": None,
        },
        "account": _account(session, caller, account),
        "contacts": _people(session, caller, people),
        "action_buttons": _names(offered_buttons(firm)),
        "buttons": offered_buttons(firm),
        "firm": {
            "name": firm.firm_name,
            "adviser": None if "adviser_id" in kept_from_clients(session, "account") else adviser,
            "phone": firm.phone,
            "email": firm.email,
            "address": firm.address,
            "office_hours": firm.office_hours,
        },
        "shell": _shell(session, caller, firm, known, found, announced),
    }


def _to_approve(found: Waiting) -> list[dict[str, Any]]:
    """Return what stands in the list while the firm asks for the client's approval (B25)."""
    nothing = {"due_on": None, "done": 0, "total": 0, "pages": None}
    return [
        nothing | {"kind": "approve_document", "id": row.id, "title": row.title, "asked_by": row.by}
        for row in found.approvals
    ]


def _to_answer(found: Waiting) -> list[dict[str, Any]]:
    """Return what stands in the list while a case waits for the client (S43)."""
    nothing = {"due_on": None, "asked_by": None, "done": 0, "total": 0, "pages": None}
    return [nothing | {"kind": "answer_case", "id": row.id, "title": row.title} for row in found.cases]


def _to_rate(asked: dict[str, Any] | None) -> list[dict[str, Any]]:
    """Return what stands in the list while the firm asks for a review (S40)."""
    nothing = {"title": "", "due_on": None, "done": 0, "total": 0, "pages": None}
    return [nothing | {"kind": "review", "id": asked["id"], "asked_by": asked["requested_by"]}] if asked else []


def client_shell(session: Session, caller: Caller) -> dict[str, Any]:
    """Return what frames every page of a client: the firm's brand, what it offers, and what is new."""
    firm, known, _adviser = _account_and_firm(session, caller)
    return _shell(session, caller, firm, known, waiting(session, caller), current(session, caller))


def staff_shell(session: Session, caller: Caller) -> dict[str, Any]:
    """Return what frames every page of the admin."""
    firm = firm_settings(session)
    return {
        "kind": "staff",
        "brand": brand(session, firm),
        "switches": switches(firm),
        "action_buttons": [],
        "counts": count_work(session, caller, firm),
        "accounts": [],
        "test_accounts": list(session.scalars(select(Account.id).where(Account.is_test).limit(MOST_TESTS))),
    }


def _shell(
    session: Session,
    caller: Caller,
    firm: FirmSettings,
    known: dict[UUID | None, Account],
    found: Waiting,
    announced: list[dict[str, Any]],
) -> dict[str, Any]:
    return {
        "kind": "client",
        "brand": brand(session, firm),
        "switches": switches(firm),
        "action_buttons": _names(offered_buttons(firm)),
        "buttons": offered_buttons(firm),
        "announcements": announced,
        "counts": {
            "incoming": len(found.matters),
            "new_documents": len(found.new_documents),
            "messages": found.messages,
        },
        "accounts": [
            {
                "id": access.account_id,
                "name": known[access.account_id].name if access.account_id in known else "",
                "role": access.role,
                "active": access.account_id == caller.account_id,
            }
            for access in caller.accounts
        ],
    }


def _account_and_firm(
    session: Session, caller: Caller
) -> tuple[FirmSettings, dict[UUID | None, Account], dict[str, Any] | None]:
    """Return the firm's settings, the caller's accounts by id, and who looks after the one being looked at."""
    is_active = Account.id == caller.account_id
    looks_after = and_(is_active, IdentityUser.id == Account.adviser_id, IdentityUser.kind == "staff")
    statement = (
        select(Account, FirmSettings, IdentityUser.name)
        .outerjoin(FirmSettings, is_active)
        .outerjoin(IdentityUser, looks_after)
        .where(Account.id.in_({caller.account_id, *(access.account_id for access in caller.accounts)}))
    )
    rows = session.execute(statement).all()
    known: dict[UUID | None, Account] = {account.id: account for account, _firm, _name in rows}
    active = known.get(caller.account_id)
    firm = next((firm for _account, firm, _name in rows if firm), None) or firm_settings(session)
    name = next((name for account, _firm, name in rows if account is active and name), "")
    adviser: dict[str, Any] | None = {"id": active.adviser_id, "name": name} if active and active.adviser_id else None
    return firm, known, adviser


def _account(session: Session, caller: Caller, account: Account) -> dict[str, Any] | None:
    """Return the account without what the firm keeps from clients (S26); who only signs sees nothing of it (B4)."""
    return None if caller.role == "signer" else _shown(columns(account), kept_from_clients(session, "account"))


def _people(session: Session, caller: Caller, people: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the people of the account; who only signs sees of it nothing but themselves (B4)."""
    unseen = kept_from_clients(session, "contact")
    return [_shown(person, unseen) for person in people if caller.role != "signer" or person["id"] == caller.contact_id]


def _shown(record: dict[str, Any], unseen: frozenset[str]) -> dict[str, Any]:
    """Return a record without the fields that the firm keeps from clients (S26)."""
    return {name: value for name, value in record.items() if name not in unseen}


def _mandatory(session: Session, caller: Caller) -> list[tuple[str, Definition]]:
    """Return the fields that the caller has to fill, each with its block (S26)."""
    blocks = [block for block in BLOCKS if may_edit(caller, block)]
    return [(block, field) for block in blocks for field in definitions(session, block) if field.is_mandatory]


def _to_fill(
    caller: Caller,
    mandatory: list[tuple[str, Definition]],
    account: dict[str, Any],
    people: list[dict[str, Any]],
    found: Waiting,
) -> list[dict[str, Any]]:
    """Return what stands in the list while fields are empty that the firm made Mandatory (S26)."""
    records = {"account": account, "contact": next((one for one in people if one["id"] == caller.contact_id), {})}
    if not records["contact"]:
        return []
    filled = sum(
        field.id in found.filled if field.is_custom else is_filled(records[block].get(field.name))
        for block, field in mandatory
    )
    if filled == len(mandatory):
        return []
    entry = {"kind": "fill_profile", "title": "", "due_on": None, "asked_by": None, "pages": None}
    return [entry | {"id": caller.contact_id, "done": filled, "total": len(mandatory)}]


def _new_documents(found: Waiting) -> dict[str, Any]:
    documents = found.new_documents
    return {
        "count": len(documents),
        "names": [document.title for document in documents[:NAMES_SHOWN]],
        "ids": [document.id for document in documents],
    }


def _to_do(row: Any) -> dict[str, Any]:
    asked = "send_documents" if row.done < row.total else "answer_request"
    kind = "sign_document" if row.kind == "sign_request" else asked
    return {
        "kind": kind,
        "id": row.id,
        "title": row.title,
        "due_on": None if row.due == NO_DUE else row.due,
        "asked_by": row.by,
        "done": row.done,
        "total": row.total,
        "pages": row.pages,
    }


def _names(buttons: list[dict[str, Any]]) -> list[str]:
    """Return the names of those buttons that are the portal's own."""
    return [button["kind"] for button in buttons if button["kind"] != LINK]

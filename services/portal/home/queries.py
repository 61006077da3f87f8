"""Reads for Home and the page's frame; they look into the portal's own tables alone."""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, select
from sqlalchemy.orm import Session

from services.chassis import problems
from services.chassis.auth import Caller
from services.contracts.client_roles import WORKS
from services.portal.announcements.queries import current
from services.portal.copies.models import Document, DocumentOpening
from services.portal.directory.models import Account
from services.portal.directory.queries import adviser, contacts_of, names
from services.portal.field_editor.queries import kept_from_clients
from services.portal.models import columns
from services.portal.profile.queries import unfilled
from services.portal.requests.lists import NO_DUE, count_waiting, waiting
from services.portal.settings.models import LINK
from services.portal.settings.queries import brand, firm_settings, offered_buttons, switches
from services.portal.work.queries import count_work

NAMES_SHOWN = 3
MOST_TESTS = 500


def home(session: Session, caller: Caller) -> dict[str, Any]:
    """Return all that Home shows to a client; raise 404 where the portal has no such account."""
    account = session.get(Account, caller.account_id)
    if account is None:
        raise problems.not_found("This account")
    firm = firm_settings(session)
    unseen = kept_from_clients(session, "account")
    return {
        "greeting_name": caller.name.partition(" ")[0],
        "announcement": firm.announcement,
        "announcements": [entry for entry in current(session, caller) if not entry["read"]],
        "switches": switches(firm),
        "banner": firm.banner,
        "to_do": [_to_do(row) for row in waiting(session, caller)] + _to_fill(session, caller),
        "tiles": {
            "to_pay": {"amount": 0, "currency": firm.currency},
            "new_documents": _new_documents(session, caller),
            "next_booking": None,
        },
        "account": _shown(columns(account), unseen),
        "contacts": _people(session, caller, account.id),
        "action_buttons": _names(offered_buttons(firm)),
        "buttons": offered_buttons(firm),
        "firm": {
            "name": firm.firm_name,
            "adviser": None if "adviser_id" in unseen else adviser(session, account.adviser_id),
            "phone": firm.phone,
            "email": firm.email,
            "address": firm.address,
            "office_hours": firm.office_hours,
        },
    }


def _people(session: Session, caller: Caller, account_id: UUID) -> list[dict[str, Any]]:
    """Return the people of the account; who only signs sees of it nothing but themselves (B4)."""
    unseen = kept_from_clients(session, "contact")
    people = [_shown(person, unseen) for person in contacts_of(session, [account_id])[account_id]]
    return [person for person in people if caller.role != "signer" or person["id"] == caller.contact_id]


def _shown(record: dict[str, Any], unseen: frozenset[str]) -> dict[str, Any]:
    """Return a record without the fields that the firm keeps from clients (S26)."""
    return {name: value for name, value in record.items() if name not in unseen}


def _to_fill(session: Session, caller: Caller) -> list[dict[str, Any]]:
    """Return what stands in the list while fields are empty that the firm made Mandatory (S26)."""
    missing = unfilled(session, caller)
    entry = {"kind": "fill_profile", "title": "", "due_on": None, "asked_by": None, "pages": None}
    return [entry | missing] if missing else []


def client_shell(session: Session, caller: Caller) -> dict[str, Any]:
    """Return what frames every page of a client: the firm's brand, what it offers, and what is new."""
    known = names(session, (access.account_id for access in caller.accounts))
    firm = firm_settings(session)
    return {
        "kind": "client",
        "brand": brand(session, firm),
        "switches": switches(firm),
        "action_buttons": _names(offered_buttons(firm)),
        "buttons": offered_buttons(firm),
        "announcements": current(session, caller),
        "counts": {
            "incoming": count_waiting(session, caller),
            "new_documents": len(new_documents(session, caller)),
        },
        "accounts": [
            {
                "id": access.account_id,
                "name": known.get(access.account_id, ""),
                "role": access.role,
                "active": access.account_id == caller.account_id,
            }
            for access in caller.accounts
        ],
    }


def staff_shell(session: Session, caller: Caller) -> dict[str, Any]:
    """Return what frames every page of the admin."""
    return {
        "kind": "staff",
        "brand": brand(session),
        "switches": switches(firm_settings(session)),
        "action_buttons": [],
        "counts": count_work(session, caller),
        "accounts": [],
        "test_accounts": list(session.scalars(select(Account.id).where(Account.is_test).limit(MOST_TESTS))),
    }


def new_documents(session: Session, caller: Caller) -> list[Document]:
    """Return what the firm shared with a client and this person has not opened yet, the latest first."""
    if caller.role not in WORKS:
        return []
    statement = select(Document).where(Document.account_id == caller.account_id, is_new(caller.id))
    return list(session.scalars(statement.order_by(Document.shared_at.desc(), Document.id).limit(200)))


def is_new(user_id: UUID | str) -> ColumnElement[bool]:
    """Return the condition that a document is shared by the firm and was never opened by this user."""
    opened = exists().where(DocumentOpening.document_id == Document.id, DocumentOpening.user_id == user_id)
    return and_(Document.shared, Document.status == "available", Document.origin != "client", ~opened)


def _new_documents(session: Session, caller: Caller) -> dict[str, Any]:
    found = new_documents(session, caller)
    return {
        "count": len(found),
        "names": [document.name for document in found[:NAMES_SHOWN]],
        "ids": [document.id for document in found],
    }


def _to_do(row: Any) -> dict[str, Any]:
    asked = "send_documents" if row.items_open else "answer_request"
    kind = "sign_document" if row.kind == "sign_request" else asked
    return {
        "kind": kind,
        "id": row.id,
        "title": row.title,
        "due_on": None if row.due == NO_DUE else row.due,
        "asked_by": row.created_by,
        "done": row.items_total - row.items_open,
        "total": row.items_total,
        "pages": row.pages,
    }


def _names(buttons: list[dict[str, Any]]) -> list[str]:
    """Return the names of those buttons that are the portal's own."""
    return [button["kind"] for button in buttons if button["kind"] != LINK]

"""Writing an answer that came by mail into its thread, by the very actions of the API."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from services.chassis import clock, problems
from services.chassis.auth import AccountAccess, Caller
from services.contracts.client_roles import WORKS
from services.portal.cases import actions as cases
from services.portal.cases.models import MAX_TEXT
from services.portal.conversations import actions as conversations
from services.portal.conversations.models import MAX_MESSAGE
from services.portal.copies.models import IdentityUser
from services.portal.directory.models import Account, Contact
from services.portal.field_editor.queries import inactive
from services.portal.requests import actions as requests
from services.portal.requests.schemas import MAX_MESSAGE as MAX_REQUEST_MESSAGE
from services.portal.settings.queries import firm_settings

BY_MAIL = "email"
LONGEST = {"request": MAX_REQUEST_MESSAGE, "case": MAX_TEXT, "conversation": MAX_MESSAGE}


def writer(session: Session, data: Mapping[str, Any]) -> Caller:
    """Return who wrote a mail, as a caller of the API; raise a 403 or 409 `Problem` for who may not write any more.

    Notifications has asked the same of its own copies; here the directory itself is asked.
    """
    user = session.get(IdentityUser, UUID(data["by"]["id"]))
    if user is None or user.status != "active" or user.kind != data["by"]["kind"]:
        raise _no_access()
    account = session.get(Account, data["account_id"])
    if account is None:
        raise _no_access()
    if account.status != "active":
        raise problems.conflict("account_archived", "This client is archived.")
    if user.kind == "staff":
        permissions = frozenset({"requests.read", "requests.write"})
        return Caller(
            "staff", user.id, user.name, permissions=permissions, assigned_only=data["assigned_only"], via=BY_MAIL
        )
    contact = session.get(Contact, data["contact_id"]) if data["contact_id"] else None
    if contact is None or contact.account_id != account.id or not _may_come_in(session, contact):
        raise _no_access()
    access = AccountAccess(account.id, contact.id, contact.role)
    return Caller(
        "client",
        user.id,
        user.name,
        accounts=(access,),
        account_id=account.id,
        contact_id=contact.id,
        via=BY_MAIL,
    )


def write(session: Session, caller: Caller, data: Mapping[str, Any]) -> bool:
    """Write the answer into its thread; return whether its end had to be cut off. Raise what the thread's action does.

    A case that is closed is opened again by its client's answer, for as long as they may do so in the portal.
    """
    message, longest = data["message"], LONGEST[data["thread_kind"]]
    cut = len(message) > longest
    if cut:
        message = message[: longest - 2].rstrip() + " …"
    WRITE[data["thread_kind"]](session, caller, data["thread_id"], message, data["document_ids"])
    return cut


def _answer_request(session: Session, caller: Caller, id: UUID, message: str, document_ids: Sequence[UUID]) -> None:
    requests.reply(session, caller, id, message=message, document_ids=document_ids)


def _answer_case(session: Session, caller: Caller, id: UUID, message: str, document_ids: Sequence[UUID]) -> None:
    if not caller.is_staff and cases.locked_case(session, caller, id).status == "closed":
        cases.reopen(session, caller, id)
    cases.comment(session, caller, id, message=message, document_ids=document_ids)


def _answer_conversation(
    session: Session, caller: Caller, id: UUID, message: str, document_ids: Sequence[UUID]
) -> None:
    conversations.post(session, caller, id, text=message, document_ids=document_ids)


WRITE: dict[str, Callable[[Session, Caller, UUID, str, Sequence[UUID]], None]] = {
    "request": _answer_request,
    "case": _answer_case,
    "conversation": _answer_conversation,
}


def _may_come_in(session: Session, contact: Contact) -> bool:
    if contact.removed or not contact.portal_user or contact.role not in WORKS:
        return False
    off = inactive(session, "contact")
    start = None if "support_start" in off else contact.support_start
    end = None if "support_end" in off else contact.support_end
    today: date = clock.now().astimezone(ZoneInfo(firm_settings(session).timezone)).date()
    return (start is None or start <= today) and (end is None or today <= end)


def _no_access() -> problems.Problem:
    return problems.forbidden("This person has no access any more.", code="no_access")

"""What waits for the firm: answers, uploads, signed documents, and invitations that did not arrive."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Date,
    Subquery,
    Text,
    cast,
    exists,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from services.chassis.auth import Caller
from services.chassis.columns import UtcDateTime
from services.portal.cases.models import OURS, Case, CaseDocument
from services.portal.conversations.models import Conversation, ConversationDocument
from services.portal.copies.models import (
    Document,
    DocumentOpening,
    IdentityUser,
    IdentityUserContact,
    SignRequest,
)
from services.portal.directory.assigned import is_visible
from services.portal.directory.models import Account, Contact
from services.portal.directory.queries import advisers
from services.portal.paging import Rows
from services.portal.privacy.models import Erasure
from services.portal.requests.models import Request, RequestDocument
from services.portal.work.models import WorkSeen

LIMIT = 200
NO_DUE = date(9999, 12, 31)


def work(
    session: Session, caller: Caller, *, kind: str | None, account_id: UUID | None, assignee_id: UUID | None
) -> dict[str, Any]:
    """Return what waits for the firm, what is due first at the top, at most 200 of it; `total` counts all.

    What waits for a test client is listed and not counted (S14).
    """
    waiting = _waiting()
    statement = select(waiting, Account.name.label("account_name"), Account.adviser_id, Account.is_test).join(
        Account, Account.id == waiting.c.account_id
    )
    statement = statement.where(is_visible(caller, Account.id))
    if kind:
        statement = statement.where(waiting.c.kind == kind)
    if account_id:
        statement = statement.where(waiting.c.account_id == account_id)
    if assignee_id:
        statement = statement.where(Account.adviser_id == assignee_id)
    total = session.scalar(select(func.count()).select_from(statement.where(~Account.is_test).subquery()))
    due = func.coalesce(waiting.c.due_on, literal(NO_DUE, Date))
    rows = list(
        session.execute(statement.order_by(due, waiting.c.due_at.nulls_last(), waiting.c.at, waiting.c.id).limit(LIMIT))
    )
    staff = advisers(session, (row.adviser_id for row in rows))
    return {
        "items": [dict(row._mapping) | {"assignee": _assignee(row.adviser_id, staff)} for row in rows],
        "total": total,
    }


def count_work(session: Session, caller: Caller) -> dict[str, int]:
    """Return how much waits for the firm: in all (`work`) and of each kind, test clients left out (S14)."""
    waiting = _waiting()
    joined = select(waiting.c.kind, func.count()).join(Account, Account.id == waiting.c.account_id)
    joined = joined.where(is_visible(caller, Account.id), ~Account.is_test)
    found = {row[0]: row[1] for row in session.execute(joined.group_by(waiting.c.kind))}
    return {"work": sum(found.values())} | {kind: found.get(kind, 0) for kind in KINDS}


def _assignee(adviser_id: UUID | None, staff: dict[UUID, str]) -> dict[str, Any] | None:
    return {"id": adviser_id, "name": staff.get(adviser_id, "")} if adviser_id else None


def _waiting() -> Subquery:
    return union_all(*(part() for part in KINDS.values())).subquery("waiting")


def _row(
    kind: str, id: Any, account_id: Any, title: Any, due_on: Any, at: Any, reason: Any = None, due_at: Any = None
) -> Rows:
    return select(
        literal(kind).label("kind"),
        id.label("id"),
        account_id.label("account_id"),
        title.label("title"),
        due_on.label("due_on"),
        at.label("at"),
        (cast(null(), Text) if reason is None else reason).label("reason"),
        (cast(null(), UtcDateTime) if due_at is None else due_at).label("due_at"),
    )


def _replied_requests() -> Rows:
    row = _row(
        "request_replied",
        Request.id,
        Request.account_id,
        Request.title,
        Request.due_on,
        Request.client_wrote_at,
    )
    return row.where(Request.status == "replied")


def _waiting_cases() -> Rows:
    # By the day on which its next target ends, as UTC counts days; `due_at` tells the moment.
    row = _row(
        "case_waiting",
        Case.id,
        Case.account_id,
        Case.title,
        func.date(Case.next_due_at, type_=Date),
        Case.created_at,
        due_at=Case.next_due_at,
    )
    return row.where(Case.status.in_(OURS))


def _waiting_conversations() -> Rows:
    row = _row(
        "conversation_waiting",
        Conversation.id,
        Conversation.account_id,
        Conversation.title,
        cast(null(), Date),
        Conversation.last_at,
    )
    return row.where(Conversation.awaits_firm)


def _uploaded_documents() -> Rows:
    # What came with an answer is dealt with by dealing with the answer.
    cited = or_(
        exists().where(RequestDocument.document_id == Document.id),
        exists().where(ConversationDocument.document_id == Document.id),
    )
    row = _row(
        "document_uploaded",
        Document.id,
        Document.account_id,
        Document.name,
        cast(null(), Date),
        Document.uploaded_at,
    )
    return row.where(
        Document.origin == "client",
        Document.status == "available",
        ~cited,
        ~exists().where(CaseDocument.document_id == Document.id),
        ~_opened(Document.id, Document.uploaded_at),
        ~_seen("document_uploaded", Document.id, Document.uploaded_at),
    )


def _signed_requests() -> Rows:
    row = _row(
        "request_signed",
        SignRequest.id,
        SignRequest.account_id,
        SignRequest.title,
        cast(null(), Date),
        SignRequest.completed_at,
    )
    return row.where(
        SignRequest.status == "completed",
        ~_opened(SignRequest.document_id, SignRequest.completed_at),
        ~_seen("request_signed", SignRequest.id, SignRequest.completed_at),
    )


def _undeliverable_invitations() -> Rows:
    row = _row(
        "invitation_undeliverable",
        Contact.id,
        Contact.account_id,
        Contact.name,
        cast(null(), Date),
        func.coalesce(Contact.invited_at, Contact.updated_at),
        IdentityUser.delivery_failure["reason"].as_string(),
    )
    return (
        row.join(IdentityUserContact, IdentityUserContact.contact_id == Contact.id)
        .join(IdentityUser, IdentityUser.id == IdentityUserContact.user_id)
        .where(IdentityUser.status == "undeliverable", Contact.portal_user, ~Contact.removed)
    )


def _undeliverable_codes() -> Rows:
    row = _row(
        "code_undeliverable",
        Contact.id,
        Contact.account_id,
        Contact.name,
        cast(null(), Date),
        Contact.updated_at,
        IdentityUser.delivery_failure["reason"].as_string(),
    )
    return (
        row.join(IdentityUserContact, IdentityUserContact.contact_id == Contact.id)
        .join(IdentityUser, IdentityUser.id == IdentityUserContact.user_id)
        .where(IdentityUser.delivery_failure["kind"].as_string() == "sign_in_code")
        .where(IdentityUser.delivery_failure["instead"].as_string().is_(None))  # else staff has dealt with it
        .where(Contact.portal_user, ~Contact.removed)
    )


def _asked_erasures() -> Rows:
    """Return what clients want erased and nobody has decided."""
    row = _row("erasure_asked", Erasure.id, Erasure.account_id, Account.name, cast(null(), Date), Erasure.asked_at)
    return row.where(Erasure.status == "asked", Account.id == Erasure.account_id)


def _opened(document_id: Any, since: Any) -> ColumnElement[bool]:
    return exists().where(
        DocumentOpening.document_id == document_id,
        DocumentOpening.kind == "staff",
        DocumentOpening.at >= since,
    )


def _seen(kind: str, subject_id: Any, since: Any) -> ColumnElement[bool]:
    return exists().where(WorkSeen.kind == kind, WorkSeen.subject_id == subject_id, WorkSeen.at >= since)


KINDS: dict[str, Callable[[], Rows]] = {
    "request_replied": _replied_requests,
    "conversation_waiting": _waiting_conversations,
    "case_waiting": _waiting_cases,
    "document_uploaded": _uploaded_documents,
    "request_signed": _signed_requests,
    "erasure_asked": _asked_erasures,
    "invitation_undeliverable": _undeliverable_invitations,
    "code_undeliverable": _undeliverable_codes,
}

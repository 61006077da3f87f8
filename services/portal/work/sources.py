"""Where the work list looks: each source is a select of the same columns of what waits for the firm."""

from collections.abc import Callable, Iterable
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    Integer,
    Subquery,
    Text,
    Uuid,
    cast,
    exists,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)

from services.chassis.auth import Caller
from services.chassis.columns import UtcDateTime
from services.portal.approvals.models import Approval
from services.portal.approvals.queries import of_newest_version, rejected_by_client
from services.portal.cases.models import OURS, Case, CaseDocument
from services.portal.conversations.models import Conversation, ConversationDocument, ConversationMention
from services.portal.copies.models import (
    Document,
    DocumentOpening,
    IdentityUser,
    IdentityUserContact,
    SignRequest,
    UploadNotice,
)
from services.portal.directory.models import Account, Contact
from services.portal.paging import Rows
from services.portal.privacy.models import Erasure
from services.portal.requests.models import Request, RequestDocument
from services.portal.reviews.models import Review

COLUMNS: dict[str, Any] = {
    "due_on": Date(),
    "at": UtcDateTime(),
    "reason": Text(),
    "due_at": UtcDateTime(),
    "assignee_id": Uuid(),
    "stars": Integer(),
}
"""What a source tells beside kind, id, account and title; what it does not say is null."""


def waiting(caller: Caller, kinds: Iterable[str], *, reviews: bool = True) -> Subquery:
    """Return all of these kinds that waits for the firm, whoever has put it off or dealt with it meanwhile.

    `reviews` is whether the firm takes any: one that it cannot answer does not wait.
    """
    wanted = [kind for kind in kinds if reviews or kind != "review_received"]
    parts = [SOURCES[kind](caller) for kind in wanted] or [_reviews(caller).where(literal(value=False))]
    return union_all(*parts).subquery("waiting")


def _row(kind: str, id: Any, account_id: Any, title: Any, **told: Any) -> Rows:
    named = [(told[name] if name in told else cast(null(), type)).label(name) for name, type in COLUMNS.items()]
    return select(
        literal(kind).label("kind"), id.label("id"), account_id.label("account_id"), title.label("title"), *named
    )


def _replied_requests(caller: Caller) -> Rows:
    row = _row(
        "request_replied",
        Request.id,
        Request.account_id,
        Request.title,
        due_on=Request.due_on,
        at=Request.client_wrote_at,
    )
    return row.where(Request.status == "replied")


def _waiting_cases(caller: Caller) -> Rows:
    # By the day on which its next target ends, as UTC counts days; `due_at` tells the moment.
    row = _row(
        "case_waiting",
        Case.id,
        Case.account_id,
        Case.title,
        due_on=func.date(Case.next_due_at, type_=Date),
        at=func.coalesce(Case.client_wrote_at, Case.created_at),
        due_at=Case.next_due_at,
        assignee_id=Case.assignee_id,
    )
    return row.where(Case.status.in_(OURS))


def _waiting_conversations(caller: Caller) -> Rows:
    row = _row(
        "conversation_waiting",
        Conversation.id,
        Conversation.account_id,
        Conversation.title,
        at=Conversation.last_at,
        assignee_id=Conversation.assignee_id,
    )
    return row.where(Conversation.awaits_firm)


def _mentions(caller: Caller) -> Rows:
    """Return where colleagues called the caller, who has not looked since."""
    row = _row(
        "mentioned",
        Conversation.id,
        Conversation.account_id,
        Conversation.title,
        at=ConversationMention.at,
        assignee_id=ConversationMention.user_id,
    )
    return row.join(ConversationMention, ConversationMention.conversation_id == Conversation.id).where(
        ConversationMention.user_id == caller.id, ConversationMention.done_at.is_(None)
    )


def _uploaded_documents(caller: Caller) -> Rows:
    # What came with an answer is dealt with by dealing with the answer.
    cited = or_(
        exists().where(RequestDocument.document_id == Document.id),
        exists().where(ConversationDocument.document_id == Document.id),
    )
    row = _row("document_uploaded", Document.id, Document.account_id, Document.name, at=Document.uploaded_at)
    return row.where(
        Document.origin == "client",
        Document.status == "available",
        ~cited,
        ~exists().where(CaseDocument.document_id == Document.id),
        ~_opened(Document.id, Document.uploaded_at),
    )


def _upload_notices(caller: Caller) -> Rows:
    """Return where clients said that they are done uploading."""
    return _row("uploads_finished", UploadNotice.id, UploadNotice.account_id, UploadNotice.title, at=UploadNotice.at)


def _signed_requests(caller: Caller) -> Rows:
    row = _row("request_signed", SignRequest.id, SignRequest.account_id, SignRequest.title, at=SignRequest.completed_at)
    return row.where(SignRequest.status == "completed", ~_opened(SignRequest.document_id, SignRequest.completed_at))


def _rejected_documents(caller: Caller) -> Rows:
    row = _row("document_rejected", Approval.document_id, Approval.account_id, Document.name, at=Approval.at)
    return row.join(Document, of_newest_version()).where(rejected_by_client())


def _declined_requests(caller: Caller) -> Rows:
    row = _row(
        "request_declined",
        SignRequest.id,
        SignRequest.account_id,
        SignRequest.title,
        at=func.coalesce(SignRequest.sent_at, SignRequest.created_at),
    )
    return row.where(SignRequest.status == "declined")


def _reviews(caller: Caller) -> Rows:
    row = _row(
        "review_received",
        Review.id,
        Review.account_id,
        func.substr(Review.comment, 1, 200),
        at=Review.updated_at,
        stars=Review.stars,
    )
    return row.where(Review.answered_at.is_(None))


def _undeliverable_invitations(caller: Caller) -> Rows:
    return _undeliverable("invitation_undeliverable", at=func.coalesce(Contact.invited_at, Contact.updated_at)).where(
        IdentityUser.status == "undeliverable"
    )


def _undeliverable_codes(caller: Caller) -> Rows:
    return (
        _undeliverable("code_undeliverable", at=Contact.updated_at)
        .where(IdentityUser.delivery_failure["kind"].as_string() == "sign_in_code")
        .where(IdentityUser.delivery_failure["instead"].as_string().is_(None))  # else staff has dealt with it
    )


def _undeliverable(kind: str, at: Any) -> Rows:
    reason = IdentityUser.delivery_failure["reason"].as_string()
    return (
        _row(kind, Contact.id, Contact.account_id, Contact.name, at=at, reason=reason)
        .join(IdentityUserContact, IdentityUserContact.contact_id == Contact.id)
        .join(IdentityUser, IdentityUser.id == IdentityUserContact.user_id)
        .where(Contact.portal_user, ~Contact.removed)
    )


def _asked_erasures(caller: Caller) -> Rows:
    """Return what clients want erased and nobody has decided."""
    row = _row("erasure_asked", Erasure.id, Erasure.account_id, Account.name, at=Erasure.asked_at)
    return row.where(Erasure.status == "asked", Account.id == Erasure.account_id)


def _opened(document_id: Any, since: Any) -> ColumnElement[bool]:
    return exists().where(
        DocumentOpening.document_id == document_id,
        DocumentOpening.kind == "staff",
        DocumentOpening.at >= since,
    )


SOURCES: dict[str, Callable[[Caller], Rows]] = {
    "request_replied": _replied_requests,
    "conversation_waiting": _waiting_conversations,
    "mentioned": _mentions,
    "case_waiting": _waiting_cases,
    "document_uploaded": _uploaded_documents,
    "uploads_finished": _upload_notices,
    "request_signed": _signed_requests,
    "document_rejected": _rejected_documents,
    "request_declined": _declined_requests,
    "review_received": _reviews,
    "erasure_asked": _asked_erasures,
    "invitation_undeliverable": _undeliverable_invitations,
    "code_undeliverable": _undeliverable_codes,
}

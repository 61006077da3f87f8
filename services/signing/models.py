"""Tables of the signing service. Those named `portal_...` and `identity_...` are copies of what others own."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Double, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint, Uuid, event
from sqlalchemy.orm import Mapped, Mapper, mapped_column, relationship

from services.chassis.database import Id, JsonData, Moment, Ref, UtcDateTime, model_base


class Model(model_base()):  # type: ignore[misc]
    """Base of every table of this service."""

    __abstract__ = True


TRANSITIONS = {
    "preparing": {"draft", "failed", "voided"},
    "draft": {"sent", "voided"},
    "failed": {"voided"},
    "sent": {"signed", "declined", "voided", "expired"},
    "signed": {"completed"},
    "completed": set(),
    "declined": set(),
    "voided": set(),
    "expired": set(),
}
"""What may become of a sign request. Between `signed` and `completed` the worker seals."""

RECIPIENT_TRANSITIONS = {
    "waiting": {"notified"},
    "notified": {"viewed", "declined"},
    "viewed": {"consented", "declined"},
    "consented": {"signed", "declined"},
    "signed": set(),
    "declined": set(),
}

SHOWN_TO_RECIPIENTS = ("sent", "signed", "completed", "declined", "voided", "expired")
ROLES = ("signer", "copy")
FIELD_TYPES = ("signature", "initials", "date", "text", "checkbox")


class SignRequest(Model):
    """One document to be signed, from its making to the sealed file."""

    __tablename__ = "sign_requests"
    __table_args__ = (Index("ix_sign_requests_account", "account_id", "id"),)

    id: Mapped[Id]
    account_id: Mapped[Ref]
    document_id: Mapped[Ref]
    title: Mapped[str] = mapped_column(String(200))
    message: Mapped[str] = mapped_column(Text, default="")
    status: Mapped[str] = mapped_column(String(20), default="preparing")
    failure: Mapped[str | None] = mapped_column(String(40))
    due_on: Mapped[date | None]
    created_by: Mapped[JsonData]
    created_at: Mapped[Moment]
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    close_reason: Mapped[str | None] = mapped_column(String(1000))
    completed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    document_sha256: Mapped[str | None] = mapped_column(String(64))
    document_size: Mapped[int | None] = mapped_column(BigInteger)
    pages: Mapped[JsonData] = mapped_column(default=list)
    sealed_sha256: Mapped[str | None] = mapped_column(String(64), index=True)
    sealed_size: Mapped[int | None] = mapped_column(BigInteger)
    seal_key_id: Mapped[UUID | None] = mapped_column(ForeignKey("seal_keys.id"))
    version: Mapped[int] = mapped_column(default=1)

    recipients: Mapped[list["Recipient"]] = relationship(
        order_by="(Recipient.order, Recipient.id)", cascade="all, delete-orphan", lazy="selectin"
    )
    fields: Mapped[list["Field"]] = relationship(
        order_by="(Field.page, Field.y, Field.x, Field.id)", cascade="all, delete-orphan", lazy="selectin"
    )

    def state(self) -> dict[str, Any]:
        """Return the public state that every event of this sign request carries."""
        names = (
            "id account_id document_id title message status failure due_on created_by created_at sent_at "
            "document_sha256 version"
        )
        state = {name: getattr(self, name) for name in names.split()}
        return state | {"pages": len(self.pages), "recipients": [recipient.state() for recipient in self.recipients]}


class Recipient(Model):
    """One who signs or gets a copy, and how far they are. Name and address are those at the time of the plan."""

    __tablename__ = "recipients"
    __table_args__ = (UniqueConstraint("sign_request_id", "contact_id"), Index("ix_recipients_contact", "contact_id"))

    id: Mapped[Id]
    sign_request_id: Mapped[Ref] = mapped_column(ForeignKey("sign_requests.id", ondelete="CASCADE"))
    contact_id: Mapped[Ref]
    user_id: Mapped[UUID | None] = mapped_column(Uuid)
    name: Mapped[str] = mapped_column(String(200))
    email: Mapped[str] = mapped_column(String(320))
    locale: Mapped[str] = mapped_column(String(10))
    role: Mapped[str] = mapped_column(String(20))
    order: Mapped[int] = mapped_column("signing_order")
    status: Mapped[str] = mapped_column(String(20), default="waiting")
    notified_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    viewed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    signed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    @property
    def is_done(self) -> bool:
        """Return whether nothing more is expected of them."""
        return self.role == "copy" or self.status == "signed"

    def state(self) -> dict[str, Any]:
        """Return what events tell of a recipient."""
        names = "id contact_id user_id name email role order status signed_at"
        return {name: getattr(self, name) for name in names.split()}


class Field(Model):
    """A place to fill in: in points from the top left corner of the page as displayed."""

    __tablename__ = "fields"
    __table_args__ = (Index("ix_fields_sign_request", "sign_request_id"),)

    id: Mapped[Id]
    sign_request_id: Mapped[Ref] = mapped_column(ForeignKey("sign_requests.id", ondelete="CASCADE"))
    recipient_id: Mapped[Ref] = mapped_column(ForeignKey("recipients.id", ondelete="CASCADE"))
    type: Mapped[str] = mapped_column(String(20))
    page: Mapped[int]
    x: Mapped[float] = mapped_column(Double)
    y: Mapped[float] = mapped_column(Double)
    width: Mapped[float] = mapped_column(Double)
    height: Mapped[float] = mapped_column(Double)
    required: Mapped[bool] = mapped_column(default=True)
    label: Mapped[str] = mapped_column(String(100), default="")


class Value(Model):
    """What a signer filled in. `drawing` is a transparent PNG; `font` that of a typed signature."""

    __tablename__ = "field_values"

    field_id: Mapped[Ref] = mapped_column(ForeignKey("fields.id"), primary_key=True)
    text: Mapped[str] = mapped_column(Text, default="")
    font: Mapped[str | None] = mapped_column(String(20))
    drawing: Mapped[bytes | None] = mapped_column(LargeBinary)
    checked: Mapped[bool] = mapped_column(default=False)


class DisclosureText(Model):
    """A disclosure word for word, as somebody agreed to it: it can be printed for as long as the consent counts."""

    __tablename__ = "disclosure_texts"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    version: Mapped[str] = mapped_column(String(20))
    locale: Mapped[str] = mapped_column(String(10))
    text: Mapped[str] = mapped_column(Text)


class Consent(Model):
    """A signer's agreement to sign this very file electronically. Address and program are as the gateway saw them."""

    __tablename__ = "consents"

    id: Mapped[Id]
    sign_request_id: Mapped[Ref] = mapped_column(ForeignKey("sign_requests.id"))
    recipient_id: Mapped[Ref] = mapped_column(ForeignKey("recipients.id"), unique=True)
    disclosure_version: Mapped[str] = mapped_column(String(20))
    disclosure_sha256: Mapped[str] = mapped_column(ForeignKey("disclosure_texts.sha256"))
    locale: Mapped[str] = mapped_column(String(10))
    document_sha256: Mapped[str] = mapped_column(String(64))
    at: Mapped[Moment]
    ip: Mapped[str] = mapped_column(String(45))
    user_agent: Mapped[str] = mapped_column(String(500))


class Signature(Model):
    """That a recipient signed, once, and how they had proved who they are."""

    __tablename__ = "signatures"
    __table_args__ = (UniqueConstraint("sign_request_id", "recipient_id"),)

    id: Mapped[Id]
    sign_request_id: Mapped[Ref] = mapped_column(ForeignKey("sign_requests.id"))
    recipient_id: Mapped[Ref] = mapped_column(ForeignKey("recipients.id"))
    document_sha256: Mapped[str] = mapped_column(String(64))
    at: Mapped[Moment]
    user_id: Mapped[Ref]
    session_id: Mapped[str] = mapped_column(String(100))
    methods: Mapped[JsonData]
    authenticated_at: Mapped[Moment]
    ip: Mapped[str] = mapped_column(String(45))
    user_agent: Mapped[str] = mapped_column(String(500))


class AuditEvent(Model):
    """One step of a sign request, tied to the one before by its hash. Steps are only added."""

    __tablename__ = "audit_events"
    __table_args__ = (UniqueConstraint("sign_request_id", "sequence"),)

    id: Mapped[Id]
    sign_request_id: Mapped[Ref] = mapped_column(ForeignKey("sign_requests.id"))
    sequence: Mapped[int]
    at: Mapped[Moment]
    action: Mapped[str] = mapped_column(String(40))
    actor: Mapped[JsonData]
    details: Mapped[JsonData]
    previous_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))


class SealKeyRecord(Model):
    """A key of this installation's seal. The private key is sealed for this service; old ones stay to verify by."""

    __tablename__ = "seal_keys"
    __table_args__ = (UniqueConstraint("common_name", "generation"),)

    id: Mapped[Id]
    common_name: Mapped[str] = mapped_column(String(64))
    generation: Mapped[int] = mapped_column(default=1)
    certificate: Mapped[bytes] = mapped_column(LargeBinary)
    sealed_key: Mapped[str] = mapped_column(Text)
    created_at: Mapped[Moment]


class PortalAccount(Model):
    """Copy of portal's account."""

    __tablename__ = "portal_accounts"

    id: Mapped[Ref] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    status: Mapped[str] = mapped_column(String(20))
    adviser_id: Mapped[UUID | None] = mapped_column(Uuid, index=True)
    version: Mapped[int]


class PortalContact(Model):
    """Copy of portal's contact: who can be asked to sign, and where they are reached.

    `role` is None in copies of before it was kept, until the contact's next change.
    """

    __tablename__ = "portal_contacts"
    __table_args__ = (Index("ix_portal_contacts_account", "account_id"),)

    id: Mapped[Ref] = mapped_column(primary_key=True)
    account_id: Mapped[Ref]
    name: Mapped[str] = mapped_column(String(200))
    email: Mapped[str] = mapped_column(String(320))
    locale: Mapped[str] = mapped_column(String(10))
    timezone: Mapped[str] = mapped_column(String(64))
    portal_user: Mapped[bool]
    removed: Mapped[bool]
    role: Mapped[str | None] = mapped_column(String(20))
    version: Mapped[int]


class PortalSettings(Model):
    """Copy of the firm's settings: who seals, and whom the disclosure names. One row, `id` 1."""

    __tablename__ = "portal_settings"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    firm_name: Mapped[str] = mapped_column(String(200))
    legal_name: Mapped[str] = mapped_column(String(200))
    address: Mapped[str] = mapped_column(Text)
    phone: Mapped[str] = mapped_column(String(50))
    email: Mapped[str] = mapped_column(String(320))
    website: Mapped[str] = mapped_column(String(300))
    locale: Mapped[str] = mapped_column(String(10))
    timezone: Mapped[str] = mapped_column(String(64))
    version: Mapped[int]


class IdentityUser(Model):
    """Copy of identity's user."""

    __tablename__ = "identity_users"

    id: Mapped[Ref] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(200))
    email: Mapped[str] = mapped_column(String(320))
    locale: Mapped[str] = mapped_column(String(10))
    status: Mapped[str] = mapped_column(String(20))
    version: Mapped[int]


class IdentityUserContact(Model):
    """As which contacts a user of identity acts; part of the copy of that user."""

    __tablename__ = "identity_user_contacts"

    user_id: Mapped[Ref] = mapped_column(primary_key=True)
    contact_id: Mapped[Ref] = mapped_column(primary_key=True, index=True)


class EvidenceIsKept(RuntimeError):
    """Something tried to change or remove evidence, which is only ever added."""


def _refuse(_mapper: Mapper[Any], _connection: Any, target: Any) -> None:
    raise EvidenceIsKept(f"{type(target).__name__} is evidence")


for kept in (AuditEvent, Consent, Signature, DisclosureText):
    event.listen(kept, "before_update", _refuse)
    event.listen(kept, "before_delete", _refuse)

"""Tables copied from identity, documents and signing, kept up to date by their events."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from services.chassis.columns import Json
from services.chassis.database import Id, JsonData, Moment, Ref
from services.portal.models import Model


class IdentityUser(Model):
    """A person who may sign in."""

    __tablename__ = "identity_users"

    id: Mapped[Id]
    kind: Mapped[str] = mapped_column(String(20))
    email: Mapped[str] = mapped_column(String(254))
    name: Mapped[str] = mapped_column(String(300))
    status: Mapped[str] = mapped_column(String(20), index=True)
    delivery_failure: Mapped[dict[str, Any] | None] = mapped_column(Json)
    invitation_expires_at: Mapped[Moment | None]
    version: Mapped[int]


class IdentityUserContact(Model):
    """Which contacts a user is: one a company."""

    __tablename__ = "identity_user_contacts"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("identity_users.id"), primary_key=True)
    contact_id: Mapped[Ref] = mapped_column(primary_key=True, index=True)
    account_id: Mapped[Ref] = mapped_column(index=True)


class Document(Model):
    """A document of an account."""

    __tablename__ = "documents_documents"

    id: Mapped[Id]
    account_id: Mapped[Ref]
    name: Mapped[str] = mapped_column(Text)
    content_type: Mapped[str] = mapped_column(String(200))
    size: Mapped[int] = mapped_column(BigInteger)
    status: Mapped[str] = mapped_column(String(20))
    origin: Mapped[str] = mapped_column(String(20))
    shared: Mapped[bool]
    shared_at: Mapped[Moment | None]
    uploaded_by: Mapped[JsonData]
    uploaded_at: Mapped[Moment]
    sign_request_id: Mapped[Ref | None]
    request_id: Mapped[Ref | None] = mapped_column(index=True)
    version_number: Mapped[int]
    version: Mapped[int]

    __table_args__ = (
        Index("ix_documents_documents_account_id", "account_id", "shared_at"),
        Index("ix_documents_documents_origin", "origin", "uploaded_at"),
    )


class DocumentOpening(Model):
    """When a person last opened a document. `id` is made of both, `version` of the moment."""

    __tablename__ = "documents_openings"

    id: Mapped[Id]
    document_id: Mapped[Ref] = mapped_column(index=True)
    user_id: Mapped[Ref]
    kind: Mapped[str] = mapped_column(String(20))
    at: Mapped[Moment]
    version: Mapped[int] = mapped_column(BigInteger)


class UploadNotice(Model):
    """A client said that everything is sent: so many documents since the time before, by name in `title`."""

    __tablename__ = "documents_upload_notices"

    id: Mapped[Id]
    account_id: Mapped[Ref] = mapped_column(index=True)
    title: Mapped[str] = mapped_column(String(300))
    count: Mapped[int]
    at: Mapped[Moment]
    version: Mapped[int]


class SignRequest(Model):
    """A document to be signed."""

    __tablename__ = "signing_sign_requests"

    id: Mapped[Id]
    account_id: Mapped[Ref]
    document_id: Mapped[Ref]
    title: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(String(20))
    pages: Mapped[int | None]
    due_on: Mapped[date | None]
    created_by: Mapped[JsonData]
    created_at: Mapped[Moment]
    sent_at: Mapped[Moment | None]
    completed_at: Mapped[Moment | None]
    version: Mapped[int]

    __table_args__ = (
        Index("ix_signing_sign_requests_account_id", "account_id", "created_at"),
        Index("ix_signing_sign_requests_status", "status", "created_at"),
    )


class SignRecipient(Model):
    """A person whose signature or attention a sign request asks for."""

    __tablename__ = "signing_recipients"

    id: Mapped[Id]
    sign_request_id: Mapped[UUID] = mapped_column(ForeignKey("signing_sign_requests.id"), index=True)
    contact_id: Mapped[Ref] = mapped_column(index=True)
    role: Mapped[str] = mapped_column(String(20))
    status: Mapped[str] = mapped_column(String(20))

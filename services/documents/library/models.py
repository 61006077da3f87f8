"""Documents, their versions, and who did and read what."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, String, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from services.chassis.database import Id, Json, JsonData, Moment, Ref, UtcDateTime
from services.documents.models import Model

TRANSITIONS = {
    "available": {"deleted", "quarantined"},
    "deleted": {"available", "quarantined"},
    "quarantined": {"available", "deleted"},
}


class Document(Model):
    """One document of a client's account, with the facts of its newest version beside it.

    The levels are those of its folder for each role (`services.documents.folders`), here so that every query has them
    at hand; `tags_text` is the tags as lists are searched.
    """

    __tablename__ = "documents"
    __table_args__ = (
        Index("ix_documents_account", "account_id", "changed_at", "id"),
        Index("ix_documents_changed", "changed_at", "id"),
        Index("ix_documents_request", "request_id"),
        Index("ix_documents_folder", "account_id", "folder_id", "changed_at", "id"),
        Index("ix_documents_folder_name", "account_id", "folder_id", "search_name", "id"),
    )

    id: Mapped[Id]
    account_id: Mapped[Ref]
    name: Mapped[str] = mapped_column(String(200))
    search_name: Mapped[str] = mapped_column(String(200))
    status: Mapped[str] = mapped_column(String(20), default="available")
    origin: Mapped[str] = mapped_column(String(20))
    shared: Mapped[bool] = mapped_column(default=False)
    shared_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    uploaded_by: Mapped[JsonData]
    uploaded_at: Mapped[Moment]
    changed_at: Mapped[Moment]
    request_id: Mapped[UUID | None] = mapped_column(Uuid)
    sign_request_id: Mapped[UUID | None] = mapped_column(Uuid)
    version_number: Mapped[int] = mapped_column(default=1)
    content_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(String(64))
    folder_id: Mapped[UUID | None] = mapped_column(Uuid)
    owner_level: Mapped[int] = mapped_column(default=2, server_default="2")
    member_level: Mapped[int] = mapped_column(default=2, server_default="2")
    tags: Mapped[list[str] | None] = mapped_column(Json)
    tags_text: Mapped[str] = mapped_column(String(1000), default="", server_default="")
    scan: Mapped[str | None] = mapped_column(String(20))
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version, "version_id_generator": False}

    def state(self) -> dict[str, Any]:
        """Return the public state that every event of this document carries."""
        names = (
            "id account_id name content_type size sha256 status origin shared shared_at uploaded_by uploaded_at "
            "sign_request_id request_id version_number version folder_id"
        )
        roles = [role for role in ("owner", "member") if getattr(self, f"{role}_level") > 0]
        return {name: getattr(self, name) for name in names.split()} | {"tags": self.tags or [], "client_roles": roles}


class Version(Model):
    """The bytes of a document at one time; they never change."""

    __tablename__ = "versions"
    __table_args__ = (
        UniqueConstraint("document_id", "number"),
        UniqueConstraint("blob_key"),
    )

    id: Mapped[Id]
    document_id: Mapped[Ref] = mapped_column(ForeignKey("documents.id", ondelete="CASCADE"))
    number: Mapped[int]
    content_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(String(64))
    blob_key: Mapped[str] = mapped_column(String(200))
    origin: Mapped[str] = mapped_column(String(20))
    created_by: Mapped[JsonData]
    created_at: Mapped[Moment]
    scan: Mapped[str | None] = mapped_column(String(20))


class Entry(Model):
    """One line of a document's history: who did or opened what, and when. Lines are only added."""

    __tablename__ = "history"
    __table_args__ = (Index("ix_history_document", "document_id", "id"),)

    id: Mapped[Id]
    document_id: Mapped[Ref] = mapped_column(ForeignKey("documents.id", ondelete="CASCADE"))
    at: Mapped[Moment]
    action: Mapped[str] = mapped_column(String(20))
    by: Mapped[JsonData]
    version_number: Mapped[int | None]
    how: Mapped[str | None] = mapped_column(String(20))
    detail: Mapped[Any | None] = mapped_column(Json)


class Reader(Model):
    """A person who has opened a document, and the newest version that they have seen."""

    __tablename__ = "readers"

    document_id: Mapped[Ref] = mapped_column(ForeignKey("documents.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[Ref] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(200))
    first_at: Mapped[Moment]
    version_number: Mapped[int]

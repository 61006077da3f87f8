"""Links to a document or a folder, and who used one."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from services.chassis.database import Id, JsonData, Moment, Ref, UtcDateTime
from services.chassis.database import Json as JsonColumn
from services.documents.models import Model


class ShareLink(Model):
    """A link to one document, or to what lies in one folder. Of its token only the hash is kept (threat 2)."""

    __tablename__ = "share_links"
    __table_args__ = (
        Index("ix_share_links_document", "document_id"),
        Index("ix_share_links_account", "account_id"),
        Index("ix_share_links_token", "token_hash", unique=True),
        Index("ix_share_links_made_key", "made_key", unique=True),
    )

    id: Mapped[Id]
    account_id: Mapped[Ref]
    document_id: Mapped[UUID | None] = mapped_column(Uuid, ForeignKey("documents.id", ondelete="CASCADE"))
    folder_id: Mapped[UUID | None] = mapped_column(Uuid)
    name: Mapped[str] = mapped_column(String(200))
    note: Mapped[str] = mapped_column(String(200))
    token_hash: Mapped[str] = mapped_column(String(64))
    password_hash: Mapped[str | None] = mapped_column(String(200))
    made_key: Mapped[str | None] = mapped_column(String(64))
    created_by: Mapped[JsonData]
    created_at: Mapped[Moment]
    expires_at: Mapped[Moment]
    most_downloads: Mapped[int | None]
    downloads: Mapped[int] = mapped_column(default=0)
    last_used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    tries: Mapped[int] = mapped_column(default=0)
    tries_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoked_by: Mapped[dict[str, Any] | None] = mapped_column(JsonColumn)
    version: Mapped[int] = mapped_column(default=1)

    def state(self) -> dict[str, Any]:
        """Return what events tell of this link: nothing by which it could be used."""
        names = "id account_id document_id folder_id name created_by created_at expires_at version"
        return {name: getattr(self, name) for name in names.split()}


class ShareUse(Model):
    """One use of a link: a download, or a password that was wrong. Lines are only added."""

    __tablename__ = "share_uses"
    __table_args__ = (Index("ix_share_uses_link", "link_id", "id"),)

    id: Mapped[Id]
    link_id: Mapped[Ref] = mapped_column(ForeignKey("share_links.id", ondelete="CASCADE"))
    at: Mapped[Moment]
    what: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(200))
    version_number: Mapped[int | None]
    address: Mapped[str] = mapped_column(String(45))

"""Folders and the firm's choice of those that a new client gets."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Integer, String, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from services.chassis.database import Id, JsonData, Moment, Ref, UtcDateTime
from services.documents.models import Model

LEVELS = {"none": 0, "view": 1, "upload": 2}
"""What a folder lets a client's person do, from nothing (private to staff) to adding documents."""
ROLES = ("owner", "member")
"""The roles that work with documents (B4); the others have no documents at all."""
MAX_DEPTH = 8
MAX_FOLDERS = 1000
"""Of one client: a tree of all of them is one answer."""


class Folder(Model):
    """A folder of a client. `rights` are its own (none: as its parent), the levels what comes of all above it.

    `place` is the parent or, at the top, the account: within it a name stands once. A removed folder stays as a row,
    so that a document that is restored finds its way back.
    """

    __tablename__ = "folders"
    __table_args__ = (
        UniqueConstraint("place", "search_name"),
        Index("ix_folders_account", "account_id"),
        Index("ix_folders_parent", "parent_id"),
    )

    id: Mapped[Id]
    account_id: Mapped[Ref]
    parent_id: Mapped[UUID | None] = mapped_column(Uuid, ForeignKey("folders.id"))
    place: Mapped[Ref]
    name: Mapped[str] = mapped_column(String(200))
    search_name: Mapped[str] = mapped_column(String(200))
    depth: Mapped[int]
    rights: Mapped[JsonData]
    owner_level: Mapped[int]
    member_level: Mapped[int]
    default_id: Mapped[UUID | None] = mapped_column(Uuid)
    created_by: Mapped[JsonData]
    created_at: Mapped[Moment]
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}

    def levels(self) -> dict[str, int]:
        """Return what each role may do in it."""
        return {role: getattr(self, f"{role}_level") for role in ROLES}


class DefaultFolder(Model):
    """A folder that each new client gets, named in the client's language."""

    __tablename__ = "default_folders"

    id: Mapped[Id]
    position: Mapped[int]
    names: Mapped[JsonData]
    rights: Mapped[JsonData]

    def name_in(self, locale: str) -> str:
        """Return its name in that language, or else in the first that has one."""
        names: dict[str, Any] = self.names
        return str(names.get(locale) or next(iter(names.values())))


class LibrarySettings(Model):
    """What the firm chose for the library. One row, `id` 1. `version` counts the changes of the default folders too."""

    __tablename__ = "library_settings"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    bin_days: Mapped[int]
    version: Mapped[int]

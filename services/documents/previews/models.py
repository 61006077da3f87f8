"""What is known of a version's pages, and the files that were made of them."""

from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.chassis.columns import Json
from services.chassis.database import Id, Moment, Ref
from services.documents.models import Model


class Preview(Model):
    """The sizes of a version's pages, or the `reason` why it cannot be shown."""

    __tablename__ = "previews"

    version_id: Mapped[Ref] = mapped_column(ForeignKey("versions.id", ondelete="CASCADE"), primary_key=True)
    pages: Mapped[list[Any]] = mapped_column(Json)
    reason: Mapped[str | None] = mapped_column(String(40))
    made_at: Mapped[Moment]


class PreviewFile(Model):
    """A stored file of a version: a page `w800` or `w1600` pixels wide, or the `text` of a part's pages.

    The row outlives its version, so that the timer knows which stored file has to go with it.
    """

    __tablename__ = "preview_files"
    __table_args__ = (
        UniqueConstraint("version_id", "kind", "page", name="uq_preview_files_version_id"),
        UniqueConstraint("blob_key"),
    )

    id: Mapped[Id]
    version_id: Mapped[UUID | None] = mapped_column(ForeignKey("versions.id", ondelete="SET NULL"))
    kind: Mapped[str] = mapped_column(String(10))
    page: Mapped[int]
    blob_key: Mapped[str] = mapped_column(String(200))
    size: Mapped[int] = mapped_column(BigInteger)
    made_at: Mapped[Moment]

"""What clients said about having sent everything."""

from uuid import UUID

from sqlalchemy import Index, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from services.chassis.database import Id, JsonData, Moment, Ref
from services.documents.models import Model


class UploadNotice(Model):
    """A client said that they are done uploading; `documents` came since they said so before."""

    __tablename__ = "upload_notices"
    __table_args__ = (Index("ix_upload_notices_account", "account_id", "at"),)

    id: Mapped[Id]
    account_id: Mapped[Ref]
    request_id: Mapped[UUID | None] = mapped_column(Uuid)
    by: Mapped[JsonData]
    at: Mapped[Moment]
    documents: Mapped[int]

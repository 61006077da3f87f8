"""Stored bytes whose document is gone."""

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from services.chassis.database import Id, Moment
from services.documents.models import Model


class DoomedFile(Model):
    """Bytes to be removed: written with the deletion of their document's row, gone once the bytes are."""

    __tablename__ = "doomed_files"

    id: Mapped[Id]
    blob_key: Mapped[str] = mapped_column(String(200))
    at: Mapped[Moment]

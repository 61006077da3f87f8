"""An import of clients, the file as long as it is needed, and what was wrong with its lines."""

from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from services.chassis.database import Id, JsonData, Moment
from services.portal.models import Model

STATUSES = ("uploaded", "checking", "checked", "importing", "done", "cancelled", "failed")
TRANSITIONS = {
    "uploaded": ("checking", "cancelled"),
    "checking": ("checked", "cancelled", "failed"),
    "checked": ("checking", "importing", "cancelled"),
    "importing": ("done", "cancelled", "failed"),
    "done": (),
    "cancelled": (),
    "failed": (),
}
RUNNING = ("checking", "importing")
OVER = ("done", "cancelled", "failed")
COUNTS = ("new", "updated", "same", "bad")


class ClientImport(Model):
    """One import. `position` (bytes) and `line` say how far it is: each batch moves them in its own transaction.

    `mapping` is the field of each column, "" for one that is left out. `counts` says what became of the lines so far:
    new, updated, same (already there as the file says), bad. While it runs a worker holds it by `leased_until`.
    """

    __tablename__ = "client_imports"

    id: Mapped[Id]
    file_name: Mapped[str] = mapped_column(String(200))
    status: Mapped[str] = mapped_column(String(20))
    encoding: Mapped[str] = mapped_column(String(20))
    separator: Mapped[str] = mapped_column(String(1))
    header: Mapped[JsonData]
    samples: Mapped[JsonData]
    mapping: Mapped[JsonData]
    options: Mapped[JsonData]
    size: Mapped[int]
    lines: Mapped[int]
    position: Mapped[int]
    line: Mapped[int]
    counts: Mapped[JsonData]
    by: Mapped[JsonData]
    created_at: Mapped[Moment]
    started_at: Mapped[Moment | None]
    finished_at: Mapped[Moment | None]
    leased_until: Mapped[Moment | None]

    __table_args__ = (Index("ix_client_imports_status", "status", "id"),)


class ClientImportPart(Model):
    """A piece of the file, in UTF-8. Here and not in a folder: the worker may stand on another machine."""

    __tablename__ = "client_import_parts"

    import_id: Mapped[UUID] = mapped_column(ForeignKey("client_imports.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    data: Mapped[bytes] = mapped_column(LargeBinary)


class ClientImportFault(Model):
    """What is wrong with a line of the file: in which column, and why."""

    __tablename__ = "client_import_faults"

    import_id: Mapped[UUID] = mapped_column(ForeignKey("client_imports.id", ondelete="CASCADE"), primary_key=True)
    line: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    column: Mapped[str] = mapped_column(String(200))
    reason: Mapped[str] = mapped_column(String(300))


class ClientImportKey(Model):
    """What a dry run has seen already: a second line about the same client is no second client."""

    __tablename__ = "client_import_keys"

    import_id: Mapped[UUID] = mapped_column(ForeignKey("client_imports.id", ondelete="CASCADE"), primary_key=True)
    key: Mapped[str] = mapped_column(String(300), primary_key=True)

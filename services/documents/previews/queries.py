"""What is known of previews."""

from uuid import UUID

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import Session

from services.chassis import clock
from services.chassis.auth import Caller
from services.documents.library.models import Document, Entry, Version
from services.documents.previews.drawing import KINDS, WIDTHS
from services.documents.previews.models import Preview, PreviewFile
from services.documents.previews.policy import READING, YOUNG
from services.documents.scanning.readiness import open_versions


def preview_of(session: Session, version_id: UUID) -> Preview | None:
    """Return what is known of a version's pages, if they were looked at before."""
    return session.get(Preview, version_id)


def file_of(session: Session, version_id: UUID, kind: str, page: int) -> PreviewFile | None:
    """Return the stored file of a page (or part) of a version, if it was made before."""
    wanted = (PreviewFile.version_id == version_id, PreviewFile.kind == kind, PreviewFile.page == page)
    return session.scalars(select(PreviewFile).where(*wanted)).one_or_none()


def reads_already(session: Session, caller: Caller, document_id: UUID, number: int) -> bool:
    """Return whether the history has it already that this person looks at the version."""
    statement = select(Entry.id).where(
        Entry.document_id == document_id,
        Entry.action == "opened",
        Entry.how == "preview",
        Entry.version_number == number,
        Entry.by["id"].as_string() == str(caller.id),
        Entry.at > clock.now() - READING,
    )
    return session.scalars(statement.limit(1)).first() is not None


def made_ahead(limit: int) -> Select[UUID, str, str, int]:
    """Return the select of newest versions that clients were shown lately and of which no preview was made."""
    return (
        select(Version.id, Version.blob_key, Version.content_type, Version.size)
        .join(Document, (Document.id == Version.document_id) & (Document.version_number == Version.number))
        .where(
            Document.changed_at > clock.now() - YOUNG,
            Document.shared,
            Document.status == "available",
            open_versions(),
            Version.content_type.in_(KINDS),
            ~exists().where(PreviewFile.version_id == Version.id, PreviewFile.kind == f"w{WIDTHS[0]}"),
            ~exists().where(Preview.version_id == Version.id, Preview.reason.is_not(None)),
        )
        .order_by(Document.changed_at)
        .limit(limit)
    )

"""What a change of a document leaves behind: its new state, a line of its history, an event."""

from typing import Any

from sqlalchemy.orm import Session

from services.chassis import clock, outbox
from services.chassis.columns import new_id
from services.chassis.problems import conflict
from services.documents.folders.models import LEVELS, ROLES, Folder
from services.documents.library.models import TRANSITIONS, Document, Entry

Person = dict[str, Any]


def require_available(document: Document) -> None:
    """Raise 409 for a document that lies in the recycle bin or in quarantine."""
    if document.status != "available":
        raise conflict("illegal_transition", f"The document is {document.status}.")


def move(document: Document, status: str) -> None:
    """Bring a document into another status; raise 409 where it may not go there."""
    if status not in TRANSITIONS[document.status]:
        raise conflict("illegal_transition", f"The document is {document.status} and cannot become {status}.")
    change(document)
    document.status = status


def change(document: Document) -> None:
    """Count a change."""
    document.version += 1
    document.changed_at = clock.now()


def is_private(document: Document) -> bool:
    """Return whether it lies where no client looks."""
    return not (document.owner_level or document.member_level)


def levels(folder: Folder | None) -> dict[str, int]:
    """Return the levels that a document has in `folder` (none: where all begins), as its columns."""
    levels = folder.levels() if folder else dict.fromkeys(ROLES, LEVELS["upload"])
    return {f"{role}_level": level for role, level in levels.items()}


def tell(
    session: Session,
    document: Document,
    what: str,
    by: Person,
    more: dict[str, Any] | None = None,
    detail: dict[str, Any] | None = None,
) -> None:
    """Note what `by` did in the history of a document, and record the event of it."""
    session.add(
        Entry(
            id=new_id(),
            document_id=document.id,
            at=document.changed_at,
            action=what,
            by=by,
            version_number=document.version_number,
            detail=detail,
        )
    )
    record(session, document, what, more or {})


def record(session: Session, document: Document, what: str, more: dict[str, Any]) -> None:
    """Record the event of a change, with the whole state of the document."""
    session.flush()
    outbox.record(
        session,
        f"documents.document.{what}.v1",
        subject=document.id,
        version=document.version,
        data=document.state() | more,
    )

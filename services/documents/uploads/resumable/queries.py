"""Reads of uploads that come in parts."""

from collections.abc import Iterator
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.chassis import clock
from services.chassis.auth import Caller
from services.chassis.problems import not_found
from services.documents.uploads.resumable.models import ResumableUpload, UploadPart


def get_upload(session: Session, caller: Caller, upload_id: UUID) -> ResumableUpload:
    """Return an upload that `caller` began and may go on with; raise a 404 `Problem` for any other."""
    statement = select(ResumableUpload).where(
        ResumableUpload.id == upload_id,
        ResumableUpload.user_id == caller.id,
        ResumableUpload.expires_at > clock.now(),
    )
    if caller.is_client:
        statement = statement.where(ResumableUpload.account_id == caller.account_id)
    found = session.scalars(statement).one_or_none()
    if found is None:
        raise not_found("This upload")
    return found


def earlier(session: Session, caller: Caller, key: str) -> ResumableUpload | None:
    """Return what an idempotency key began before."""
    return session.scalars(
        select(ResumableUpload).where(ResumableUpload.user_id == caller.id, ResumableUpload.idempotency_key == key)
    ).one_or_none()


def stored_parts(session: Session, upload_id: UUID) -> list[UploadPart]:
    """Return the parts that count, in their order."""
    statement = select(UploadPart).where(UploadPart.upload_id == upload_id, UploadPart.size.is_not(None))
    return list(session.scalars(statement.order_by(UploadPart.start)))


def over(session: Session) -> Iterator[UUID]:
    """Yield the uploads whose time is over."""
    yield from session.scalars(select(ResumableUpload.id).where(ResumableUpload.expires_at <= clock.now())).all()

"""Reads of quotas: how much is taken, and how much there may be."""

from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.chassis import clock
from services.chassis.problems import Problem
from services.documents.copies.models import PortalAccount
from services.documents.library.models import Document, Version
from services.documents.quotas.models import EVERY_CLIENT, Quota
from services.documents.uploads.resumable.models import ResumableUpload


def usage(session: Session, account_id: UUID) -> dict[str, Any]:
    """Return what the documents of an account take with all their versions, and what they may: its own, or all's."""
    own, firm = session.get(Quota, account_id), session.get(Quota, EVERY_CLIENT)
    quota = own or firm
    return {
        "account_id": account_id,
        "used": _used(session, account_id),
        "quota": quota.bytes if quota else None,
        "own": own is not None,
        "default": firm.bytes if firm else None,
    }


def firm_default(session: Session) -> dict[str, Any]:
    """Return what holds for clients without a quota of their own."""
    quota = session.get(Quota, EVERY_CLIENT)
    return {"bytes": quota.bytes if quota else None}


def check_room(
    session: Session, account_id: UUID, size: int, *, filing: UUID | None = None, lock: bool = False
) -> None:
    """Raise a 413 `Problem` where `size` more bytes are above the account's quota.

    Uploads that have begun count with their whole size, except the one that is being filed. With `lock` uploads of
    the account that are filed at once wait for each other, so that they are counted.
    """
    quota = session.get(Quota, account_id) or session.get(Quota, EVERY_CLIENT)
    if quota is None or quota.bytes is None:
        return
    if lock:
        session.execute(select(PortalAccount.id).where(PortalAccount.id == account_id).with_for_update())
    used = _used(session, account_id)
    if used + _on_the_way(session, account_id, filing) + size > quota.bytes:
        detail = f"This client's documents may take {quota.bytes} bytes, and {used} are taken."
        raise Problem(413, "quota_exceeded", "There is no more room", detail, quota=quota.bytes, used=used)


def _used(session: Session, account_id: UUID) -> int:
    total = select(func.coalesce(func.sum(Version.size), 0)).join(Document, Document.id == Version.document_id)
    return int(session.scalar(total.where(Document.account_id == account_id)) or 0)


def _on_the_way(session: Session, account_id: UUID, filing: UUID | None) -> int:
    total = select(func.coalesce(func.sum(ResumableUpload.size), 0)).where(
        ResumableUpload.account_id == account_id,
        ResumableUpload.document_id.is_(None),
        ResumableUpload.expires_at > clock.now(),
    )
    if filing:
        total = total.where(ResumableUpload.id != filing)
    return int(session.scalar(total) or 0)

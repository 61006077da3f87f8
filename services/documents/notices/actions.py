"""Telling the firm that all is sent."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.chassis import clock, outbox
from services.chassis.auth import Caller
from services.chassis.columns import new_id
from services.chassis.problems import forbidden, not_found
from services.documents.copies.models import PortalAccount
from services.documents.library import queries as library
from services.documents.notices import queries
from services.documents.notices.models import UploadNotice

SWITCH = {"button": "done_uploading", "dialog": "done_uploading_checkbox"}
"""Which of the firm's options opens which way to say it (S53, S54)."""


def say_done(
    session: Session, caller: Caller, account_id: UUID, *, way: str, request_id: UUID | None = None
) -> UploadNotice | None:
    """Tell the firm that the client has sent everything; None where nothing came since it was told before.

    Raises a `Problem`: 404 for an account that is not the caller's, 403 where the firm has switched it off.
    """
    if caller.account_id != account_id:
        raise not_found("This account")
    if not library.uploads_allowed(session):
        raise forbidden("The firm has switched off uploads.", code="uploads_switched_off")
    if not queries.switch_is_on(session, SWITCH[way]):
        raise forbidden("The firm has switched this off.", code="done_uploading_switched_off")
    # Two who press at once wait for each other, so that the firm is told once.
    session.execute(select(PortalAccount.id).where(PortalAccount.id == account_id).with_for_update())
    came = queries.since_last(session, account_id)
    if came["last_at"] and not came["count"]:
        return None
    notice = UploadNotice(
        id=new_id(),
        account_id=account_id,
        request_id=request_id,
        by=caller.person,
        at=clock.now(),
        documents=came["count"],
    )
    session.add(notice)
    data = {"id": notice.id, "account_id": account_id, "request_id": request_id, "by": notice.by, "at": notice.at}
    outbox.record(
        session,
        "documents.upload_notice.given.v1",
        subject=notice.id,
        version=1,
        data=data | {"count": came["count"], "documents": came["documents"]},
    )
    return notice

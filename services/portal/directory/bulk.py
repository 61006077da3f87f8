"""What staff does to several clients at once, from the list."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from services.chassis.auth import Caller
from services.portal.directory.actions import change_account
from services.portal.directory.records import locked_account
from services.portal.tags.actions import find_or_create, tag_accounts, untag_accounts

_KEEP: Any = object()


def change_many(
    session: Session,
    caller: Caller,
    *,
    account_ids: Sequence[UUID],
    add_tag: str | None = None,
    remove_tag_id: UUID | None = None,
    adviser_id: UUID | None = _KEEP,
) -> int:
    """Put a tag on clients, take one off them, give them an adviser; return how many are different now.

    Raises 404 where one of them, or the tag, is not to be seen by `caller`, 422 for an adviser they may not choose.
    """
    ids = sorted(set(account_ids))  # in one order, so that two who change the same clients wait for each other
    changed = 0
    if add_tag:
        changed = tag_accounts(session, caller, ids, tag=find_or_create(session, add_tag))
    if remove_tag_id:
        changed = max(changed, untag_accounts(session, caller, ids, tag_id=remove_tag_id))
    if adviser_id is not _KEEP:
        changed = max(changed, sum(_give_adviser(session, caller, id, adviser_id) for id in ids))
    return changed


def _give_adviser(session: Session, caller: Caller, account_id: UUID, adviser_id: UUID | None) -> bool:
    before = locked_account(session, caller, account_id).version
    return change_account(session, caller, account_id, version=before, adviser_id=adviser_id).version != before

"""Which clients a caller may see at all (B8). Every read and every change of what belongs to a client asks here."""

from typing import Any

from sqlalchemy import ColumnElement, select, true

from services.chassis.auth import Caller
from services.portal.directory.models import Account


def is_visible(caller: Caller, account_id: Any) -> ColumnElement[bool]:
    """Return the predicate that the account whose id is in that column is not kept from `caller`.

    Staff who see assigned clients only: those whose adviser they are. Everybody else: all; what of them a client
    sees is for each query to say.
    """
    if not caller.assigned_only:
        return true()
    assigned = select(Account.id).where(Account.adviser_id == caller.id)
    return account_id.in_(assigned)  # type: ignore[no-any-return]

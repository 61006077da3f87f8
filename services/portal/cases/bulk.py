"""What is done with several cases at once: all of them or none."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.orm import Session

from services.chassis.auth import Caller
from services.portal.cases.actions import change_status, locked_case
from services.portal.cases.changes import assign


def change_several(
    session: Session,
    caller: Caller,
    *,
    case_ids: Sequence[UUID],
    assignee_id: UUID | None = None,
    close: bool = False,
) -> int:
    """Give cases to somebody of the staff (None: nobody) or close them; return how many are different now.

    Raises 404 where one of them is not the caller's to see, and 422 for somebody who is none of the staff.
    """
    changed = 0
    for id in sorted(set(case_ids)):  # in one order, so that no two calls wait for each other
        case = locked_case(session, caller, id)
        if not close:
            changed += assign(session, caller, case, assignee_id)
        elif case.status != "closed":
            change_status(session, caller, case, "closed")
            changed += 1
    return changed

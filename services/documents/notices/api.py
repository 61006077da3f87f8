"""HTTP of saying that all is sent."""

from typing import Any
from uuid import UUID

from flask_smorest import Blueprint

from services.chassis.app import reading, unit_of_work
from services.chassis.auth import allow, caller
from services.chassis.problems import not_found
from services.contracts.client_roles import WORKS
from services.documents.library import queries as library
from services.documents.notices import actions, queries
from services.documents.notices.schemas import NoticeIn, NoticeOut, SinceLast

blp = Blueprint("upload_notices", __name__, url_prefix="/v1", description="Done uploading")


@blp.get("/accounts/<uuid:account_id>/upload-notices")
@blp.response(200, SinceLast)
@allow(staff="documents.read", client=WORKS)
def since_last(account_id: UUID) -> dict[str, Any]:
    """Show what came since the client said last that it was done."""
    with reading() as session:
        if not library.may_upload_to(session, caller(), account_id):
            raise not_found("This account")
        return queries.since_last(session, account_id)


@blp.post("/accounts/<uuid:account_id>/upload-notices")
@blp.arguments(NoticeIn)
@blp.response(200, NoticeOut)
@allow(client=WORKS)
def say_done(values: dict[str, Any], account_id: UUID) -> dict[str, Any]:
    """Tell the firm that the client has sent everything; said twice, it is told once."""
    with unit_of_work() as session:
        notice = actions.say_done(session, caller(), account_id, **values)
        return {"told": notice is not None, "count": notice.documents if notice else 0}

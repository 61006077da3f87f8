"""HTTP of quotas."""

from typing import Any
from uuid import UUID

from flask_smorest import Blueprint

from services.chassis.app import reading, unit_of_work
from services.chassis.auth import allow, caller
from services.chassis.problems import not_found
from services.contracts.client_roles import WORKS
from services.documents.library import queries as library
from services.documents.quotas import actions, queries
from services.documents.quotas.schemas import QuotaIn, UsageOut

blp = Blueprint("quotas", __name__, url_prefix="/v1", description="How much a client's documents may take")


@blp.get("/quota")
@blp.response(200, QuotaIn)
@allow(staff="settings.write")
def get_default() -> dict[str, Any]:
    """Show what holds for clients without a quota of their own."""
    with reading() as session:
        return queries.firm_default(session)


@blp.put("/quota")
@blp.arguments(QuotaIn)
@blp.response(204)
@allow(staff="settings.write")
def set_default(values: dict[str, Any]) -> None:
    """Set what holds for clients without a quota of their own."""
    with unit_of_work() as session:
        actions.set_default(session, caller(), values["bytes"])


@blp.get("/accounts/<uuid:account_id>/quota")
@blp.response(200, UsageOut)
@allow(staff="documents.read", client=WORKS)
def get_usage(account_id: UUID) -> dict[str, Any]:
    """Show what an account's documents take and what they may."""
    with reading() as session:
        if not library.may_upload_to(session, caller(), account_id):
            raise not_found("This account")
        return queries.usage(session, account_id)


@blp.put("/accounts/<uuid:account_id>/quota")
@blp.arguments(QuotaIn)
@blp.response(204)
@allow(staff="settings.write")
def set_own(values: dict[str, Any], account_id: UUID) -> None:
    """Give an account a quota of its own."""
    with unit_of_work() as session:
        actions.set_own(session, caller(), account_id, values["bytes"])


@blp.delete("/accounts/<uuid:account_id>/quota")
@blp.response(204)
@allow(staff="settings.write")
def drop_own(account_id: UUID) -> None:
    """Let what holds for everyone hold for this account too."""
    with unit_of_work() as session:
        actions.drop_own(session, caller(), account_id)

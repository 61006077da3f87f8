"""HTTP API of exports and erasures of a client's data, and of what keeps data from being erased."""

from typing import Any
from uuid import UUID

from flask import Response, current_app
from flask_smorest import Blueprint

from services.chassis.app import reading, unit_of_work
from services.chassis.auth import allow, caller
from services.chassis.blobs import BlobMissing
from services.chassis.problems import conflict, invalid, unavailable
from services.chassis.runtime import current_runtime
from services.contracts.client_roles import OWNS
from services.portal.privacy import actions, exporting, queries
from services.portal.privacy.erasing import archive_key
from services.portal.privacy.schemas import (
    AccountData,
    AskedErasure,
    DataExportOut,
    ErasureOut,
    ErasurePage,
    ErasureQuery,
    HoldIn,
    NewErasure,
    NewExport,
    OwnData,
    Rules,
)

exports = Blueprint("data_exports", __name__, url_prefix="/v1/data-exports", description="Exports of a client's data")
erasures = Blueprint("erasures", __name__, url_prefix="/v1/erasures", description="Erasures of a client's data")
on_accounts = Blueprint("privacy", __name__, url_prefix="/v1", description="The data of a client as a whole")


@exports.post("")
@exports.arguments(NewExport)
@exports.response(202, DataExportOut)
@allow(staff="clients.export", client=OWNS, proof=True)
def ask_export(values: dict[str, Any]) -> dict[str, Any]:
    """Have everything of an account put into one archive; 409 `export_running` while that is being done."""
    me = caller()
    account_id = me.account_id if me.is_client else values["account_id"]
    if account_id is None:
        raise invalid({"account_id": ["Fill this in."]})
    with unit_of_work() as session:
        made = exporting.ask_export(session, me, account_id, everything=values["everything"])
        session.flush()
        return queries.described(session, [made])[0]


@exports.get("/<uuid:export_id>")
@exports.response(200, DataExportOut)
@allow(staff="clients.export", client=OWNS)
def get_export(export_id: UUID) -> dict[str, Any]:
    """Show an export with how far each part is."""
    with reading() as session:
        return queries.described(session, [queries.export(session, caller(), export_id)])[0]


@exports.get("/<uuid:export_id>/content")
@exports.response(200, content_type="application/zip")
@allow(staff="clients.export", client=OWNS, proof=True)
def get_archive(export_id: UUID) -> Response:
    """Give the archive of an export that is ready; 409 `export_not_ready` otherwise."""
    with unit_of_work() as session:
        found = queries.export(session, caller(), export_id)
        if found.status != "ready":
            raise conflict("export_not_ready", f"This export is {found.status}.")
        if not caller().read_only:
            exporting.note_fetched(session, caller(), found)
        key, name = archive_key(found), f"data-{found.created_at:%Y-%m-%d}.zip"
    blobs = current_runtime().blobs
    try:
        size, pieces = blobs.size(key), blobs.read(key)
    except BlobMissing:
        raise unavailable("The archive cannot be read at the moment.") from None
    response: Response = current_app.response_class(pieces, mimetype="application/zip")
    response.content_length = size
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "private, no-store"
    return response


@on_accounts.get("/own-data")
@on_accounts.response(200, OwnData)
@allow(client=OWNS)
def get_own() -> dict[str, Any]:
    """Show one's own exports, and how far an erasure is."""
    with reading() as session:
        return queries.own(session, caller())


@on_accounts.get("/accounts/<uuid:account_id>/data")
@on_accounts.response(200, AccountData)
@allow(staff="clients.erase")
def get_account_data(account_id: UUID) -> dict[str, Any]:
    """Show exports, erasures and the legal hold of an account."""
    with reading() as session:
        return queries.of_account(session, caller(), account_id)


@on_accounts.post("/accounts/<uuid:account_id>/erasure")
@on_accounts.arguments(NewErasure)
@on_accounts.response(201, ErasureOut)
@allow(staff="clients.erase", proof=True)
def plan_erasure(values: dict[str, Any], account_id: UUID) -> dict[str, Any]:
    """Decide that all data of an account is erased once the firm's days are over."""
    with unit_of_work() as session:
        made = actions.plan_erasure(session, caller(), account_id, **values)
        return queries.erasure(session, caller(), made.id)


@on_accounts.put("/accounts/<uuid:account_id>/legal-hold")
@on_accounts.arguments(HoldIn)
@on_accounts.response(200, AccountData)
@allow(staff="clients.erase")
def set_hold(values: dict[str, Any], account_id: UUID) -> dict[str, Any]:
    """Keep an account from being erased."""
    with unit_of_work() as session:
        actions.set_hold(session, caller(), account_id, **values)
        session.flush()
        return queries.of_account(session, caller(), account_id)


@on_accounts.delete("/accounts/<uuid:account_id>/legal-hold")
@on_accounts.response(204)
@allow(staff="clients.erase", proof=True)
def lift_hold(account_id: UUID) -> None:
    """Lift the legal hold of an account; an erasure whose days are over then begins."""
    with unit_of_work() as session:
        actions.lift_hold(session, caller(), account_id)


@on_accounts.get("/privacy-rules")
@on_accounts.response(200, Rules)
@allow(staff="settings.write")
def get_rules() -> dict[str, int]:
    """Show how long the firm waits before it erases, and keeps what was signed."""
    with reading() as session:
        return queries.rules(session)


@on_accounts.put("/privacy-rules")
@on_accounts.arguments(Rules)
@on_accounts.response(200, Rules)
@allow(staff="settings.write")
def change_rules(values: dict[str, int]) -> dict[str, int]:
    """Change these."""
    with unit_of_work() as session:
        actions.change_rules(session, caller(), **values)
        session.flush()
        return queries.rules(session)


@erasures.post("/asked")
@erasures.arguments(AskedErasure)
@erasures.response(201, OwnData)
@allow(client=OWNS, proof=True)
def ask_erasure(values: dict[str, Any]) -> dict[str, Any]:
    """Ask the firm to erase all data of one's account; the firm decides."""
    with unit_of_work() as session:
        actions.ask_erasure(session, caller(), reason=values["reason"])
        return queries.own(session, caller())


@erasures.get("")
@erasures.arguments(ErasureQuery, location="query")
@erasures.response(200, ErasurePage)
@allow(staff="clients.erase")
def list_erasures(query: dict[str, Any]) -> dict[str, Any]:
    """List erasures, the latest first."""
    with reading() as session:
        return queries.erasures(session, caller(), **query)


@erasures.get("/<uuid:erasure_id>")
@erasures.response(200, ErasureOut)
@allow(staff="clients.erase")
def get_erasure(erasure_id: UUID) -> dict[str, Any]:
    """Show an erasure with its report."""
    with reading() as session:
        return queries.erasure(session, caller(), erasure_id)


@erasures.post("/<uuid:erasure_id>/cancel")
@erasures.response(204)
@allow(staff="clients.erase", client=OWNS)
def call_off(erasure_id: UUID) -> None:
    """Call an erasure off that has not begun."""
    with unit_of_work() as session:
        actions.call_off(session, caller(), erasure_id)


@erasures.post("/<uuid:erasure_id>/retry")
@erasures.response(200, ErasureOut)
@allow(staff="clients.erase", proof=True)
def retry(erasure_id: UUID) -> dict[str, Any]:
    """Ask the services anew whose part failed."""
    with unit_of_work() as session:
        actions.retry(session, caller(), erasure_id)
        return queries.erasure(session, caller(), erasure_id)

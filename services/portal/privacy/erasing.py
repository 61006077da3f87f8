"""The portal's own part of an erasure: what belongs to the client goes, the account and its contacts lose their words.

The empty rows stay for their ids and versions: the other services learn from them, and an older state that comes late
changes nothing.
"""

from collections.abc import Sequence
from typing import Any

import orjson
from sqlalchemy import Text, cast, delete, select, update
from sqlalchemy.orm import Session

from services.chassis.account_data.feature import Erased, Order
from services.chassis.account_data.rows import Map, erase_rows
from services.chassis.auth import Caller
from services.chassis.runtime import Runtime
from services.portal.copies.models import Document, DocumentOpening, IdentityUser
from services.portal.directory.models import Account, Contact
from services.portal.directory.records import announce_contact, assign, make_findable, tell_account
from services.portal.exports.models import ClientExport
from services.portal.field_editor.models import FieldValue
from services.portal.imports.models import OVER, ClientImport, ClientImportFault, ClientImportKey, ClientImportPart
from services.portal.models import Model
from services.portal.privacy.models import DataExport, Erasure

ERASED_DOMAIN = "@erased.invalid"
KEPT = ("accounts", "contacts", "erasures", "erasure_parts", "legal_holds")
SYSTEM = Caller(kind="service", id="portal", name="portal")


def erase(session: Session, runtime: Runtime, order: Order) -> Erased:
    """Erase the client's rows, and have everybody take over the empty account and contacts."""
    whose, found = order.whose, Erased()
    account = session.get(Account, whose.account_id, with_for_update=True, populate_existing=True)
    if account is None:
        return found
    people = session.scalars(select(Contact).where(Contact.account_id == account.id).with_for_update()).all()
    words = _words(account, people)
    found.needles = [word for word in words if "@" in word or word.startswith("+")]
    _delete_exports(session, runtime, order, found)
    _delete_loose(session, order, found)
    for name, count in erase_rows(session, Model.metadata, whose, Map(kept=KEPT)).items():
        found.count(name, count)
    _empty(session, account, people, order)
    _empty_people(session, order)
    _forget_in_imports(session, words, found)
    return found


def called(number: str) -> str:
    """Return what an erased client is called."""
    return f"Erased client #{number}"


def _words(account: Account, people: Sequence[Contact]) -> list[str]:
    own = [account.name, account.tax_number, account.email, account.phone, account.external_id]
    theirs = [word for one in people for word in (one.name, one.email, one.mobile)]
    return [word for word in (*own, *theirs) if word and not word.startswith("Erased ") and ERASED_DOMAIN not in word]


def _delete_exports(session: Session, runtime: Runtime, order: Order, found: Erased) -> None:
    for export in session.scalars(select(DataExport).where(DataExport.account_id == order.whose.account_id)):
        runtime.blobs.delete(archive_key(export))
        found.count("exports", 1)


def archive_key(export: DataExport) -> str:
    """Return where the archive of an export lies."""
    return f"data-exports/{export.id}.zip"


def _delete_loose(session: Session, order: Order, found: Erased) -> None:
    """Delete what belongs to the client without a column or a key that says so."""
    documents = select(Document.id).where(Document.account_id == order.whose.account_id)
    openings: Any = session.execute(delete(DocumentOpening).where(DocumentOpening.document_id.in_(documents)))
    found.count("documents_openings", openings.rowcount)
    owners: list[Any] = [FieldValue.owner_id.in_([order.whose.account_id, *order.whose.contact_ids])]
    if (cases := Model.metadata.tables.get("cases")) is not None:
        owners.append(FieldValue.owner_id.in_(select(cases.c.id).where(cases.c.account_id == order.whose.account_id)))
    for condition in owners:
        values: Any = session.execute(delete(FieldValue).where(condition))
        found.count("field_values", values.rowcount)


def _empty(session: Session, account: Account, people: Sequence[Contact], order: Order) -> None:
    gone = {"name": called(order.number), "tax_number": "", "address": "", "phone": "", "email": ""}
    if assign(account, gone | {"external_id": None, "adviser_id": None, "client_since": None, "status": "archived"}):
        make_findable(account, [])
        tell_account(session, account)
    for one in people:
        empty = {"name": "Erased person", "email": f"{one.id}{ERASED_DOMAIN}", "mobile": None, "portal_user": False}
        if assign(one, empty | {"removed": True, "invited_at": None, "invited_by": None}):
            announce_contact(session, SYSTEM, one)
    account.portal_status = "not_invited"
    session.execute(
        update(Erasure)
        .where(Erasure.account_id == account.id, Erasure.by_client)
        .values(reason="", asked_by={"kind": "client", "id": "", "name": ""})
        .execution_options(synchronize_session=False)
    )
    session.flush()


def _empty_people(session: Session, order: Order) -> None:
    people = session.scalars(select(IdentityUser).where(IdentityUser.id.in_(order.whose.user_ids)))
    for user in people:
        user.name, user.email, user.delivery_failure = "Erased person", f"{user.id}{ERASED_DOMAIN}", None
        user.status = "suspended"
    session.flush()


def _forget_in_imports(session: Session, words: Sequence[str], found: Erased) -> None:
    """Empty what past imports and exports of lists still show of the client: samples, faults, filters."""
    if not words:
        return
    for job in session.scalars(select(ClientImport).where(ClientImport.status.in_(OVER))):
        faults = select(ClientImportFault.reason).where(ClientImportFault.import_id == job.id)
        told = orjson.dumps([job.samples, list(session.scalars(faults))]).decode()
        if any(word in told for word in words):
            job.samples = []
            for model in (ClientImportFault, ClientImportKey, ClientImportPart):
                session.execute(delete(model).where(model.import_id == job.id))
            found.count("imports", 1)
    exports = select(ClientExport).where(cast(ClientExport.filters, Text) != "{}")
    for export in session.scalars(exports):
        if any(word.casefold() in orjson.dumps(export.filters).decode().casefold() for word in words):
            export.filters = {}

"""What documents gives out of a client: a list of the documents, and their bytes."""

from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from services.chassis.account_data.archive import Entry, as_json, safe_name
from services.chassis.account_data.feature import Order
from services.chassis.account_data.rows import Map, dumped
from services.chassis.runtime import Runtime
from services.documents.library.models import Document, Version
from services.documents.models import Model
from services.documents.scanning.readiness import open_versions

APART = ("portal_contacts", "portal_accounts")
NAMES = "id name content_type size sha256 status origin shared shared_at uploaded_at version_number"


def export(session: Session, runtime: Runtime, order: Order) -> Iterator[Entry]:
    """Yield the documents that the client may see, each in its newest version; for the firm, all versions of all."""
    query = select(Document).where(Document.account_id == order.whose.account_id).order_by(Document.id)
    if not order.everything:
        seen = or_(Document.shared, Document.origin == "client")
        query = query.where(Document.status == "available", seen, Document.owner_level > 0)
    taken: set[str] = set()
    listed: list[dict[str, Any]] = []
    for document in session.scalars(query).all():
        for version in _versions(session, document, order.everything):
            name = document.name if version.number == document.version_number else f"v{version.number} {document.name}"
            path = f"files/{safe_name(name, taken)}"
            listed.append({key: getattr(document, key) for key in NAMES.split()} | {"file": path} | _facts(version))
            yield Entry(path, _reader(runtime, version.blob_key), stored=True)
    yield as_json("documents.json", listed)
    if order.everything:
        for table, rows in dumped(session, Model.metadata, order.whose, Map(apart=APART, secret=("blob_key",))):
            yield as_json(f"records/{table}.json", rows)


def _versions(session: Session, document: Document, everything: bool) -> list[Version]:
    # What nobody may open goes into no archive: it is not checked yet, held back, or lost.
    query = select(Version).where(Version.document_id == document.id, open_versions()).order_by(Version.number)
    if not everything:
        query = query.where(Version.number == document.version_number)
    return list(session.scalars(query))


def _facts(version: Version) -> dict[str, Any]:
    return {"version_number": version.number, "size": version.size, "sha256": version.sha256}


def _reader(runtime: Runtime, key: str) -> Callable[[], Iterator[bytes]]:
    return lambda: runtime.blobs.read(key)

"""What the virus check held back, for the walk through every route."""

from collections.abc import Callable
from uuid import UUID

from sqlalchemy import select

from services.chassis import clock
from services.documents.library.models import Document, Version
from services.documents.scanning.models import Scan
from tests.security.matrix.callers import Of
from tests.security.matrix.scene import Call, Scene, Thing


def things(scene: Scene, shared: Callable[[Scene], str]) -> dict[str, Thing]:
    """Return the routes of the quarantine with a document that lies in it."""

    def held() -> str:
        document_id = UUID(shared(scene))
        with scene.harness.database.unit_of_work() as session:
            document = session.get_one(Document, document_id)
            version = session.scalars(select(Version).where(Version.document_id == document_id)).one()
            document.status, document.scan, version.scan = "quarantined", "quarantined", "quarantined"
            now = clock.now()
            session.add(
                Scan(
                    version_id=version.id, document_id=document_id, since=now, next_at=now, ended_at=now, why="infected"
                )
            )
        return str(document_id)

    at = "/v1/documents/<uuid:document_id>"
    return {
        f"{at}/release": Thing(
            Of.ACCOUNT, lambda: Call({"document_id": held()}, {"json": {"reason": "It is harmless"}})
        ),
        f"{at}/discard": Thing(Of.ACCOUNT, lambda: Call({"document_id": held()})),
    }

"""Pages and approvals, for the routes of documents that have the id of one."""

from collections.abc import Callable

from tests.documents import papers
from tests.documents.samples import uploaded
from tests.security.matrix.callers import Of
from tests.security.matrix.scene import Call, Scene, Thing, given

DOCUMENT = "/v1/documents/<uuid:document_id>"
SECRET = "Unspeakable figures"


def things(scene: Scene, shared: Callable[[Scene], str]) -> dict[str, Thing]:
    """Return documents with pages, asked about and not; `shared` makes a document of the client's."""
    drawn = _drawn(scene)
    scene.secrets.append(SECRET)
    asked = Thing(Of.ACCOUNT, lambda: Call({"document_id": _asked(scene, shared(scene))}))
    decision = {"json": {"decision": "approved", "version_number": 1}}
    return {
        f"{DOCUMENT}/preview": given(Of.ACCOUNT, {"document_id": drawn}),
        f"{DOCUMENT}/preview/pages/<int:number>": given(Of.ACCOUNT, {"document_id": drawn, "number": 1}),
        f"{DOCUMENT}/approvals": Thing(Of.ACCOUNT, lambda: Call({"document_id": shared(scene)}, {"json": {}})),
        f"{DOCUMENT}/approvals/decision": Thing(
            Of.ACCOUNT, lambda: Call({"document_id": _asked(scene, shared(scene))}, decision)
        ),
        f"{DOCUMENT}/approvals/undo": asked,
    }


def _drawn(scene: Scene) -> str:
    staff = scene.harness.staff()
    id: str = uploaded(staff, scene.own.account_id, papers.pdf(SECRET))["id"]
    assert staff.post(f"/v1/documents/{id}/share").status_code == 200
    return id


def _asked(scene: Scene, document: str) -> str:
    assert scene.harness.staff().post(f"/v1/documents/{document}/approvals", json={}).status_code == 200
    return document

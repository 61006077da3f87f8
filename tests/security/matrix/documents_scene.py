"""The documents service with a document of a client, and another client."""

from services.chassis.testing.harness import Harness
from tests.documents.samples import PDF, uploaded
from tests.security.matrix import library_things, reading_things, safety_things, sharing_things, uploading_things
from tests.security.matrix.callers import Of
from tests.security.matrix.events import REPLAY, received_event
from tests.security.matrix.scene import Call, Party, Scene, Thing, given

SECRET = "Unspeakable.pdf"
DOCUMENT = "/v1/documents/<uuid:document_id>"


def make(harness: Harness) -> Scene:
    """Return the service with what its routes need."""
    scene = Scene(harness, Party(), Party())
    for party in (scene.own, scene.foreign):
        harness.deliver("portal.account.saved.v1", {"id": str(party.account_id), "adviser_id": None}, version=1)
    document = _shared(scene)
    scene.secrets += [SECRET, str(scene.own.account_id), document]
    there = given(Of.ACCOUNT, {"document_id": document})
    upload = {"data": PDF, "query_string": {"name": "Informe.pdf"}}
    scene.things |= {
        "/v1/accounts/<uuid:account_id>/documents": given(
            Of.ACCOUNT, {"account_id": str(scene.own.account_id)}, **upload
        ),
        "/v1/accounts/<uuid:account_id>/mailed-documents": given(
            Of.ACCOUNT,
            {"account_id": str(scene.own.account_id)},
            data=PDF,
            query_string={"name": "a.pdf", "by_kind": "client", "by_id": str(scene.own.account_id), "by_name": "Ana"},
        ),
        DOCUMENT: there,
        f"{DOCUMENT}/content": there,
        f"{DOCUMENT}/history": there,
        f"{DOCUMENT}/share": there,
        f"{DOCUMENT}/unshare": Thing(Of.ACCOUNT, lambda: Call({"document_id": _shared(scene)})),
        f"{DOCUMENT}/restore": Thing(Of.ACCOUNT, lambda: Call({"document_id": _shared(scene)})),
        f"DELETE {DOCUMENT}": Thing(Of.ACCOUNT, lambda: Call({"document_id": _shared(scene)})),
        REPLAY: received_event(harness),
    }
    scene.things |= sharing_things.things(scene, _shared)
    scene.things |= reading_things.things(scene, _shared)
    scene.things |= library_things.things(scene, _shared)
    scene.things |= safety_things.things(scene, _shared)
    scene.things |= uploading_things.things(scene)
    return scene


def _shared(scene: Scene) -> str:
    staff = scene.harness.staff()
    id: str = uploaded(staff, scene.own.account_id, name=SECRET)["id"]
    assert staff.post(f"/v1/documents/{id}/share").status_code == 200
    return id

"""Folders and what puts documents in order: a real thing for each route."""

from collections.abc import Callable
from itertools import count

from tests.documents.samples import PDF, send
from tests.security.matrix.callers import Of
from tests.security.matrix.scene import Call, Scene, Thing, given

DOCUMENT = "/v1/documents/<uuid:document_id>"
ACCOUNT = "/v1/accounts/<uuid:account_id>"
FOLDER = "/v1/folders/<uuid:folder_id>"


def things(scene: Scene, shared: Callable[[Scene], str]) -> dict[str, Thing]:
    """Return the things; `shared` makes a document that the client sees."""
    staff, account, numbers = scene.harness.staff(), str(scene.own.account_id), count()

    def folder() -> str:
        body = {"name": f"Unspeakable folder {next(numbers)}"}
        id: str = staff.post(f"/v1/accounts/{account}/folders", json=body).json["id"]
        return id

    def from_client() -> str:
        answer = send(scene.harness.client(scene.own.account_id, id=scene.own.user_id), scene.own.account_id)
        id: str = answer.json["id"]
        return id

    def in_bin() -> str:
        id = shared(scene)
        staff.delete(f"/v1/documents/{id}")
        return id

    def older() -> str:
        id = shared(scene)
        assert staff.post(f"/v1/documents/{id}/versions?name=x.pdf", data=PDF + b"%").status_code == 201
        return id

    def anew(make: Callable[[], str]) -> Thing:
        return Thing(Of.ACCOUNT, lambda: Call({"document_id": make()}))

    place, here, theirs = folder(), {"document_id": shared(scene)}, {"document_id": from_client()}
    own, there = {"account_id": account}, {"folder_id": place}
    scene.secrets.append("Unspeakable folder")
    return {
        f"{ACCOUNT}/shelf": given(Of.ACCOUNT, own),
        f"GET {ACCOUNT}/folders": given(Of.ACCOUNT, own),
        f"POST {ACCOUNT}/folders": Thing(Of.ACCOUNT, lambda: Call(own, {"json": {"name": f"Another {next(numbers)}"}})),
        f"{ACCOUNT}/folders/defaults": given(Of.ACCOUNT, own),
        f"GET {FOLDER}": given(Of.ACCOUNT, there),
        f"PATCH {FOLDER}": given(Of.ACCOUNT, there, json={"rights": {}}),
        f"{FOLDER}/move": given(Of.ACCOUNT, there, json={"parent_id": None}),
        f"DELETE {FOLDER}": Thing(
            Of.ACCOUNT, lambda: Call({"folder_id": folder()}, {"query_string": {"contents": "bin"}})
        ),
        f"{DOCUMENT}/move": given(Of.ACCOUNT, here, json={"folder_id": None}),
        f"{DOCUMENT}/rename": given(Of.ACCOUNT, here, json={"name": "Unspeakable"}),
        f"{DOCUMENT}/tags": given(Of.ACCOUNT, here, json={"tags": ["x"]}),
        f"{DOCUMENT}/versions": given(Of.ACCOUNT, theirs, data=PDF + b"%%", query_string={"name": "x.pdf"}),
        f"{DOCUMENT}/versions/<int:number>/restore": given(Of.ACCOUNT, {"document_id": older(), "number": 1}),
        f"{DOCUMENT}/undo": anew(from_client),
        f"DELETE {DOCUMENT}/for-good": anew(in_bin),
    }

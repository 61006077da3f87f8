"""Uploads in pieces, done uploading, and room for a client, for the routes of documents that have an id of theirs."""

from tests.security.matrix.callers import Of
from tests.security.matrix.scene import Call, Scene, Thing, given

TUS = {"Tus-Resumable": "1.0.0"}
UPLOAD, ACCOUNT = "/v1/uploads/<uuid:upload_id>", "/v1/accounts/<uuid:account_id>"
PIECE = TUS | {"Content-Type": "application/offset+octet-stream", "Upload-Offset": "0"}


def things(scene: Scene) -> dict[str, Thing]:
    """Return an upload that the own client's owner has begun, and the account's quota and notices."""
    on = {"client_share_links": True, "done_uploading": True}
    switches = scene.harness.example("portal.settings.saved.v1").data["switches"] | on
    scene.harness.deliver("portal.settings.saved.v1", {"switches": switches}, version=101)
    account = {"account_id": str(scene.own.account_id)}
    quota = given(Of.ACCOUNT, account, json={"bytes": None})
    return {
        f"PATCH {UPLOAD}": Thing(Of.PERSON, lambda: Call(_begun(scene), {"data": b"%PDF-", "headers": PIECE})),
        f"DELETE {UPLOAD}": Thing(Of.PERSON, lambda: Call(_begun(scene), {"headers": TUS})),
        f"{ACCOUNT}/quota": quota,
        f"DELETE {ACCOUNT}/quota": given(Of.ACCOUNT, account),
        f"GET {ACCOUNT}/quota": given(Of.ACCOUNT, account),
        f"{ACCOUNT}/upload-notices": given(Of.ACCOUNT, account, json={}),
    }


def _begun(scene: Scene) -> dict[str, str]:
    owner = scene.harness.client(scene.own.account_id, contact_id=scene.own.contact_id, id=scene.own.user_id)
    made = owner.post("/v1/uploads", headers=TUS | {"Upload-Length": "5000"})
    assert made.status_code == 201, made.text
    return {"upload_id": made.headers["Location"].rpartition("/")[2]}

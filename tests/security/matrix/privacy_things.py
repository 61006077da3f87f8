"""The routes on a client's data as a whole: those of the portal, and the one that every service has."""

from services.chassis.account_data import jobs
from services.chassis.account_data.feature import part_key
from services.chassis.columns import new_id
from services.chassis.testing.harness import Harness
from tests.security.matrix.callers import Of
from tests.security.matrix.scene import Call, Scene, Thing, given

PART = "/v1/account-exports/<uuid:export_id>/<int:round>"
ACCOUNT, EXPORT = "/v1/accounts/<uuid:account_id>", "/v1/data-exports/<uuid:export_id>"
ERASURE = "/v1/erasures/<uuid:erasure_id>"


def part_of_export(harness: Harness) -> dict[str, Thing]:
    """Let a service have made its part of an export; return the route by which portal fetches it."""
    id = new_id()
    with harness.database.unit_of_work() as session:
        jobs.take_up(session, jobs.EXPORT, id, new_id(), 1, {})
    job = jobs.claim(harness.database)
    assert job is not None
    harness.runtime.blobs.write(part_key(id, 1), [b"PK"])
    with harness.database.unit_of_work() as session:
        assert jobs.finish(session, job, blob_key=part_key(id, 1))
    return {PART: given(Of.FIRM, {"export_id": id, "round": 1})}


def of_portal(scene: Scene) -> dict[str, Thing]:
    """Return the routes of exports, erasures and legal holds on the scene's own client."""
    of_account = {"account_id": str(scene.own.account_id)}
    name = scene.harness.staff().get(f"/v1/accounts/{scene.own.account_id}").json["name"]
    hold = {"json": {"reason": "Court case"}}
    export = Thing(Of.ACCOUNT, lambda: Call({"export_id": _export(scene)}))
    erasure = Thing(Of.ACCOUNT, lambda: Call({"erasure_id": _erasure(scene)}))
    return {
        f"{ACCOUNT}/data": given(Of.ACCOUNT, of_account),
        f"{ACCOUNT}/erasure": Thing(Of.ACCOUNT, lambda: Call(of_account, {"json": {"name": name}})),
        f"PUT {ACCOUNT}/legal-hold": given(Of.ACCOUNT, of_account, **hold),
        f"DELETE {ACCOUNT}/legal-hold": given(Of.ACCOUNT, of_account),
        EXPORT: export,
        f"{EXPORT}/content": export,
        ERASURE: erasure,
        f"{ERASURE}/cancel": erasure,
        f"{ERASURE}/retry": erasure,
    }


def _export(scene: Scene) -> str:
    """Return an export of the client's own: the present one, or a new one."""
    owner = scene.harness.client(scene.own.account_id, contact_id=scene.own.contact_id, id=scene.own.user_id)
    owner.post("/v1/data-exports", json={})
    id: str = owner.get("/v1/own-data").json["exports"][0]["id"]
    return id


def _erasure(scene: Scene) -> str:
    """Return an erasure that the client asked for and nobody has decided."""
    owner = scene.harness.client(scene.own.account_id, contact_id=scene.own.contact_id, id=scene.own.user_id)
    present = owner.get("/v1/own-data").json["erasure"]
    if present and present["status"] == "planned":
        assert scene.harness.staff().post(f"/v1/erasures/{present['id']}/cancel").status_code == 204
    owner.post("/v1/erasures/asked", json={"confirmed": True})
    id: str = owner.get("/v1/own-data").json["erasure"]["id"]
    return id

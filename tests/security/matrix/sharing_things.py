"""Links, locks and rules of retention, for the routes of documents that have the id of one."""

from collections.abc import Callable

from tests.security.matrix.callers import Of
from tests.security.matrix.scene import Call, Scene, Thing, given

DOCUMENT, LINK = "/v1/documents/<uuid:document_id>", "/v1/share-links/<uuid:link_id>"
RULE = "/v1/retention-rules/<uuid:rule_id>"


def things(scene: Scene, shared: Callable[[Scene], str]) -> dict[str, Thing]:
    """Return a link that the own client made, locks, and a rule; `shared` makes a document of the client's."""
    switches = scene.harness.example("portal.settings.saved.v1").data["switches"] | {"client_share_links": True}
    scene.harness.deliver("portal.settings.saved.v1", {"switches": switches}, version=100)
    document, link = shared(scene), _link(scene, shared(scene))
    scene.secrets.append(link)
    rule = given(Of.FIRM, {"rule_id": _rule(scene)})
    changed = Thing(Of.FIRM, lambda: Call({"rule_id": _rule(scene)}, {"json": {"name": "Other", "years": 7}}))
    return {
        f"{DOCUMENT}/share-links": given(Of.ACCOUNT, {"document_id": document}, json={}),
        "/v1/folders/<uuid:folder_id>/share-links": given(Of.ACCOUNT, {"folder_id": _folder(scene)}, json={}),
        f"{DOCUMENT}/lock": Thing(
            Of.ACCOUNT, lambda: Call({"document_id": shared(scene)}, {"json": {"reference": "2031"}})
        ),
        f"{DOCUMENT}/unlock": given(Of.ACCOUNT, {"document_id": document}, json={"reason": "Paid"}),
        LINK: given(Of.ACCOUNT, {"link_id": link}),
        f"{LINK}/revoke": Thing(Of.ACCOUNT, lambda: Call({"link_id": _link(scene, shared(scene))})),
        RULE: rule,
        f"PUT {RULE}": changed,
        f"DELETE {RULE}": changed,
        **{f"{RULE}/{way}": rule for way in ("try", "approve", "stop", "matches", "matches.csv", "removals")},
    }


def _link(scene: Scene, document: str) -> str:
    client = scene.harness.client(scene.own.account_id, contact_id=scene.own.contact_id, id=scene.own.user_id)
    made = client.post(f"/v1/documents/{document}/share-links", json={})
    assert made.status_code == 201, made.json
    id: str = made.json["id"]
    return id


def _folder(scene: Scene) -> str:
    made = scene.harness.staff().post(f"/v1/accounts/{scene.own.account_id}/folders", json={"name": "For the bank"})
    assert made.status_code == 201, made.json
    id: str = made.json["id"]
    return id


def _rule(scene: Scene) -> str:
    made = scene.harness.staff().post("/v1/retention-rules", json={"name": "Six years", "years": 6})
    assert made.status_code == 201, made.json
    id: str = made.json["id"]
    return id

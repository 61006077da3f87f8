"""Folders: who may look where, what follows them, and what is refused."""

from typing import Any
from uuid import UUID

import pytest

from services.chassis.columns import new_id
from services.chassis.testing.harness import Browser, Harness
from tests.documents.samples import PDF, send, uploaded


def folder(staff: Browser, account: UUID, name: str = "Contracts", parent: str | None = None, **rights: str) -> str:
    """Make a folder and return its id."""
    body = {"name": name, "parent_id": parent, "rights": rights}
    answer = staff.post(f"/v1/accounts/{account}/folders", json=body)
    assert answer.status_code == 201, answer.text
    id: str = answer.json["id"]
    return id


def names(browser: Browser, account: UUID, **query: Any) -> list[str]:
    """Return the names of the documents at one place, as this caller sees them."""
    shelf = browser.get(f"/v1/accounts/{account}/shelf", query_string=query).json
    return [item["name"] for item in shelf["items"]]


@pytest.mark.parametrize(
    ("right", "sees", "sends"), [("none", False, 404), ("view", True, 403), ("upload", True, 201)], ids=str
)
def test_a_folder_lets_each_role_do_what_it_says(
    harness: Harness, account: UUID, right: str, sees: bool, sends: int
) -> None:
    staff = harness.staff()
    member, owner = harness.client(account, role="member"), harness.client(account, role="owner")
    place = folder(staff, account, member=right)
    document = uploaded(staff, account, share="true", folder_id=place)
    path = f"/v1/documents/{document['id']}"
    for target in (path, f"{path}/content", f"{path}/history", f"/v1/folders/{place}"):
        assert member.get(target).status_code == (200 if sees else 404), target
        assert owner.get(target).status_code == 200, target
    assert [item["id"] for item in member.get("/v1/documents").json["items"]] == [document["id"]] * sees
    assert [item["id"] for item in member.get("/v1/documents?q=informe").json["items"]] == [document["id"]] * sees
    tree = member.get(f"/v1/accounts/{account}/folders").json["items"]
    assert [item["name"] for item in tree] == ["Contracts"] * sees
    shelf = member.get(f"/v1/accounts/{account}/shelf").json
    assert [(item["name"], item["documents"]) for item in shelf["folders"]] == [("Contracts", 1)] * sees
    assert send(member, account, PDF, folder_id=place).status_code == sends
    assert send(owner, account, PDF, folder_id=place).status_code == 201


def test_rights_are_inherited_and_only_narrower(harness: Harness, account: UUID) -> None:
    staff, member = harness.staff(), harness.client(account, role="member")
    top = folder(staff, account, member="view")
    below = folder(staff, account, "2025", top)
    wider = staff.post(
        f"/v1/accounts/{account}/folders", json={"name": "x", "parent_id": top, "rights": {"member": "upload"}}
    )
    assert (wider.status_code, list(wider.json["errors"])) == (422, ["rights.member"])
    document = uploaded(staff, account, share="true", folder_id=below)
    assert member.get(f"/v1/documents/{document['id']}").status_code == 200
    assert staff.patch(f"/v1/folders/{top}", json={"rights": {"member": "none"}}).status_code == 200
    assert member.get(f"/v1/documents/{document['id']}").status_code == 404
    (told,) = harness.recorded("documents.document.access_changed.v1")
    assert told.data["client_roles"] == ["owner"]
    assert staff.post(f"/v1/folders/{below}/move", json={"parent_id": None}).status_code == 200
    assert member.get(f"/v1/documents/{document['id']}").status_code == 200


def test_a_tree_has_its_limits(harness: Harness, account: UUID) -> None:
    staff = harness.staff()
    top = place = folder(staff, account, "1")
    for depth in range(2, 9):
        place = folder(staff, account, str(depth), place)
    deeper = staff.post(f"/v1/accounts/{account}/folders", json={"name": "9", "parent_id": place})
    assert (deeper.status_code, deeper.json["code"]) == (409, "folder_too_deep")
    again = staff.post(f"/v1/accounts/{account}/folders", json={"name": "1"})
    assert (again.status_code, again.json["code"]) == (409, "folder_name_taken")
    round_trip = staff.post(f"/v1/folders/{top}/move", json={"parent_id": place})
    assert (round_trip.status_code, round_trip.json["code"]) == (409, "folder_into_itself")
    other = folder(staff, new_id(), "Another client's")
    assert staff.post(f"/v1/folders/{top}/move", json={"parent_id": other}).status_code == 422


@pytest.mark.parametrize("contents", ["bin", "up"])
def test_what_a_removed_folder_held_goes_where_it_was_said(harness: Harness, account: UUID, contents: str) -> None:
    staff = harness.staff()
    top = folder(staff, account)
    below = folder(staff, account, "2025", top)
    document = uploaded(staff, account, folder_id=below)
    assert staff.delete(f"/v1/folders/{top}?contents={contents}").status_code == 204
    path = f"/v1/documents/{document['id']}"
    tree = [item["name"] for item in staff.get(f"/v1/accounts/{account}/folders").json["items"]]
    if contents == "up":
        assert tree == ["2025"]
        assert staff.get(path).json["status"] == "available"
        return
    assert tree == []
    assert staff.get(path).json["status"] == "deleted"
    assert staff.post(f"{path}/restore").status_code == 200
    assert names(staff, account, folder=below) == [document["name"]]


def test_nothing_is_shared_out_of_a_private_folder(harness: Harness, account: UUID) -> None:
    staff = harness.staff()
    private = folder(staff, account, "Ours", owner="none", member="none")
    document = uploaded(staff, account, folder_id=private)
    refused = staff.post(f"/v1/documents/{document['id']}/share")
    assert (refused.status_code, refused.json["code"]) == (409, "folder_private")
    assert send(staff, account, PDF, folder_id=private, share="true").json["code"] == "folder_private"
    moved = staff.post(f"/v1/documents/{document['id']}/move", json={"folder_id": None})
    assert moved.json["folder_id"] is None
    assert staff.post(f"/v1/documents/{document['id']}/share").status_code == 200


def test_a_client_makes_and_changes_no_folder(harness: Harness, account: UUID) -> None:
    place = folder(harness.staff(), account)
    client = harness.client(account)
    assert client.post(f"/v1/accounts/{account}/folders", json={"name": "Mine"}).status_code == 403
    assert client.patch(f"/v1/folders/{place}", json={"name": "Mine"}).status_code == 403
    assert client.delete(f"/v1/folders/{place}?contents=bin").status_code == 403
    shown = client.get(f"/v1/folders/{place}").json
    assert "rights" not in shown
    assert "levels" not in shown
    assert harness.client(new_id()).get(f"/v1/folders/{place}").status_code == 404


def test_a_new_client_gets_the_default_folders_in_its_language(harness: Harness) -> None:
    chosen = {
        "bin_days": 30,
        "version": 0,
        "folders": [
            {"names": {"en": "Contracts", "es": "Contratos"}, "rights": {"owner": "view", "member": "view"}},
            {"names": {"en": "Internal"}, "rights": {"owner": "none", "member": "none"}},
        ],
    }
    staff = harness.staff()
    assert staff.put("/v1/library-settings", json=chosen).status_code == 200
    assert staff.put("/v1/library-settings", json=chosen).status_code == 409
    account = new_id()
    for version in (1, 2):
        harness.deliver("portal.account.saved.v1", {"id": str(account), "locale": "es"}, version=version)
    assert [item["name"] for item in staff.get(f"/v1/accounts/{account}/folders").json["items"]] == [
        "Contratos",
        "Internal",
    ]
    client = harness.client(account)
    assert [item["name"] for item in client.get(f"/v1/accounts/{account}/folders").json["items"]] == ["Contratos"]

"""B15: one archive with everything that the client may see, from every service; and nothing that is not theirs."""

import io
import json
import zipfile
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import time_machine

from services.chassis import clock
from services.chassis.account_data.feature import part_key
from services.chassis.testing.harness import Browser
from tests.privacy.conftest import CANARY, SIGNED, Client
from tests.privacy.test_erasure import OTHER
from tests.privacy.village import Village, staff

MakeClient = Callable[..., Client]


def owner_of(village: Village, client: Client, **more: Any) -> Browser:
    given = {"contact_id": client.contact, "id": client.user, "name": CANARY["name"], "locale": "pt"}
    return village["portal"].client(client.account, **(given | more))


def archive(browser: Browser, id: str) -> zipfile.ZipFile:
    answer = browser.get(f"/v1/data-exports/{id}/content")
    assert answer.status_code == 200, answer.json
    return zipfile.ZipFile(io.BytesIO(answer.data))


def exported(village: Village, browser: Browser, **body: Any) -> zipfile.ZipFile:
    asked = browser.post("/v1/data-exports", json=body)
    assert asked.status_code == 202, asked.json
    assert {part["status"] for part in asked.json["parts"]} == {"waiting"}
    village.run()
    assert village.dead() == []
    told = browser.get(f"/v1/data-exports/{asked.json['id']}").json
    assert told["status"] == "ready", told
    return archive(browser, asked.json["id"])


def everything(found: zipfile.ZipFile) -> bytes:
    return b"".join(found.read(name) for name in found.namelist())


def test_a_client_gets_all_that_they_see_and_nothing_else(
    village: Village, lucia: UUID, make_client: MakeClient
) -> None:
    client = make_client(**CANARY, signed_years_ago=1)
    make_client(**OTHER)
    portal = staff(village, "portal", lucia)
    request = portal.get("/v1/requests", query_string={"account_id": str(client.account)}).json["items"][0]
    note = portal.post(f"/v1/requests/{request['id']}/replies", json={"message": "INTERNAL word", "internal": True})
    assert note.status_code == 201, note.json
    found = exported(village, owner_of(village, client))
    names = found.namelist()
    assert {name.partition("/")[0] for name in names} == {
        *("portal", "documents", "signing", "identity", "notifications"),
        "index.html",
    }
    content = everything(found)
    for word in (CANARY["name"], CANARY["email"], CANARY["phone"], SIGNED):
        assert word.encode() in content, word
    for word in ("INTERNAL word", OTHER["name"], OTHER["content"]):
        assert word.encode() not in content, word
    index = found.read("index.html").decode()
    assert 'lang="pt"' in index
    assert f"Dados de {CANARY['name']}, S.L." in index
    people = json.loads(found.read("identity/people.json"))
    assert [one["email"] for one in people] == [CANARY["email"]]
    assert found.testzip() is None


def test_staff_may_take_what_is_internal_too(village: Village, lucia: UUID, make_client: MakeClient) -> None:
    client = make_client(**CANARY)
    portal = staff(village, "portal", lucia)
    request = portal.get("/v1/requests", query_string={"account_id": str(client.account)}).json["items"][0]
    portal.post(f"/v1/requests/{request['id']}/replies", json={"message": "INTERNAL word", "internal": True})
    plain = exported(village, portal, account_id=str(client.account))
    assert b"INTERNAL word" not in everything(plain)
    whole = exported(village, portal, account_id=str(client.account), everything=True)
    assert b"INTERNAL word" in everything(whole)
    assert "portal/records/activity.json" in whole.namelist()
    assert b"argon2" not in everything(whole)


def test_what_is_hidden_from_clients_is_not_in_their_archive(
    village: Village, lucia: UUID, make_client: MakeClient
) -> None:
    client = make_client(**CANARY)
    portal = staff(village, "portal", lucia)
    seen = json.loads(exported(village, owner_of(village, client)).read("portal/profile.json"))
    assert seen["account"]["phone"] == CANARY["phone"]
    hidden = portal.put("/v1/field-modes/account", json={"modes": {"phone": "hidden"}})
    assert hidden.status_code == 200, hidden.json
    told = json.loads(exported(village, owner_of(village, client)).read("portal/profile.json"))
    assert "phone" not in told["account"]


def test_one_runs_at_a_time_and_is_its_owners_alone(village: Village, lucia: UUID, make_client: MakeClient) -> None:
    client = make_client(**CANARY)
    neighbour = make_client(**OTHER)
    owner = owner_of(village, client)
    asked = owner.post("/v1/data-exports", json={})
    assert owner.post("/v1/data-exports", json={}).json["code"] == "export_running"
    path = f"/v1/data-exports/{asked.json['id']}"
    assert owner.get(f"{path}/content").json["code"] == "export_not_ready"
    village.run()
    colleague = owner_of(village, client, id=neighbour.user)
    assert colleague.get(path).status_code == 404
    stranger = village["portal"].client(neighbour.account, contact_id=neighbour.contact, id=neighbour.user)
    assert stranger.get(f"{path}/content").status_code == 404
    assert owner_of(village, client, role="member").post("/v1/data-exports", json={}).status_code == 403
    late = owner_of(village, client, auth_time=int(clock.now().timestamp()) - 3600)
    assert late.get(f"{path}/content").json["code"] == "proof_required"


def test_an_archive_goes_after_seven_days_with_its_parts(
    village: Village, lucia: UUID, make_client: MakeClient
) -> None:
    client = make_client(**CANARY)
    owner = owner_of(village, client)
    exported(village, owner)
    id = owner.get("/v1/own-data").json["exports"][0]["id"]
    blobs = village["documents"].runtime.blobs
    assert blobs.exists(part_key(UUID(id), 1))
    with time_machine.travel(clock.now() + timedelta(days=8), tick=False):
        village["portal"].run_timer("sweep_exports")
        village["documents"].run_timer("forget_account_data")
        late = owner_of(village, client)
        assert late.get(f"/v1/data-exports/{id}").json["status"] == "expired"
        assert late.get(f"/v1/data-exports/{id}/content").json["code"] == "export_not_ready"
    assert not blobs.exists(part_key(UUID(id), 1))


def test_a_service_that_is_down_delays_an_export(village: Village, lucia: UUID, make_client: MakeClient) -> None:
    client = make_client(**CANARY)
    owner = owner_of(village, client)
    village.down.add("signing")
    id = owner.post("/v1/data-exports", json={}).json["id"]
    village.run()
    told = owner.get(f"/v1/data-exports/{id}").json
    assert told["status"] == "gathering"
    assert {part["service"] for part in told["parts"] if part["status"] == "waiting"} == {"signing"}
    village.down.clear()
    village.run()
    assert owner.get(f"/v1/data-exports/{id}").json["status"] == "ready"


def test_an_erasure_takes_archives_and_parts_with_it(village: Village, lucia: UUID, make_client: MakeClient) -> None:
    client = make_client(**CANARY)
    exported(village, owner_of(village, client))
    places = village.where(CANARY)["name"]
    assert any(place.startswith("file files/portal") for place in places) or village.where({"index": "index.html"})
    portal = staff(village, "portal", lucia)
    portal.put("/v1/privacy-rules", json={"erasure_days": 0, "signed_years": 6})
    portal.post(f"/v1/accounts/{client.account}/erasure", json={"name": f"{CANARY['name']}, S.L."})
    village["portal"].run_timer("begin_erasures")
    village.run()
    assert village.where({"index": "index.html", "part": "people.json"}) == {"index": set(), "part": set()}

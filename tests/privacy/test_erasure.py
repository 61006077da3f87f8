"""B15: after an erasure nothing of the client is found anywhere; what has to be kept is, and is told."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
import time_machine

from services.chassis import clock
from services.chassis.account_data import scrub
from tests.privacy.conftest import CANARY, SIGNED, Client
from tests.privacy.village import Village, broken, staff

MakeClient = Callable[..., Client]
OTHER = {
    "name": "Bruno Vecino",
    "email": "bruno@vecino.example",
    "phone": "+34600999888",
    "content": "what stays of the neighbour",
}


def plan(village: Village, lucia: UUID, client: Client, *, days: int = 0, **more: object) -> str:
    portal = staff(village, "portal", lucia)
    assert portal.put("/v1/privacy-rules", json={"erasure_days": days, "signed_years": 6}).status_code == 200
    body = {"name": f"{CANARY['name']}, S.L."} | more
    answer = portal.post(f"/v1/accounts/{client.account}/erasure", json=body)
    assert answer.status_code == 201, answer.json
    id: str = answer.json["id"]
    return id


def begin(village: Village) -> None:
    village["portal"].run_timer("begin_erasures")


def report(village: Village, lucia: UUID, id: str) -> dict:
    return staff(village, "portal", lucia).get(f"/v1/erasures/{id}").json


def test_nothing_of_an_erased_client_is_left_anywhere(village: Village, lucia: UUID, make_client: MakeClient) -> None:
    client = make_client(**CANARY)
    neighbour = make_client(**OTHER)
    before = village.where(CANARY)
    # The control: each canary is found in more than one place, so that the search below can find it.
    assert all(len(places) > 1 for label, places in before.items() if label != "content"), before
    assert before["content"] == {"file files/documents"}
    assert {place.partition(".")[0] for place in before["name"]} >= {"identity", "portal", "documents", "notifications"}
    assert any(place.startswith("file mailbox") for place in before["email"] | before["name"]), before
    others = village.where(OTHER)
    id = plan(village, lucia, client)
    begin(village)
    village.run()
    assert village.dead() == []
    told = report(village, lucia, id)
    assert told["status"] == "done", told
    assert village.where(CANARY) == {label: set() for label in CANARY}
    assert told["account"]["name"] == f"Erased client #{told['number']}"
    assert {part["service"] for part in told["parts"]} == {
        "identity",
        "portal",
        "documents",
        "signing",
        "notifications",
    }
    assert all(part["kept"] == [] for part in told["parts"])
    assert village.where(OTHER) == others
    portal = staff(village, "portal", lucia)
    version = portal.get(f"/v1/accounts/{client.account}").json["version"]
    back = portal.patch(f"/v1/accounts/{client.account}", json={"status": "active", "version": version})
    assert back.json["code"] == "account_erased"
    person = {"name": "Somebody", "email": "somebody@new.example"}
    assert portal.post(f"/v1/accounts/{client.account}/contacts", json=person).status_code == 409
    assert village["portal"].staff().get(f"/v1/accounts/{neighbour.account}").json["name"] == "Bruno Vecino, S.L."


def test_what_was_signed_is_kept_for_the_firms_years_and_goes_then(
    village: Village, lucia: UUID, make_client: MakeClient
) -> None:
    client = make_client(**CANARY, signed_years_ago=2)
    words = CANARY | {"signed": SIGNED}
    assert village.where(words)["signed"] == {"file files/signing", "file files/documents"}
    id = plan(village, lucia, client)
    begin(village)
    village.run()
    told = report(village, lucia, id)
    kept = {part["service"]: [entry["kind"] for entry in part["kept"]] for part in told["parts"] if part["kept"]}
    assert kept == {"documents": ["signed_documents"], "signing": ["signed_requests"]}
    left = village.where(words)
    assert left["signed"] == {"file files/signing", "file files/documents"}
    assert left["content"] == set()
    assert {place.partition(".")[0] for place in left["name"] | left["email"]} == {"signing", "documents"}
    with time_machine.travel(clock.now() + timedelta(days=365 * 4 + 30), tick=False):
        begin(village)
        village.run()
        assert report(village, lucia, id)["again_on"] is None
    assert village.where(words) == {label: set() for label in words}


def test_what_was_signed_goes_at_once_where_staff_says_so(
    village: Village, lucia: UUID, make_client: MakeClient
) -> None:
    client = make_client(**CANARY, signed_years_ago=2)
    plan(village, lucia, client, keep_signed=False)
    begin(village)
    village.run()
    words = CANARY | {"signed": SIGNED}
    assert village.where(words) == {label: set() for label in words}


def test_a_worker_that_dies_in_the_middle_changes_nothing(
    village: Village, lucia: UUID, make_client: MakeClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The rows are gone and counted when the process ends; the next one scrubs the events and answers."""
    client = make_client(**CANARY)
    id = plan(village, lucia, client)
    begin(village)

    class Killed(BaseException):
        pass

    def die(*_: object) -> int:
        raise Killed

    with monkeypatch.context() as dying:
        dying.setattr(scrub, "scrub", die)
        for name in ("documents", "portal"):
            with pytest.raises(Killed):
                _work(village, name)
    with time_machine.travel(clock.now() + timedelta(minutes=5), tick=False):
        village.run()
    told = report(village, lucia, id)
    assert told["status"] == "done"
    erased = {part["service"]: {e["kind"]: e["count"] for e in part["erased"]} for part in told["parts"]}
    assert erased["documents"]["files"] == 1
    assert erased["portal"]["requests"] == 1
    assert village.where(CANARY) == {label: set() for label in CANARY}


def _work(village: Village, name: str) -> None:
    for _ in range(9):
        for other in ("portal", "documents"):
            village.step(other, ("account_data",) if other == name else ())


def test_a_service_that_is_down_delays_and_nothing_is_lost(
    village: Village, lucia: UUID, make_client: MakeClient
) -> None:
    client = make_client(**CANARY)
    id = plan(village, lucia, client)
    begin(village)
    village.down.add("signing")
    village.run()
    assert report(village, lucia, id)["status"] == "erasing"
    village.down.clear()
    village.run()
    assert report(village, lucia, id)["status"] == "done"


def test_a_part_that_fails_eight_times_is_shown_and_tried_again(
    village: Village, lucia: UUID, make_client: MakeClient
) -> None:
    client = make_client(**CANARY)
    id = plan(village, lucia, client)
    begin(village)
    with broken(village["documents"], OSError("no disk")):
        now = clock.now()
        for hours in range(9):
            with time_machine.travel(now + timedelta(hours=hours), tick=False):
                village.run()
    told = report(village, lucia, id)
    assert told["status"] == "failed"
    assert [part["service"] for part in told["parts"] if part["status"] == "failed"] == ["documents"]
    with time_machine.travel(now + timedelta(hours=10), tick=False):
        assert staff(village, "portal", lucia).post(f"/v1/erasures/{id}/retry").status_code == 200
        village.run()
        assert report(village, lucia, id)["status"] == "done"
    assert village.where(CANARY) == {label: set() for label in CANARY}


def test_an_erasure_waits_its_days_and_can_be_called_off(
    village: Village, lucia: UUID, make_client: MakeClient
) -> None:
    client = make_client(**CANARY)
    id = plan(village, lucia, client, days=7)
    begin(village)
    assert report(village, lucia, id)["status"] == "planned"
    assert staff(village, "portal", lucia).post(f"/v1/erasures/{id}/cancel").status_code == 204
    with time_machine.travel(clock.now() + timedelta(days=8), tick=False):
        begin(village)
        village.run()
        assert report(village, lucia, id)["status"] == "cancelled"
    assert village.where(CANARY)["name"]


def test_a_legal_hold_keeps_everything_until_it_is_lifted(
    village: Village, lucia: UUID, make_client: MakeClient
) -> None:
    client = make_client(**CANARY)
    portal = staff(village, "portal", lucia)
    held = portal.put(f"/v1/accounts/{client.account}/legal-hold", json={"reason": "Court case 12/2026"})
    assert held.status_code == 200
    id = plan(village, lucia, client)
    begin(village)
    assert report(village, lucia, id)["status"] == "planned"
    assert portal.delete(f"/v1/accounts/{client.account}/legal-hold").status_code == 204
    begin(village)
    village.run()
    assert report(village, lucia, id)["status"] == "done"


def test_the_name_has_to_be_typed_and_the_proof_fresh(village: Village, lucia: UUID, make_client: MakeClient) -> None:
    client = make_client(**CANARY)
    path = f"/v1/accounts/{client.account}/erasure"
    wrong = staff(village, "portal", lucia).post(path, json={"name": "Somebody else"})
    assert (wrong.status_code, list(wrong.json["errors"])) == (422, ["name"])
    old = village["portal"].staff(auth_time=int(clock.now().timestamp()) - 3600)
    assert old.post(path, json={"name": CANARY["name"]}).json["code"] == "proof_required"
    plain = village["portal"].staff("clients.read", "clients.write")
    assert plain.post(path, json={"name": CANARY["name"]}).status_code == 403


def test_a_client_asks_and_the_firm_decides(village: Village, lucia: UUID, make_client: MakeClient) -> None:
    client = make_client(**CANARY)
    owner = village["portal"].client(client.account, contact_id=client.contact, id=client.user, name=CANARY["name"])
    assert owner.post("/v1/erasures/asked", json={"confirmed": False}).status_code == 422
    asked = owner.post("/v1/erasures/asked", json={"confirmed": True, "reason": "We have closed"})
    assert (asked.status_code, asked.json["erasure"]["status"]) == (201, "asked")
    assert owner.post("/v1/erasures/asked", json={"confirmed": True}).json["code"] == "erasure_open"
    signer = village["portal"].client(client.account, role="signer")
    assert signer.post("/v1/erasures/asked", json={"confirmed": True}).status_code == 403
    id = plan(village, lucia, client)
    assert asked.json["erasure"]["id"] == id
    village.run()
    begin(village)
    village.run()
    assert report(village, lucia, id)["reason"] == ""
    assert village.where(CANARY | {"reason": "We have closed"}) == {label: set() for label in (*CANARY, "reason")}
    late = owner.post("/v1/erasures/asked", json={"confirmed": True})
    assert late.json["code"] == "account_erased"

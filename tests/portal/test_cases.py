"""Cases: opening, fields, statuses, the thread, lists and search (S41 to S44, B21)."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from services.chassis.database import new_id
from services.chassis.testing.harness import Browser, Harness
from tests.portal.conftest import Client, document_of, errors_of

MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
Open = Callable[..., dict[str, Any]]


@pytest.fixture
def opens(acosta: Client) -> Open:
    """A function with which the client opens a case."""

    def open_case(who: Browser | None = None, **fields: Any) -> dict[str, Any]:
        answer = (who or acosta.browser).post("/v1/cases", json={"title": "Carta de Hacienda"} | fields)
        assert answer.status_code == 201, answer.json
        case: dict[str, Any] = answer.json
        return case

    return open_case


@pytest.fixture
def lucia(portal: Harness) -> Any:
    """Somebody of the staff, as identity tells her, who may be given cases."""
    id = new_id()
    state = {"id": str(id), "kind": "staff", "status": "active", "name": "Lucía Marín", "accounts": [], "version": 1}
    portal.deliver("identity.user.saved.v1", state)
    return id


def people(portal: Harness, acosta: Client) -> tuple[Browser, Browser]:
    """Return staff and client with tokens of the present, which a test may have moved."""
    own = portal.client(acosta.account_id, contact_id=acosta.contact_id, id=acosta.user_id)
    return portal.staff(), own


def tick(staff: Browser, name: str, shown: bool) -> None:
    answer = staff.put(f"/v1/fields/case/{name}", json={"portal_field": shown})
    assert answer.status_code == 200, answer.json


def test_what_a_client_opens_is_in_the_admin(portal: Harness, staff: Browser, acosta: Client, opens: Open) -> None:
    case = opens(description="Nos ha llegado una carta.")
    assert (case["status"], case["title"], case["allowed"]) == ("open", "Carta de Hacienda", ["comment"])
    (row,) = staff.get("/v1/cases").json["items"]
    assert (row["id"], row["number"], row["account_name"]) == (case["id"], case["number"], "Talleres Acosta, S.L.")
    assert (row["unread"], row["priority"], row["next_due"]) == (True, "normal", "response")
    seen = staff.get(f"/v1/cases/{case['id']}").json
    assert seen["description"] == "Nos ha llegado una carta."
    (told,) = portal.recorded("portal.case.opened.v1")
    assert (told.data["title"], told.data["by"]["kind"]) == ("Carta de Hacienda", "client")
    (work,) = [row for row in staff.get("/v1/work").json["items"] if row["kind"] == "case_waiting"]
    assert (work["id"], work["due_at"] is not None) == (case["id"], True)


def test_the_form_asks_for_what_the_firm_ticked(staff: Browser, acosta: Client) -> None:
    def asked() -> list[str]:
        return [field["name"] for field in acosta.browser.get("/v1/case-form").json["fields"]]

    assert asked() == ["title", "description"]
    tick(staff, "priority", True)
    tick(staff, "description", False)
    staff.post("/v1/fields/case", json={"kind": "text", "labels": {"en": "Court"}, "mode": "optional"})
    assert asked() == ["title", "priority", "court"]
    assert "status" not in asked()


def test_an_unticked_field_is_nowhere(portal: Harness, staff: Browser, acosta: Client, opens: Open) -> None:
    made = staff.post("/v1/fields/case", json={"kind": "text", "labels": {"en": "Court"}, "mode": "optional"})
    assert made.json["name"] == "court"
    tick(staff, "priority", True)
    case = opens(description="Unspeakable words", priority="high", custom={"court": "Forbidden hall"})
    path = f"/v1/cases/{case['id']}"
    places = (path, "/v1/cases", "/v1/case-form")

    def found(word: str) -> bool:
        return any(word in acosta.browser.get(place).text for place in places)

    def searched(word: str) -> int:
        return len(acosta.browser.get(f"/v1/cases?q={word}").json["items"])

    # The control: ticked, all of it is there.
    assert found("Unspeakable")
    assert found("Forbidden hall")
    assert found("priority")
    assert (searched("unspeakable"), searched("forbidden")) == (1, 1)
    assert len(acosta.browser.get("/v1/cases?priority=high").json["items"]) == 1
    for name in ("description", "court", "priority"):
        tick(staff, name, False)
    assert not found("Unspeakable")
    assert not found("Forbidden hall")
    assert not found("priority")
    assert (searched("unspeakable"), searched("forbidden")) == (0, 0)
    assert "priority" in errors_of(acosta.browser.get("/v1/cases?priority=high"))
    for given in ({"description": "x"}, {"priority": "high"}, {"custom": {"court": "x"}}):
        assert errors_of(acosta.browser.post("/v1/cases", json={"title": "x"} | given))
    assert len(staff.get("/v1/cases?q=unspeakable forbidden").json["items"]) == 1
    assert staff.get(path).json["custom"] == {"court": "Forbidden hall"}


def test_a_client_fills_but_does_not_run(staff: Browser, acosta: Client, opens: Open, lucia: Any) -> None:
    for name in ("due_on", "adviser_id"):
        tick(staff, name, True)
    for given in ({"due_on": "2026-12-01"}, {"assignee_id": str(lucia)}, {"account_id": str(acosta.account_id)}):
        assert errors_of(acosta.browser.post("/v1/cases", json={"title": "x"} | given))
    case = opens(description="a")
    change = {"version": case["version"], "description": "b"}
    assert errors_of(acosta.browser.patch(f"/v1/cases/{case['id']}", json=change)) == {
        "description": ["The firm keeps this. Tell it when something has changed."]
    }
    assert acosta.browser.get(f"/v1/cases/{case['id']}").json["changeable"] == []
    staff.put("/v1/fields/case/description", json={"mode": "optional"})
    assert acosta.browser.get(f"/v1/cases/{case['id']}").json["changeable"] == ["description"]
    assert acosta.browser.patch(f"/v1/cases/{case['id']}", json=change).json["description"] == "b"


def test_the_statuses_are_four_and_the_filter_shows_one(staff: Browser, acosta: Client, opens: Open) -> None:
    ids = [opens(title=f"Case {number}")["id"] for number in range(4)]
    for id, status in zip(ids[1:], ("in_progress", "waiting_for_response", "closed"), strict=True):
        assert staff.post(f"/v1/cases/{id}/status", json={"status": status}).json["status"] == status
    for who in (staff, acosta.browser):
        assert len(who.get("/v1/cases").json["items"]) == 4
        for id, status in zip(ids, ("open", "in_progress", "waiting_for_response", "closed"), strict=True):
            rows = who.get(f"/v1/cases?status={status}").json["items"]
            assert [row["id"] for row in rows] == [id]
    assert errors_of(staff.get("/v1/cases?status=new"))
    refused = staff.post(f"/v1/cases/{ids[3]}/status", json={"status": "waiting_for_response"})
    assert (refused.status_code, refused.json["code"]) == (409, "illegal_transition")


def test_an_answer_of_the_client_takes_a_waiting_case_back(
    portal: Harness, staff: Browser, acosta: Client, opens: Open, lucia: Any
) -> None:
    path = f"/v1/cases/{opens()['id']}"
    asked = {"message": "¿Qué carta?", "status": "waiting_for_response"}
    assert staff.post(f"{path}/comments", json=asked).json["status"] == "waiting_for_response"
    assert acosta.browser.get(path).json["unread"] is True
    assert acosta.browser.post(f"{path}/comments", json={"message": "Esta."}).json["status"] == "open"
    assert staff.put(f"{path}/assignee", json={"assignee_id": str(lucia)}).json["assignee"]["name"] == "Lucía Marín"
    staff.post(f"{path}/comments", json=asked)
    assert acosta.browser.post(f"{path}/comments", json={"message": "Esta."}).json["status"] == "in_progress"
    changes = [(line["field"], line["new"]) for line in staff.get(path).json["changes"]]
    assert ("assignee_id", "Lucía Marín") in changes
    assert ("status", "in_progress") in changes
    assert "changes" not in acosta.browser.get(path).json
    assert errors_of(staff.put(f"{path}/assignee", json={"assignee_id": str(new_id())}))


def test_a_closed_case_is_opened_again_for_some_days(portal: Harness, acosta: Client, opens: Open) -> None:
    with time_machine.travel(MONDAY, tick=False) as clock:
        staff, client = people(portal, acosta)
        path = f"/v1/cases/{opens(client)['id']}"
        assert client.post(f"{path}/reopen", json={}).json["code"] == "illegal_transition"
        staff.post(f"{path}/status", json={"status": "closed"})
        assert client.post(f"{path}/comments", json={"message": "x"}).status_code == 409
        assert client.get(path).json["allowed"] == ["reopen"]
        clock.move_to(MONDAY + timedelta(days=13))
        staff, client = people(portal, acosta)
        again = client.post(f"{path}/reopen", json={"message": "Falta algo."}).json
        assert (again["status"], again["comments"][0]["message"]) == ("open", "Falta algo.")
        staff.post(f"{path}/status", json={"status": "closed"})
        clock.move_to(MONDAY + timedelta(days=28))
        staff, client = people(portal, acosta)
        assert client.get(path).json["allowed"] == []
        assert client.post(f"{path}/reopen", json={}).json["code"] == "closed_too_long"
        assert staff.post(f"{path}/reopen", json={}).json["status"] == "open"


def test_no_client_ever_sees_an_internal_note(portal: Harness, staff: Browser, acosta: Client, opens: Open) -> None:
    path = f"/v1/cases/{opens()['id']}"
    document = document_of(acosta, name="secret.pdf", shared=False, shared_at=None)
    portal.deliver("documents.document.uploaded.v1", document)
    before = len(portal.recorded())
    note = {"message": "Unspeakable opinion", "internal": True, "document_ids": [document["id"]]}
    assert staff.post(f"{path}/comments", json=note).status_code == 201
    assert len(portal.recorded()) == before
    walk = (path, "/v1/cases", "/v1/cases?q=unspeakable", "/v1/case-form", "/v1/home", "/v1/shell")
    for place in walk:
        answer = acosta.browser.get(place)
        assert answer.status_code == 200
        assert "Unspeakable" not in answer.text
        assert "secret.pdf" not in answer.text
    assert acosta.browser.get("/v1/cases?q=unspeakable").json["items"] == []
    assert len(staff.get("/v1/cases?q=unspeakable").json["items"]) == 1
    assert errors_of(acosta.browser.post(f"{path}/comments", json=note)) == {"internal": ["Unknown field."]}
    # The control: the same words to the client are found on the same walk.
    staff.post(f"{path}/comments", json=note | {"internal": False})
    assert "Unspeakable" in acosta.browser.get(path).text
    assert len(acosta.browser.get("/v1/cases?q=unspeakable").json["items"]) == 1


def test_documents_stand_in_the_thread(portal: Harness, staff: Browser, acosta: Client, opens: Open) -> None:
    document = document_of(acosta, origin="client", shared=False, name="carta.pdf")
    case = opens(document_ids=[document["id"]])
    path = f"/v1/cases/{case['id']}"
    assert (case["documents"], case["pending_documents"]) == ([], 1)
    portal.deliver("documents.document.uploaded.v1", document)
    for who in (staff, acosta.browser):
        assert who.get(path).json["documents"][0]["name"] == "carta.pdf"
    assert [row["kind"] for row in staff.get("/v1/work").json["items"]] == ["case_waiting"]
    reply = {"document_ids": [document["id"]]}
    (entry,) = acosta.browser.post(f"{path}/comments", json=reply).json["comments"]
    assert entry["documents"][0]["id"] == document["id"]


def test_another_client_finds_nothing(staff: Browser, acosta: Client, stranger: Client, opens: Open) -> None:
    path = f"/v1/cases/{opens(title='Unspeakable')['id']}"
    assert stranger.browser.get("/v1/cases").json["items"] == []
    assert stranger.browser.get("/v1/cases?q=unspeakable").json["items"] == []
    assert stranger.browser.get(path).status_code == 404
    assert stranger.browser.post(f"{path}/comments", json={"message": "x"}).status_code == 404
    assert stranger.browser.post(f"{path}/reopen", json={}).status_code == 404


def test_the_same_key_opens_one_case_and_says_it_once(staff: Browser, acosta: Client, opens: Open) -> None:
    key = {"Idempotency-Key": "a1"}
    first, second = (acosta.browser.post("/v1/cases", json={"title": "Carta"}, headers=key).json for _time in range(2))
    assert first["id"] == second["id"]
    assert len(acosta.browser.get("/v1/cases").json["items"]) == 1
    path = f"/v1/cases/{first['id']}/comments"
    for _time in range(2):
        answer = acosta.browser.post(path, json={"message": "Hola"}, headers=key)
    assert len(answer.json["comments"]) == 1
    assert len(acosta.browser.post(path, json={"message": "Hola"}).json["comments"]) == 2


def test_search_and_filters_find_a_case(portal: Harness, acosta: Client, opens: Open, lucia: Any) -> None:
    with time_machine.travel(MONDAY, tick=False):
        first = opens(people(portal, acosta)[1], title="Declaración de IVA")
    with time_machine.travel(MONDAY + timedelta(days=9), tick=False):
        staff, client = people(portal, acosta)
        second = opens(client, title="Contrato de alquiler")
        third = opens(staff, title="Otro", account_id=str(acosta.account_id), priority="urgent")
        staff.put(f"/v1/cases/{second['id']}/assignee", json={"assignee_id": str(lucia)})

        def ids(query: str, who: Browser | None = None) -> set[str]:
            return {row["id"] for row in (who or staff).get(f"/v1/cases?{query}").json["items"]}

        assert ids("q=declaracion iva") == {first["id"]}
        assert ids(f"q=%23{second['number']}") == {second["id"]}
        assert ids("q=acosta contrato") == {second["id"]}
        assert ids("priority=urgent") == {third["id"]}
        assert ids(f"assignee={lucia}") == {second["id"]}
        assert ids("assignee=none") == {first["id"], third["id"]}
        assert ids("overdue=true") == {first["id"]}
        assert ids("opened_to=2026-11-23") == {first["id"]} == ids("opened_to=2026-11-23", client)
        assert ids("opened_from=2026-11-24&status=open") == {second["id"], third["id"]}
        assert ids(f"account_id={new_id()}") == set()
    for query in ("assignee=none", "overdue=true", "sort=due", "priority=urgent", f"account_id={acosta.account_id}"):
        assert errors_of(acosta.browser.get(f"/v1/cases?{query}"))
    assert errors_of(staff.get("/v1/cases?assignee=somebody"))


@pytest.mark.parametrize("sort", ["-created_at", "created_at", "-updated_at", "due", "number"])
def test_a_list_has_pages(staff: Browser, acosta: Client, opens: Open, sort: str) -> None:
    made = {opens(title=f"Case {number}")["id"] for number in range(5)}
    seen: list[str] = []
    cursor = ""
    while True:
        page = staff.get(f"/v1/cases?limit=2&sort={sort}{cursor}").json
        seen += [row["id"] for row in page["items"]]
        if not page["next"]:
            break
        cursor = f"&cursor={page['next']}"
    assert (len(seen), set(seen)) == (5, made)
    assert errors_of(staff.get("/v1/cases?cursor=x"))


def test_several_cases_are_given_away_and_closed(
    portal: Harness, staff: Browser, acosta: Client, opens: Open, lucia: Any
) -> None:
    ids = [opens(title=f"Case {number}")["id"] for number in range(3)]
    assert staff.post("/v1/case-acts", json={"case_ids": ids, "assignee_id": str(lucia)}).json == {"changed": 3}
    assert staff.post("/v1/case-acts", json={"case_ids": ids[:2], "close": True}).json == {"changed": 2}
    assert staff.post("/v1/case-acts", json={"case_ids": ids, "close": True}).json == {"changed": 1}
    assert len(portal.recorded("portal.case.assigned.v1")) == len(portal.recorded("portal.case.status_changed.v1")) == 3
    unknown = staff.post("/v1/case-acts", json={"case_ids": [ids[0], str(new_id())], "assignee_id": None})
    assert unknown.status_code == 404
    assert staff.get(f"/v1/cases/{ids[0]}").json["assignee_id"] == str(lucia)
    assert staff.get("/v1/case-counts").json == {"open": 0, "overdue": 0}
    assert errors_of(staff.post("/v1/case-acts", json={"case_ids": ids}))


def test_a_change_says_what_was_before(staff: Browser, acosta: Client, opens: Open) -> None:
    staff.post("/v1/fields/case", json={"kind": "number", "labels": {"en": "Amount"}})
    case = opens()
    path = f"/v1/cases/{case['id']}"
    before = staff.get(path).json
    change = {"version": case["version"], "title": "Otra", "priority": "urgent", "custom": {"amount": 5}}
    after = staff.patch(path, json=change).json
    assert (after["title"], after["priority"], after["custom"]) == ("Otra", "urgent", {"amount": 5})
    assert after["respond_by"] < before["respond_by"]
    lines = {line["field"]: (line["old"], line["new"]) for line in after["changes"]}
    assert lines == {
        "title": ("Carta de Hacienda", "Otra"),
        "priority": ("normal", "urgent"),
        "custom.amount": (None, 5),
    }
    assert staff.patch(path, json=change).json["code"] == "changed_meanwhile"
    assert errors_of(staff.patch(path, json={"version": after["version"], "case_type": "nothing"}))


@pytest.mark.parametrize(
    "given",
    [
        {"title": ""},
        {"title": "a\x00b"},
        {"title": "x" * 201},
        {"title": "x", "description": "x" * 4001},
        {"title": "x", "status": "closed"},
        {"title": "x", "document_ids": ["1"]},
        {"title": "x", "custom": {"nothing": 1}},
    ],
)
def test_a_wrong_case_is_refused(acosta: Client, given: dict[str, Any]) -> None:
    assert errors_of(acosta.browser.post("/v1/cases", json=given))


def test_cases_go_out_as_lines_of_text_alone(portal: Harness, acosta: Client) -> None:
    staff, client = people(portal, acosta)
    for title in ("=HYPERLINK(1)", "Carta; normal"):
        client.post("/v1/cases", json={"title": title})
    answer = staff.get("/v1/exports/cases?separator=;&mark=false&sort=created_at")
    head, first, second = answer.text.splitlines()
    assert head.startswith('"Number";"Client";"Title"')
    assert '"\'=HYPERLINK(1)"' in first
    assert '"Carta; normal"' in second
    assert staff.get("/v1/exports").json["items"][0]["kind"] == "cases"
    assert staff.get("/v1/exports/cases?q=normal&mark=false").text.count("\n") == 2
    assert portal.staff("requests.read").get("/v1/exports/cases").status_code == 403
    assert client.get("/v1/exports/cases").status_code == 403


def test_cases_are_found_by_a_field_of_the_firms_own(portal: Harness, acosta: Client) -> None:
    staff, client = people(portal, acosta)
    made = staff.post("/v1/fields/case", json={"kind": "text", "labels": {"en": "Court"}})
    assert made.status_code == 201, made.json
    name = made.json["name"]
    for court in ("Málaga 2", "Sevilla 1"):
        case = {"account_id": str(acosta.account_id), "title": court, "custom": {name: court}}
        assert staff.post("/v1/cases", json=case).status_code == 201
    found = staff.get("/v1/cases", query_string={"field": f"{name}:begins:malaga"}).json["items"]
    assert [case["title"] for case in found] == ["Málaga 2"]
    errors_of(staff.get("/v1/cases?field=nonsense:is:1"))
    errors_of(client.get("/v1/cases", query_string={"field": f"{name}:is:x"}))


def test_a_case_that_waits_for_the_client_stands_on_their_home(portal: Harness, acosta: Client) -> None:
    staff, client = people(portal, acosta)
    case = client.post("/v1/cases", json={"title": "Carta"}).json
    path = f"/v1/cases/{case['id']}"
    staff.post(f"{path}/status", json={"status": "waiting_for_response"})
    (entry,) = [entry for entry in client.get("/v1/home").json["to_do"] if entry["kind"] == "answer_case"]
    assert (entry["id"], entry["title"]) == (case["id"], "Carta")
    client.post(f"{path}/comments", json={"message": "Here."})
    assert not [entry for entry in client.get("/v1/home").json["to_do"] if entry["kind"] == "answer_case"]

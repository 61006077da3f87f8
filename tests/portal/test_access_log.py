"""The client sees who at the firm opened or changed what of theirs (B13)."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine
from sqlalchemy.exc import OperationalError

from services.chassis.database import new_id
from services.chassis.testing.harness import Browser, Harness
from services.portal.access_log import actions
from tests.portal.conftest import Client, document_of, sign_request_of

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
LUCIA = {"kind": "staff", "id": str(new_id()), "name": "Lucía Marín"}


def log(browser: Browser, **query: Any) -> list[dict[str, Any]]:
    answer = browser.get("/v1/access-log", query_string=query)
    assert answer.status_code == 200, answer.json
    return list(answer.json["items"])


def kinds(browser: Browser, **query: Any) -> list[str]:
    return [entry["kind"] for entry in log(browser, **query)]


def of_staff(staff: Browser, client: Client) -> list[str]:
    items = staff.get(f"/v1/accounts/{client.account_id}/access-log").json["items"]
    return [entry["kind"] for entry in items]


def opened(portal: Harness, document: dict[str, Any], how: str = "preview", **by: Any) -> None:
    data = {"document_id": document["id"], "account_id": document["account_id"], "how": how, "by": LUCIA | by}
    portal.deliver(portal.make("documents.document.opened.v1", data))


def role(portal: Harness, client: Client, name: str, contact_id: UUID | None = None) -> Browser:
    return portal.client(client.account_id, contact_id=contact_id or new_id(), role=name)


def change(staff: Browser, path: str, **values: Any) -> None:
    version = staff.get(path).json["version"]
    answer = staff.patch(path, json=values | {"version": version})
    assert answer.status_code == 200, answer.json


def test_a_view_stands_there_once_a_person_and_hour(portal: Harness, acosta: Client, stranger: Client) -> None:
    path, tiago = f"/v1/accounts/{acosta.account_id}", new_id()
    with time_machine.travel(NOW, tick=False) as clock:
        for _ in range(3):
            assert portal.staff(id=UUID(LUCIA["id"])).get(path).status_code == 200
        portal.staff(id=tiago, name="Tiago Costa").get(path)
        clock.move_to(NOW + timedelta(hours=1))
        portal.staff(id=tiago, name="Tiago Costa").get(path)
    entries = log(acosta.browser, group="views")
    assert sorted(entry["by"]["name"] for entry in entries) == ["Lucía Marín", "Tiago Costa", "Tiago Costa"]
    assert log(stranger.browser, group="views") == []


def test_the_page_comes_also_where_nothing_can_be_noted(
    portal: Harness, acosta: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_args: Any, **_kwargs: Any) -> None:
        raise OperationalError("INSERT", {}, Exception("disk full"))

    monkeypatch.setattr(actions, "note_opening", full)
    assert portal.staff(id=new_id()).get(f"/v1/accounts/{acosta.account_id}").status_code == 200


def test_a_request_that_staff_opens_stands_there_and_one_that_the_client_opens_does_not(
    staff: Browser, acosta: Client
) -> None:
    request = staff.post("/v1/requests", json={"account_id": str(acosta.account_id), "title": "Bank"}).json
    acosta.browser.get(f"/v1/requests/{request['id']}")
    assert kinds(acosta.browser, group="views") == []
    staff.get(f"/v1/requests/{request['id']}")
    entry = log(acosta.browser, group="views")[0]
    assert (entry["kind"], entry["title"], entry["subject"]["id"]) == ("request.viewed", "Bank", request["id"])


def test_documents_that_staff_opened_stand_there_where_the_client_may_see_them(
    portal: Harness, staff: Browser, acosta: Client
) -> None:
    shared, private = document_of(acosta, name="IVA.pdf"), document_of(acosta, name="Nota.pdf", shared=False)
    own = document_of(acosta, name="Recibo.pdf", shared=False, origin="client")
    for document in (shared, private, own):
        portal.deliver("documents.document.uploaded.v1", document)
        opened(portal, document)
    opened(portal, shared, "download")
    opened(portal, shared, "download")
    opened(portal, shared, kind="client", id=str(new_id()))
    entries = log(acosta.browser, group="documents")
    assert {(entry["kind"], entry["title"]) for entry in entries} == {
        ("document.opened", "IVA.pdf"),
        ("document.downloaded", "IVA.pdf"),
        ("document.opened", "Recibo.pdf"),
    }
    assert len(entries) == 3
    assert of_staff(staff, acosta).count("document.opened") == 3


def test_it_says_which_fields_were_changed_and_never_a_hidden_one(staff: Browser, acosta: Client) -> None:
    path = f"/v1/accounts/{acosta.account_id}"
    own = staff.post("/v1/fields/account", json={"kind": "text", "labels": {"en": "Risk"}}).json["name"]
    change(staff, path, phone="+34 600 100 200", locale="pt")
    change(staff, path, custom={own: "high"})
    entries = log(acosta.browser, group="details")
    changed = [[field["name"] for field in entry["fields"]] for entry in entries if entry["kind"] == "account.changed"]
    assert changed == [["phone"]], "the language is none of a client's fields, a new field is Hidden"
    by_staff = staff.get(f"{path}/access-log?group=details").json["items"]
    assert [field["name"] for field in by_staff[0]["fields"]] == [own]
    staff.put("/v1/field-modes/account", json={"modes": {own: "read_only", "phone": "hidden"}})
    entries = log(acosta.browser, group="details")
    changed = [[field["name"] for field in entry["fields"]] for entry in entries if entry["kind"] == "account.changed"]
    assert changed == [[own]]
    assert "high" not in str(entries), "what stood there is not told"


def test_what_a_client_changes_is_not_what_the_firm_did(staff: Browser, acosta: Client) -> None:
    staff.put("/v1/field-modes/account", json={"modes": {"phone": "optional"}})
    before = len(log(acosta.browser))
    version = acosta.browser.get("/v1/profile").json["account"]["version"]
    answer = acosta.browser.patch("/v1/profile/account", json={"phone": "+34 600 100 200", "version": version})
    assert answer.status_code == 200, answer.json
    assert len(log(acosta.browser)) == before


def test_changes_of_people_views_as_and_exports_stand_there(
    portal: Harness, staff: Browser, acosta: Client, stranger: Client
) -> None:
    change(staff, f"/v1/contacts/{acosta.contact_id}", name="Ana María Acosta")
    entry = log(acosta.browser, group="details")[0]
    assert (entry["kind"], [field["name"] for field in entry["fields"]]) == ("contact.changed", ["name"])
    viewed = {"user_id": str(acosta.user_id), "account_id": str(acosta.account_id), "name": "Ana", "by": LUCIA}
    event = portal.make("identity.user.viewed_as.v1", viewed)
    portal.deliver(event)
    portal.deliver(event)
    answer = staff.post("/v1/exports/clients", json={"account_ids": [str(acosta.account_id)]})
    assert answer.status_code == 200, answer.text
    assert sorted(kinds(acosta.browser, group="access")) == ["client.exported", "client.viewed_as"]
    assert kinds(stranger.browser, group="access") == []


def test_sign_requests_that_staff_opened(portal: Harness, acosta: Client) -> None:
    mine = sign_request_of(acosta)
    draft = sign_request_of(acosta, status="draft", sent_at=None, title="Draft")
    for request in (mine, draft):
        portal.deliver("signing.sign_request.sent.v1", request)
        data = {"sign_request_id": request["id"], "account_id": request["account_id"], "by": LUCIA}
        portal.deliver("signing.sign_request.opened.v1", data | {"title": request["title"]})
    assert [entry["title"] for entry in log(acosta.browser, group="views")] == ["Carta de encargo 2026"]
    other = role(portal, acosta, "member")
    assert log(other, group="views") == [], "addressed to somebody else"
    assert len(log(role(portal, acosta, "owner"), group="views")) == 1


def test_roles_see_what_they_may_see(portal: Harness, staff: Browser, acosta: Client) -> None:
    change(staff, f"/v1/contacts/{acosta.contact_id}", name="Ana María Acosta")
    change(staff, f"/v1/accounts/{acosta.account_id}", phone="+34 600 100 200")
    assert {"contact.changed", "account.changed"} <= set(kinds(role(portal, acosta, "owner")))
    member = set(kinds(role(portal, acosta, "member")))
    assert "account.changed" in member
    assert "contact.changed" not in member
    assert "contact.changed" in kinds(role(portal, acosta, "member", acosta.contact_id))
    for name in ("signer", "billing"):
        assert role(portal, acosta, name).get("/v1/access-log").status_code == 403


def test_it_is_filtered_paged_and_taken_away_as_csv(portal: Harness, staff: Browser, acosta: Client) -> None:
    tiago = portal.staff(id=new_id(), name="=Tiago Costa")
    for number in range(4):
        change(tiago, f"/v1/accounts/{acosta.account_id}", phone=f"+34 600 100 20{number}")
    answer = acosta.browser.get("/v1/access-log?limit=2").json
    people = {person["name"]: person["id"] for person in answer["people"]}
    assert set(people) == {"Lucía Marín", "=Tiago Costa"}
    seen, cursor = [entry["id"] for entry in answer["items"]], answer["next"]
    while cursor:
        page = acosta.browser.get("/v1/access-log", query_string={"limit": 2, "cursor": cursor}).json
        seen, cursor = [*seen, *(entry["id"] for entry in page["items"])], page["next"]
    assert seen == [entry["id"] for entry in log(acosta.browser)]
    mine = log(acosta.browser, by_id=people["=Tiago Costa"])
    assert {entry["by"]["name"] for entry in mine} == {"=Tiago Costa"}
    file = acosta.browser.get("/v1/access-log/file?group=details")
    assert file.mimetype == "text/csv"
    lines = file.text.splitlines()
    assert len(lines) == 1 + len(log(acosta.browser, group="details"))
    assert '"\'=Tiago Costa"' in lines[1], "threat 41"
    assert '"Changed the details"' in lines[1]
    assert '"Phone"' in lines[1]


def test_another_clients_log_is_nobody_elses(portal: Harness, staff: Browser, acosta: Client, stranger: Client) -> None:
    change(staff, f"/v1/accounts/{acosta.account_id}", phone="+34 600 100 200")
    assert "account.changed" not in kinds(stranger.browser)
    assigned = portal.staff(id=new_id(), assigned_only=True)
    assert assigned.get(f"/v1/accounts/{acosta.account_id}/access-log").status_code == 404
    assert staff.get(f"/v1/accounts/{new_id()}/access-log").status_code == 404
    assert staff.get(f"/v1/accounts/{acosta.account_id}/access-log").status_code == 200, "the control"

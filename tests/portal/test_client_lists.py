"""The list of clients: filters, tags, many at once, and what an export holds (threat 41)."""

import csv
import io
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from services.chassis.csv_text import neutral
from services.chassis.database import new_id
from services.chassis.testing.harness import Browser, Harness
from services.portal.directory import lists
from tests.portal.conftest import Client, errors_of, user_of


def add(staff: Browser, name: str, **more: Any) -> dict[str, Any]:
    answer = staff.post("/v1/accounts", json={"name": name} | more)
    assert answer.status_code == 201, answer.json
    account: dict[str, Any] = answer.json
    return account


def found(staff: Browser, **query: Any) -> list[str]:
    answer = staff.get("/v1/accounts", query_string=query)
    assert answer.status_code == 200, answer.json
    return [item["name"] for item in answer.json["items"]]


def test_each_filter_narrows_the_list(portal: Harness, staff: Browser) -> None:
    adviser = new_id()
    add(staff, "Acosta", kind="company", client_since="2020-01-01", adviser_id=str(adviser))
    add(staff, "Beltrán", kind="person", client_since="2024-06-01")
    add(staff, "Costa", kind="company", is_test=True)
    assert found(staff, kind="person") == ["Beltrán"]
    assert found(staff, adviser_id=str(adviser)) == ["Acosta"]
    assert found(staff, no_adviser=True) == ["Beltrán", "Costa"]
    assert found(staff, is_test=True) == ["Costa"]
    assert found(staff, since_from="2021-01-01") == ["Beltrán"]
    assert found(staff, since_to="2020-01-01") == ["Acosta"]
    assert found(staff, since_from="2020-01-01", since_to="2024-06-01", kind="company") == ["Acosta"]
    assert found(staff, sort="-client_since") == ["Beltrán", "Acosta", "Costa"]


def test_the_portal_status_in_the_list_follows_every_change(
    portal: Harness, staff: Browser, make_client: Callable[..., Client]
) -> None:
    acosta = make_client()
    assert found(staff, portal_status="invited") == ["Talleres Acosta, S.L."]
    portal.deliver("identity.user.activated.v1", user_of(acosta, status="active"))
    assert found(staff, portal_status="invited") == []
    assert found(staff, portal_status="active") == ["Talleres Acosta, S.L."]
    staff.delete(f"/v1/contacts/{acosta.contact_id}/access")
    assert found(staff, portal_status="suspended") == ["Talleres Acosta, S.L."]
    staff.delete(f"/v1/contacts/{acosta.contact_id}")
    assert found(staff, portal_status="not_invited") == ["Talleres Acosta, S.L."]


def test_many_are_counted_up_to_a_thousand_only(staff: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "MOST_COUNTED", 2)
    for name in "ABC":
        add(staff, name)
    page = staff.get("/v1/accounts").json
    assert (page["total"], page["total_is_more"]) == (2, True)
    page = staff.get("/v1/accounts?q=a").json
    assert (page["total"], page["total_is_more"]) == (1, False)


def test_a_tag_is_put_on_and_taken_off(portal: Harness, staff: Browser) -> None:
    account = add(staff, "Acosta")
    path = f"/v1/accounts/{account['id']}/tags"
    [tag] = staff.post(path, json={"name": "VIP"}).json["items"]
    assert staff.post(path, json={"name": "vip"}).json["items"] == [tag]
    assert found(staff, tag_id=tag["id"]) == ["Acosta"]
    assert staff.get(f"/v1/accounts/{account['id']}").json["tags"] == [tag]
    assert staff.get("/v1/accounts").json["items"][0]["tags"] == [tag]
    kinds = [entry["kind"] for entry in staff.get(f"/v1/accounts/{account['id']}/activity").json["items"]]
    assert kinds.count("account.tagged") == 1
    assert staff.delete(f"{path}/{tag['id']}").json["items"] == []
    assert found(staff, tag_id=tag["id"]) == []


def test_two_tags_become_one(portal: Harness, staff: Browser) -> None:
    both, old = (add(staff, name)["id"] for name in ("Acosta", "Beltrán"))
    for account, name in ((both, "VIP"), (both, "Important"), (old, "Important")):
        assert staff.post(f"/v1/accounts/{account}/tags", json={"name": name}).status_code == 200
    tags = {tag["name"]: tag for tag in staff.get("/v1/tags", query_string={"counted": True}).json["items"]}
    assert {name: tag["accounts"] for name, tag in tags.items()} == {"VIP": 1, "Important": 2}
    told = {"titles": {"en": "Party"}, "texts": {"en": "Come."}, "audience": "tags"}
    told |= {"tag_ids": [tags["Important"]["id"]]}
    news = staff.post("/v1/announcements", json=told).json["id"]
    path = f"/v1/tags/{tags['Important']['id']}/merge"
    assert "into_id" in errors_of(staff.post(path, json={"into_id": tags["Important"]["id"]}))
    assert staff.post(path, json={"into_id": str(new_id())}).status_code == 404
    assert portal.staff("clients.write").post(path, json={"into_id": tags["VIP"]["id"]}).status_code == 403
    assert staff.post(path, json={"into_id": tags["VIP"]["id"]}).json["name"] == "VIP"
    left = staff.get("/v1/tags", query_string={"counted": True}).json["items"]
    assert [(tag["name"], tag["accounts"]) for tag in left] == [("VIP", 2)]
    assert found(staff, tag_id=tags["VIP"]["id"]) == ["Acosta", "Beltrán"]
    assert [tag["name"] for tag in staff.get(f"/v1/announcements/{news}").json["tags"]] == ["VIP"]
    assert staff.post(path, json={"into_id": tags["VIP"]["id"]}).status_code == 404


def test_a_tag_is_renamed_for_all_and_removed_from_all(staff: Browser) -> None:
    account = add(staff, "Acosta")
    [tag] = staff.post(f"/v1/accounts/{account['id']}/tags", json={"name": "VIP"}).json["items"]
    other = staff.post("/v1/tags", json={"name": "Late payer", "color": "red"}).json
    assert "name" in errors_of(staff.post("/v1/tags", json={"name": "late  PAYER"}))
    assert "name" in errors_of(staff.patch(f"/v1/tags/{tag['id']}", json={"name": "Late payer"}))
    assert "color" in errors_of(staff.patch(f"/v1/tags/{tag['id']}", json={"color": "#fff"}))
    assert staff.patch(f"/v1/tags/{tag['id']}", json={"name": "Important", "color": "teal"}).json["color"] == "teal"
    assert [item["name"] for item in staff.get("/v1/tags").json["items"]] == ["Important", other["name"]]
    assert staff.delete(f"/v1/tags/{tag['id']}").status_code == 204
    assert staff.get(f"/v1/accounts/{account['id']}").json["tags"] == []
    assert staff.delete(f"/v1/tags/{tag['id']}").status_code == 404


def test_many_are_changed_at_once_or_none(portal: Harness, staff: Browser) -> None:
    ids = [add(staff, name)["id"] for name in ("Acosta", "Beltrán")]
    adviser = str(new_id())
    change = {"account_ids": ids, "add_tag": "VIP", "adviser_id": adviser}
    assert staff.post("/v1/accounts/bulk", json=change).json == {"changed": 2}
    assert staff.post("/v1/accounts/bulk", json=change).json == {"changed": 0}
    assert found(staff, adviser_id=adviser) == ["Acosta", "Beltrán"]
    strange = {"account_ids": [*ids, str(new_id())], "add_tag": "Other"}
    assert staff.post("/v1/accounts/bulk", json=strange).status_code == 404
    assert [tag["name"] for tag in staff.get("/v1/tags").json["items"]] == ["VIP"]
    assert "account_ids" in errors_of(staff.post("/v1/accounts/bulk", json={"account_ids": [], "add_tag": "X"}))


def test_who_sees_assigned_clients_changes_and_filters_these_alone(portal: Harness, staff: Browser) -> None:
    agent_id = new_id()
    own = add(staff, "Acosta", adviser_id=str(agent_id))["id"]
    other = add(staff, "Beltrán")["id"]
    agent = portal.staff("clients.read", "clients.write", id=agent_id, assigned_only=True)
    assert found(agent) == ["Acosta"]
    bulk = {"account_ids": [own, other], "add_tag": "VIP"}
    assert agent.post("/v1/accounts/bulk", json=bulk).status_code == 404
    assert agent.post(f"/v1/accounts/{other}/tags", json={"name": "VIP"}).status_code == 404
    assert agent.post("/v1/accounts/bulk", json=bulk | {"account_ids": [own]}).json == {"changed": 1}
    given = {"account_ids": [own], "adviser_id": str(new_id())}
    assert "adviser_id" in errors_of(agent.post("/v1/accounts/bulk", json=given))


def exported(staff: Browser, **query: Any) -> list[list[str]]:
    answer = staff.get("/v1/exports/clients", query_string=query)
    assert answer.status_code == 200, answer.json
    assert answer.data.startswith(b"\xef\xbb\xbf") is (query.get("mark") != "false")
    return list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig")), delimiter=query.get("separator", ",")))


def test_an_export_holds_what_the_list_was_filtered_to_and_says_who_made_it(portal: Harness, staff: Browser) -> None:
    ana = {"name": "Ana", "email": "ana@acosta.example", "mobile": "+34600111222", "role": "owner"}
    add(staff, "Acosta, S.L.", tax_number="B-1", contacts=[ana, {"name": "Bo", "email": "bo@acosta.example"}])
    add(staff, "Beltrán", kind="person")
    head, *rows = exported(staff, kind="company")
    assert head[:3] == ["Client", "Kind of client", "Tax number"]
    assert [row[:3] for row in rows] == [["Acosta, S.L.", "company", "B-1"]]
    head, *rows = exported(staff, kind_of_rows="contacts", separator=";", mark="false")
    assert head == ["External id", "Tax number", "Client", "Contact person", "Contact e-mail", "Mobile", "Role"]
    assert rows[0] == ["", "B-1", "Acosta, S.L.", "Ana", "ana@acosta.example", "'+34600111222", "owner"]
    assert len(rows) == 2
    told = staff.get("/v1/exports").json["items"]
    assert [(entry["kind"], entry["rows"], entry["by"]["name"]) for entry in told] == [
        ("contacts", 2, "Lucía Marín"),
        ("accounts", 1, "Lucía Marín"),
    ]
    assert told[1]["filters"]["kind"] == "company"


def test_no_cell_of_an_export_is_a_formula(staff: Browser) -> None:
    add(staff, "=HYPERLINK(1)", tax_number="@SUM(1)", phone="+34 952 555 100")
    [_head, row] = exported(staff)
    assert row[0] == "'=HYPERLINK(1)"
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in row)


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@x", "\t=1", "\r=1", "\n=1", " =1", "＝1", "＋1", "－1", "＠1"])
def test_what_a_spreadsheet_would_take_for_a_formula_becomes_text(text: str) -> None:
    assert neutral(text) == f"'{text}"
    assert neutral("a" + text) == "a" + text  # the control: what cannot be a formula stays


def test_a_field_that_is_switched_off_is_in_no_export(staff: Browser) -> None:
    add(staff, "Acosta", tax_number="B-1")
    staff.put("/v1/fields/account/tax_number", json={"active": False})
    head, row = exported(staff)
    assert "Tax number" not in head
    assert "B-1" not in row


def test_only_who_may_take_all_out_exports(portal: Harness, staff: Browser) -> None:
    agent = portal.staff("clients.read", "clients.write")
    assert agent.get("/v1/exports/clients").status_code == 403
    assert agent.get("/v1/exports").status_code == 403
    assert agent.get("/v1/imports").status_code == 403


def test_the_list_is_filtered_and_sorted_by_a_field_of_the_firms_own(staff: Browser) -> None:
    made = staff.post("/v1/fields/account", json={"kind": "text", "labels": {"en": "Sector"}})
    assert made.status_code == 201, made.json
    name = next(
        field["name"]
        for block in staff.get("/v1/fields").json["blocks"]
        for field in block["fields"]
        if field.get("custom") or field["name"].startswith("sector")
    )
    add(staff, "Acosta", custom={name: "Food"})
    add(staff, "Beltrán", custom={name: "Cars"})
    add(staff, "Costa")
    assert found(staff, field=f"{name}:is:food") == ["Acosta"]
    assert found(staff, field=f"{name}:begins:ca") == ["Beltrán"]
    assert found(staff, sort=f"custom.{name}") == ["Beltrán", "Acosta", "Costa"]
    assert "custom.secret" in errors_of(staff.get("/v1/accounts?field=secret:is:1"))
    assert UUID(made.json["id"]) if "id" in made.json else True


def test_the_chosen_ones_are_exported(staff: Browser) -> None:
    chosen, _other = add(staff, "Acosta")["id"], add(staff, "Beltrán")["id"]
    answer = staff.post("/v1/exports/clients", json={"account_ids": [chosen]})
    assert "Acosta" in answer.text
    assert "Beltrán" not in answer.text

"""The field editor: the three fields of access are inactive until they are activated (S8)."""

from typing import Any

import pytest

from services.chassis.testing.harness import Browser, Harness
from tests.portal.conftest import errors_of

ANA = {"name": "Ana Acosta", "email": "ana@acosta.example"}
REAL = {"portal_user": True, "support_start": "2026-01-01", "support_end": "2026-12-31"}


@pytest.fixture
def fresh(portal: Harness) -> Browser:
    """Staff of a new firm, which has activated nothing."""
    return portal.staff()


def active(staff: Browser, block: str = "contact") -> dict[str, bool]:
    blocks = {entry["name"]: entry["fields"] for entry in staff.get("/v1/fields").json["blocks"]}
    return {field["name"]: field["active"] for field in blocks[block]}


def switch(staff: Browser, name: str, to: bool, block: str = "contact") -> Any:
    return staff.put(f"/v1/fields/{block}/{name}", json={"active": to})


def add(staff: Browser, **values: Any) -> Any:
    return staff.post("/v1/accounts", json={"name": "Acosta", "contacts": [ANA | values]})


def test_the_three_fields_of_access_are_inactive_in_a_new_house(fresh: Browser) -> None:
    assert {name for name, on in active(fresh).items() if not on} == set(REAL)
    assert all(active(fresh, "account").values())


@pytest.mark.parametrize("name", REAL)
def test_an_inactive_field_takes_nothing_and_an_active_one_does(fresh: Browser, name: str) -> None:
    refused = add(fresh, **{name: REAL[name]})
    assert (refused.status_code, list(errors_of(refused))) == (422, [f"contacts.0.{name}"])
    assert switch(fresh, name, True).status_code == 200
    assert add(fresh, **{name: REAL[name]}).json["contacts"][0][name] == REAL[name]


def test_an_inactive_field_may_be_sent_as_it_is_in_an_empty_form(fresh: Browser) -> None:
    empty = {"portal_user": False, "support_start": None, "support_end": None}
    assert add(fresh, **empty).status_code == 201


def test_the_invitation_makes_portal_users_while_the_field_is_inactive(fresh: Browser) -> None:
    account = add(fresh).json
    contact = account["contacts"][0]
    path = f"/v1/accounts/{account['id']}/invitations"
    assert fresh.post(path, json={"contact_ids": [contact["id"]]}).json["items"][0]["result"] == "invited"
    shown = fresh.get(f"/v1/contacts/{contact['id']}").json
    assert (shown["portal_user"], shown["portal_status"], shown["invited_by"]["kind"]) == (True, "invited", "staff")
    form = ANA | {"portal_user": True, "version": shown["version"]}
    assert fresh.patch(f"/v1/contacts/{contact['id']}", json=form).status_code == 200, "a form may send what stands"
    assert add(fresh, email="eva@acosta.example", invite=True).json["contacts"][0]["portal_user"] is True


def test_what_stands_in_a_field_comes_back_when_it_is_reactivated(staff: Browser) -> None:
    contact = add(staff, support_end="2026-12-31").json["contacts"][0]
    path = f"/v1/contacts/{contact['id']}"
    switch(staff, "support_end", False)
    hidden = staff.get(path).json
    assert hidden["support_end"] is None
    assert staff.patch(path, json={"name": "Ana", "support_end": None, "version": hidden["version"]}).status_code == 200
    switch(staff, "support_end", True)
    assert staff.get(path).json["support_end"] == "2026-12-31"


def test_a_field_without_which_there_is_no_record_stays(fresh: Browser) -> None:
    answer = switch(fresh, "email", False)
    assert (answer.status_code, answer.json["code"]) == (409, "field_fixed")
    assert switch(fresh, "shoe_size", False).status_code == 404
    assert switch(fresh, "phone", False, block="contact").status_code == 404


def test_only_those_who_set_the_house_up_switch_fields(portal: Harness) -> None:
    assert switch(portal.staff("clients.read", "clients.write"), "mobile", False).status_code == 403


def test_the_start_must_not_be_after_the_end(staff: Browser) -> None:
    wrong = {"support_start": "2026-12-31", "support_end": "2026-01-01"}
    assert "contacts.0.support_end" in errors_of(add(staff, **wrong))
    contact = add(staff, support_start="2026-06-01").json["contacts"][0]
    change = {"support_end": "2026-05-31", "version": contact["version"]}
    assert "support_end" in errors_of(staff.patch(f"/v1/contacts/{contact['id']}", json=change))
    one_day = {"support_end": "2026-06-01", "version": contact["version"]}
    assert staff.patch(f"/v1/contacts/{contact['id']}", json=one_day).status_code == 200

"""Answers by mail are written into their threads by the rules of the API (B18)."""

from typing import Any

import pytest

from services.chassis import clock
from services.chassis.columns import new_id
from services.chassis.testing.harness import Browser, Harness
from tests.portal.conftest import Client, user_of

TYPE, SETTLED = "notifications.mail.received.v1", "portal.mail_reply.settled.v1"


@pytest.fixture(autouse=True)
def known(portal: Harness, acosta: Client) -> None:
    portal.deliver("identity.user.saved.v1", user_of(acosta, id=str(acosta.user_id), status="active"))


def answer(portal: Harness, client: Client, kind: str, id: str, text: str = "De acuerdo.", **more: Any) -> Any:
    """Deliver an answer by mail of the client's person and return what portal says of it."""
    by = {"kind": "client", "id": str(client.user_id), "name": "Ana Acosta"}
    data = {"id": str(new_id()), "by": by, "account_id": str(client.account_id), "contact_id": str(client.contact_id)}
    data |= {"thread_kind": kind, "thread_id": id, "message": text, "document_ids": []}
    portal.deliver(TYPE, data | more)
    return portal.recorded(SETTLED)[-1].data


def begun(client: Client) -> str:
    return str(client.browser.post("/v1/conversations", json={"title": "Furgoneta", "text": "¿Y?"}).json["id"])


def test_an_answer_stands_in_its_conversation_marked_as_a_mail(portal: Harness, staff: Browser, acosta: Client) -> None:
    id = begun(acosta)
    assert answer(portal, acosta, "conversation", id)["outcome"] == "posted"
    last = staff.get(f"/v1/conversations/{id}").json["messages"][-1]
    assert (last["text"], last["by"]["via"], last["by"]["name"]) == ("De acuerdo.", "email", "Ana Acosta")
    assert "via" not in staff.get(f"/v1/conversations/{id}").json["messages"][0]["by"]


def test_an_answer_to_a_request_and_to_a_case(portal: Harness, staff: Browser, acosta: Client) -> None:
    request = staff.post("/v1/requests", json={"account_id": str(acosta.account_id), "title": "Nóminas"}).json["id"]
    case = acosta.browser.post("/v1/cases", json={"title": "Embargo", "description": "Ayuda"}).json["id"]
    assert answer(portal, acosta, "request", request, "x" * 5000)["text_is_cut"] is True
    assert answer(portal, acosta, "case", case)["outcome"] == "posted"
    assert staff.get(f"/v1/requests/{request}").json["status"] == "replied"
    assert staff.get(f"/v1/cases/{case}").json["comments"][-1]["message"] == "De acuerdo."


def test_a_closed_request_refuses_and_a_closed_case_opens_again(
    portal: Harness, staff: Browser, acosta: Client
) -> None:
    request = staff.post("/v1/requests", json={"account_id": str(acosta.account_id), "title": "Nóminas"}).json["id"]
    staff.post(f"/v1/requests/{request}/close")
    assert answer(portal, acosta, "request", request)["reason"] == "illegal_transition"
    assert staff.get(f"/v1/requests/{request}").json["comments"] == []
    case = acosta.browser.post("/v1/cases", json={"title": "Embargo", "description": "Ayuda"}).json["id"]
    staff.post(f"/v1/cases/{case}/status", json={"status": "closed"})
    assert answer(portal, acosta, "case", case)["outcome"] == "posted"
    assert staff.get(f"/v1/cases/{case}").json["status"] == "open"


def test_another_clients_thread_is_not_found(portal: Harness, acosta: Client, stranger: Client) -> None:
    foreign = begun(stranger)
    assert answer(portal, acosta, "conversation", foreign)["reason"] == "not_found"
    moved = {"account_id": str(stranger.account_id)}
    assert answer(portal, acosta, "conversation", foreign, **moved)["reason"] == "no_access"
    assert len(stranger.browser.get(f"/v1/conversations/{foreign}").json["messages"]) == 1


def test_who_has_no_access_any_more_is_refused(portal: Harness, staff: Browser, acosta: Client) -> None:
    id = begun(acosta)
    people = f"/v1/contacts/{acosta.contact_id}"
    contact = staff.get(f"/v1/accounts/{acosta.account_id}").json["contacts"][0]
    yesterday = clock.now().date().replace(year=clock.now().year - 1).isoformat()
    changed = staff.patch(people, json={"support_end": yesterday, "version": contact["version"]})
    assert changed.status_code == 200, changed.json
    assert answer(portal, acosta, "conversation", id)["reason"] == "no_access"


def test_staff_answers_as_themselves_and_sees_assigned_clients_alone(
    portal: Harness, staff: Browser, acosta: Client
) -> None:
    id, lucia = begun(acosta), {"kind": "staff", "id": str(new_id()), "name": "Lucía Marín"}
    portal.deliver("identity.user.saved.v1", lucia | {"status": "active", "accounts": [], "version": 1})
    of_staff = {"by": lucia, "contact_id": None}
    assert answer(portal, acosta, "conversation", id, **of_staff, assigned_only=True)["reason"] == "not_found"
    assert answer(portal, acosta, "conversation", id, **of_staff)["outcome"] == "posted"
    assert acosta.browser.get(f"/v1/conversations/{id}").json["messages"][-1]["by"]["name"] == "Lucía Marín"

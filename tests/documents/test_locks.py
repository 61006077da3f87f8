"""Documents that wait for a payment: the client sees them and gets no byte of them by any way."""

from typing import Any
from uuid import UUID

import pytest

from services.chassis.columns import new_id
from services.chassis.testing.harness import Harness
from services.documents.library import queries as library
from tests.documents.samples import PDF, uploaded

WAYS = ("content", "content?how=preview", "content?version=1")


def locked(harness: Harness, account: UUID, **values: Any) -> str:
    staff = harness.staff()
    document = uploaded(staff, account, name="Memoria.pdf", share="true")
    values = {"reference": "2031", "text": "Thank you.", "amount": 42000, "currency": "EUR"} | values
    answer = staff.post(f"/v1/documents/{document['id']}/lock", json=values)
    assert answer.status_code == 200, answer.json
    return str(document["id"])


def test_the_client_sees_a_locked_document_and_gets_no_byte(harness: Harness, account: UUID) -> None:
    client, id = harness.client(account), locked(harness, account)
    (row,) = client.get("/v1/documents").json["items"]
    assert (row["name"], row["size"], row["locked"]) == ("Memoria.pdf", len(PDF), True)
    lock = client.get(f"/v1/documents/{id}/lock").json["lock"]
    assert (lock["reference"], lock["amount"], lock["currency"], lock["text"]) == ("2031", 42000, "EUR", "Thank you.")
    for way in WAYS:
        answer = client.get(f"/v1/documents/{id}/{way}")
        assert (answer.status_code, answer.json["code"]) == (403, "locked_until_paid"), way
        assert harness.peer("signing").get(f"/v1/documents/{id}/{way}").status_code == 404
    assert harness.staff().get(f"/v1/documents/{id}/content").data == PDF
    link = harness.staff().post(f"/v1/documents/{id}/share-links", json={})
    assert (link.status_code, link.json["code"]) == (409, "document_locked")
    (placed,) = harness.recorded("documents.lock.placed.v1")
    assert placed.data["reference"] == "2031"


def test_without_the_one_place_that_asks_the_bytes_are_out(
    harness: Harness, account: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    id = locked(harness, account)
    monkeypatch.setattr(library, "require_open", lambda *_asked: None)
    assert harness.client(account).get(f"/v1/documents/{id}/content").data == PDF, "control"


def test_a_paid_invoice_opens_what_waits_for_it_once(harness: Harness, account: UUID) -> None:
    invoice = new_id()
    by_number, by_id = locked(harness, account), locked(harness, account, reference="2032", invoice_id=str(invoice))
    other = locked(harness, account, reference="2033", invoice_id=str(new_id()))
    client = harness.client(account)
    paid = {"account_id": str(account), "amount": 1, "id": str(new_id()), "invoice_number": "2031"}
    harness.deliver("portal.invoice.paid.v1", paid | {"account_id": str(new_id())})
    assert client.get(f"/v1/documents/{by_number}/content").status_code == 403, "another client's invoice opens nothing"
    event = harness.deliver("portal.invoice.paid.v1", paid)
    harness.deliver(event)
    harness.deliver("portal.invoice.paid.v1", paid | {"id": str(invoice), "invoice_number": "other"})
    harness.deliver("portal.invoice.paid.v1", paid | {"invoice_number": "2033"})
    answers = [client.get(f"/v1/documents/{id}/content").status_code for id in (by_number, by_id, other)]
    assert answers == [200, 200, 403], "a lock with an id is opened by that invoice alone"
    assert len(harness.recorded("documents.lock.opened.v1")) == 2
    actions = [entry["action"] for entry in client.get(f"/v1/documents/{by_number}/history").json["items"]]
    assert "unlocked" in actions


def test_staff_unlocks_for_a_reason_and_what_cannot_be_locked(harness: Harness, account: UUID) -> None:
    id, staff, client = locked(harness, account), harness.staff(), harness.client(account)
    again = staff.post(f"/v1/documents/{id}/lock", json={"reference": "1"})
    assert (again.status_code, again.json["code"]) == (409, "document_locked")
    assert staff.post(f"/v1/documents/{id}/unlock", json={"reason": " "}).status_code == 422
    assert client.post(f"/v1/documents/{id}/unlock", json={"reason": "I want it"}).status_code == 403
    assert staff.post(f"/v1/documents/{id}/unlock", json={"reason": "Paid in cash"}).json == {"lock": None}
    assert client.get(f"/v1/documents/{id}/content").data == PDF
    assert staff.post(f"/v1/documents/{id}/unlock", json={"reason": "x"}).json["code"] == "not_locked"
    own = uploaded(client, account)
    refused = staff.post(f"/v1/documents/{own['id']}/lock", json={"reference": "1"})
    assert (refused.status_code, refused.json["code"]) == (409, "not_the_firms")
    for wrong in ({}, {"reference": "1", "amount": 5}, {"reference": "1", "amount": 5, "currency": "euro"}):
        assert staff.post(f"/v1/documents/{id}/lock", json=wrong).status_code == 422, wrong

"""What waits for the firm stands on the work list and leaves it once it is dealt with."""

from typing import Any

import pytest

from services.chassis.database import new_id
from services.chassis.testing.harness import Browser, Harness
from tests.portal.conftest import Client, document_of, errors_of, sign_request_of, user_of


def waiting(staff: Browser, **query: str) -> list[tuple[str, str]]:
    answer = staff.get("/v1/work", query_string=query).json
    assert answer["total"] == len(answer["items"])
    return [(entry["kind"], entry["title"]) for entry in answer["items"]]


def replied(staff: Browser, client: Client, title: str, **fields: Any) -> str:
    request = staff.post("/v1/requests", json={"account_id": str(client.account_id), "title": title} | fields).json
    client.browser.post(f"/v1/requests/{request['id']}/replies", json={"message": "Here."})
    return f"/v1/requests/{request['id']}"


def test_an_answer_waits_until_staff_answers_or_closes(staff: Browser, acosta: Client) -> None:
    first, second = replied(staff, acosta, "First"), replied(staff, acosta, "Second")
    assert waiting(staff) == [("request_replied", "First"), ("request_replied", "Second")]
    staff.post(f"{first}/replies", json={"message": "Thank you. And September?"})
    staff.post(f"{second}/close")
    assert waiting(staff) == []


def test_an_uploaded_document_waits_until_staff_opens_it(portal: Harness, staff: Browser, acosta: Client) -> None:
    document = document_of(acosta, origin="client", shared=False, uploaded_at="2026-11-20T09:30:00+00:00")
    portal.deliver("documents.document.uploaded.v1", document)
    assert waiting(staff) == [("document_uploaded", "IVA.pdf")]
    opened = {"document_id": document["id"], "account_id": document["account_id"], "at": "2026-11-20T10:00:00+00:00"}
    by_client = {"kind": "client", "id": str(acosta.user_id), "name": "Ana"}
    portal.deliver("documents.document.opened.v1", opened | {"by": by_client})
    assert len(waiting(staff)) == 1
    by_staff = {"kind": "staff", "id": str(new_id()), "name": "Lucía"}
    portal.deliver("documents.document.opened.v1", opened | {"by": by_staff})
    assert waiting(staff) == []


def test_a_document_that_came_with_an_answer_waits_as_the_answer(
    portal: Harness, staff: Browser, acosta: Client
) -> None:
    document = document_of(acosta, origin="client", shared=False)
    portal.deliver("documents.document.uploaded.v1", document)
    request = staff.post("/v1/requests", json={"account_id": str(acosta.account_id), "title": "Ask"}).json
    reply = {"document_ids": [document["id"]]}
    acosta.browser.post(f"/v1/requests/{request['id']}/replies", json=reply)
    assert waiting(staff) == [("request_replied", "Ask")]


@pytest.mark.parametrize("kind", ["document_uploaded", "request_signed"])
def test_what_was_looked_at_goes_and_comes_back_when_it_changes(
    portal: Harness, staff: Browser, acosta: Client, kind: str
) -> None:
    if kind == "document_uploaded":
        state, type, moment = document_of(acosta, origin="client"), "documents.document.uploaded.v1", "uploaded_at"
    else:
        state = sign_request_of(acosta, status="completed")
        type, moment = "signing.sign_request.completed.v1", "completed_at"
    portal.deliver(type, state | {moment: "2025-01-01T09:30:00+00:00"})
    assert [entry[0] for entry in waiting(staff)] == [kind]
    assert staff.post("/v1/work/seen", json={"kind": kind, "id": state["id"]}).status_code == 204
    assert staff.post("/v1/work/seen", json={"kind": kind, "id": state["id"]}).status_code == 204
    assert waiting(staff) == []
    portal.deliver(type, state | {moment: "2999-01-01T09:30:00+00:00", "version": 20})
    assert [entry[0] for entry in waiting(staff)] == [kind]


def test_only_what_exists_is_taken_from_the_list(staff: Browser, acosta: Client) -> None:
    nothing = {"kind": "document_uploaded", "id": str(new_id())}
    assert staff.post("/v1/work/seen", json=nothing).status_code == 404
    errors_of(staff.post("/v1/work/seen", json={"kind": "request_replied", "id": str(new_id())}))


def test_an_invitation_that_did_not_arrive_waits_until_it_does(portal: Harness, staff: Browser, acosta: Client) -> None:
    portal.deliver("identity.user.saved.v1", user_of(acosta, status="undeliverable"))
    assert waiting(staff) == [("invitation_undeliverable", "Ana Acosta")]
    portal.deliver("identity.user.saved.v1", user_of(acosta, status="active", version=2))
    assert waiting(staff) == []


def test_the_list_is_in_order_of_due_dates_and_filtered(
    portal: Harness, staff: Browser, acosta: Client, stranger: Client
) -> None:
    adviser = str(new_id())
    staff.patch(f"/v1/accounts/{acosta.account_id}", json={"adviser_id": adviser, "version": 1})
    replied(staff, acosta, "Later", due_on="2026-12-01")
    replied(staff, stranger, "Sooner", due_on="2026-11-01")
    portal.deliver("documents.document.uploaded.v1", document_of(acosta, origin="client", name="Some day"))
    assert [title for _, title in waiting(staff)] == ["Sooner", "Later", "Some day"]
    assert [title for _, title in waiting(staff, assignee_id=adviser)] == ["Later", "Some day"]
    assert [title for _, title in waiting(staff, account_id=str(stranger.account_id))] == ["Sooner"]
    assert [title for _, title in waiting(staff, kind="document_uploaded")] == ["Some day"]
    first = staff.get("/v1/work").json["items"][0]
    assert (first["account_name"], first["assignee"]) == ("Ribeiro e Filhos", None)
    assert staff.get("/v1/work?kind=document_uploaded").json["items"][0]["assignee"]["id"] == adviser

"""Client requests: asking, answering, closing (S30 to S34, S52)."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from services.chassis.database import new_id
from services.chassis.testing.harness import Browser, Harness
from services.portal.requests.models import MAX_CITED
from tests.portal.conftest import Client, document_of, errors_of, sign_request_of


@pytest.fixture
def ask(staff: Browser, acosta: Client) -> Callable[..., dict[str, Any]]:
    """A function with which staff asks the client something."""

    def ask(**fields: Any) -> dict[str, Any]:
        given = {"account_id": str(acosta.account_id), "title": "Extractos bancarios", "message": "Por favor."}
        answer = staff.post("/v1/requests", json=given | fields)
        assert answer.status_code == 201, answer.json
        request: dict[str, Any] = answer.json
        return request

    return ask


Ask = Callable[..., dict[str, Any]]


def test_a_request_reaches_the_client(portal: Harness, acosta: Client, ask: Ask) -> None:
    request = ask(items=[{"title": "Septiembre"}, {"title": "Octubre"}], due_on="2026-11-28")
    assert request["status"] == "open"
    assert [item["title"] for item in request["items"]] == ["Septiembre", "Octubre"]
    (row,) = acosta.browser.get("/v1/requests").json["items"]
    assert (row["kind"], row["id"], row["unread"], row["waiting"]) == ("request", request["id"], True, True)
    assert (row["items_total"], row["items_open"], row["due_on"]) == (2, 2, "2026-11-28")
    seen = acosta.browser.get(f"/v1/requests/{request['id']}").json
    assert seen["message"] == "Por favor."
    assert seen["allowed"] == ["reply"]
    (told,) = portal.recorded("portal.request.created.v1")
    assert told.data["items"][1]["title"] == "Octubre"
    assert acosta.browser.post(f"/v1/requests/{request['id']}/read").status_code == 204
    assert acosta.browser.post(f"/v1/requests/{request['id']}/read").status_code == 204
    assert acosta.browser.get("/v1/requests").json["items"][0]["unread"] is False


def test_a_reply_with_a_document_stands_under_comments(
    portal: Harness, staff: Browser, acosta: Client, ask: Ask
) -> None:
    request = ask()
    path = f"/v1/requests/{request['id']}"
    document = document_of(acosta, origin="client", shared=False, request_id=request["id"])
    reply = {"message": "Aquí los tiene.", "document_ids": [document["id"]]}
    answer = acosta.browser.post(f"{path}/replies", json=reply)
    assert answer.status_code == 201
    assert answer.json["status"] == "replied"
    (comment,) = staff.get(path).json["comments"]
    assert (comment["documents"], comment["pending_documents"]) == ([], 1)
    portal.deliver("documents.document.uploaded.v1", document)
    for who in (staff, acosta.browser):
        (comment,) = who.get(path).json["comments"]
        assert [shown["id"] for shown in comment["documents"]] == [document["id"]]
        assert comment["pending_documents"] == 0
    told = portal.recorded("portal.request.replied.v1")[0].data
    assert told["comment_document_ids"] == [UUID(document["id"])]
    assert (told["comment"], told["status"], told["by"]["kind"]) == ("Aquí los tiene.", "replied", "client")
    row = staff.get("/v1/requests").json["items"][0]
    assert (row["waiting"], row["unread"], row["account_name"]) == (True, True, "Talleres Acosta, S.L.")


def test_items_are_received_one_by_one(portal: Harness, acosta: Client, ask: Ask) -> None:
    request = ask(items=[{"title": "Septiembre"}, {"title": "Octubre"}])
    path = f"/v1/requests/{request['id']}"
    first, second = (item["id"] for item in request["items"])
    document = document_of(acosta, origin="client", shared=False)
    portal.deliver("documents.document.uploaded.v1", document)
    reply = {"items": [{"id": first, "document_ids": [document["id"]]}]}
    answered = acosta.browser.post(f"{path}/replies", json=reply).json
    assert [item["status"] for item in answered["items"]] == ["received", "open"]
    assert answered["items"][0]["documents"][0]["id"] == document["id"]
    assert acosta.browser.get("/v1/requests?state=waiting").json["items"][0]["items_open"] == 1
    reply = {"items": [{"id": second, "document_ids": [str(new_id())]}]}
    assert acosta.browser.post(f"{path}/replies", json=reply).status_code == 201
    assert acosta.browser.get("/v1/requests?state=waiting").json["items"] == []


def test_an_item_of_another_request_is_refused(acosta: Client, ask: Ask) -> None:
    other = ask(items=[{"title": "Otro"}])["items"][0]["id"]
    answer = acosta.browser.post(
        f"/v1/requests/{ask()['id']}/replies", json={"items": [{"id": other, "document_ids": [str(new_id())]}]}
    )
    assert "items.0.id" in errors_of(answer)


def test_an_answer_of_the_firm_opens_the_request_again(staff: Browser, acosta: Client, ask: Ask) -> None:
    path = f"/v1/requests/{ask()['id']}"
    acosta.browser.post(f"{path}/replies", json={"message": "¿Cuáles?"})
    assert acosta.browser.get(path).json["unread"] is False  # who answers has read it
    assert staff.post(f"{path}/replies", json={"message": "Los del banco."}).json["status"] == "open"
    seen = acosta.browser.get(path).json
    assert seen["unread"] is True
    assert [comment["by"]["kind"] for comment in seen["comments"]] == ["client", "staff"]


def test_no_client_ever_sees_an_internal_note(portal: Harness, staff: Browser, acosta: Client, ask: Ask) -> None:
    path = f"/v1/requests/{ask()['id']}"
    document = document_of(acosta, name="secret.pdf")
    portal.deliver("documents.document.uploaded.v1", document)
    before = len(portal.recorded())
    note = {"message": "They never answer.", "internal": True, "document_ids": [document["id"]]}
    assert staff.post(f"{path}/replies", json=note).json["version"] == 1
    assert len(portal.recorded()) == before
    assert staff.get(path).json["comments"][0]["internal"] is True
    for shown in (acosta.browser.get(path).text, acosta.browser.get("/v1/requests").text):
        assert "never answer" not in shown
        assert "secret.pdf" not in shown
    refused = acosta.browser.post(f"{path}/replies", json={"message": "x", "internal": True})
    assert errors_of(refused) == {"internal": ["Unknown field."]}


def test_a_client_sees_cited_documents_only_when_they_are_shared(
    portal: Harness, staff: Browser, acosta: Client, ask: Ask
) -> None:
    document = document_of(acosta, shared=False, shared_at=None)
    portal.deliver("documents.document.uploaded.v1", document)
    path = f"/v1/requests/{ask(document_ids=[document['id']])['id']}"
    assert len(staff.get(path).json["documents"]) == 1
    assert acosta.browser.get(path).json["documents"] == []
    portal.deliver("documents.document.shared.v1", document | {"shared": True, "version": 2})
    assert len(acosta.browser.get(path).json["documents"]) == 1
    portal.deliver("documents.document.unshared.v1", document | {"version": 3})
    assert acosta.browser.get(path).json["documents"] == []
    portal.deliver("documents.document.deleted.v1", document | {"status": "deleted", "version": 4})
    assert staff.get(path).json["documents"] == []
    portal.deliver("documents.document.restored.v1", document | {"shared": True, "version": 5})
    assert len(acosta.browser.get(path).json["documents"]) == 1


def test_a_document_of_another_client_is_shown_to_nobody(
    portal: Harness, staff: Browser, acosta: Client, stranger: Client, ask: Ask
) -> None:
    foreign = document_of(stranger, name="foreign.pdf")
    portal.deliver("documents.document.uploaded.v1", foreign)
    path = f"/v1/requests/{ask()['id']}"
    unknown = acosta.browser.post(f"{path}/replies", json={"document_ids": [str(new_id())]})
    known = acosta.browser.post(f"{path}/replies", json={"document_ids": [foreign["id"]]})
    assert unknown.status_code == known.status_code == 201  # whether an id exists is not told
    assert "foreign.pdf" not in acosta.browser.get(path).text + staff.get(path).text


def test_what_was_uploaded_for_a_request_waits_to_be_sent(portal: Harness, acosta: Client, ask: Ask) -> None:
    request = ask()
    path = f"/v1/requests/{request['id']}"
    document = document_of(acosta, origin="client", shared=False, request_id=request["id"])
    portal.deliver("documents.document.uploaded.v1", document)
    assert [found["id"] for found in acosta.browser.get(path).json["unsent_documents"]] == [document["id"]]
    answered = acosta.browser.post(f"{path}/replies", json={"document_ids": [document["id"]]}).json
    assert answered["unsent_documents"] == []


def test_a_request_is_closed_and_reopened(portal: Harness, staff: Browser, acosta: Client, ask: Ask) -> None:
    path = f"/v1/requests/{ask()['id']}"
    assert staff.post(f"{path}/reopen", json={}).json["code"] == "illegal_transition"
    assert staff.post(f"{path}/close").json["status"] == "closed"
    assert staff.get(path).json["allowed"] == ["reopen"]
    for refused in (
        staff.post(f"{path}/close"),
        staff.post(f"{path}/replies", json={"message": "x"}),
        acosta.browser.post(f"{path}/replies", json={"message": "x"}),
    ):
        assert (refused.status_code, refused.json["code"]) == (409, "illegal_transition")
    assert staff.post(f"{path}/replies", json={"message": "x", "internal": True}).status_code == 201
    assert staff.post(f"{path}/reopen").json["status"] == "open"
    staff.post(f"{path}/close")
    reopened = staff.post(f"{path}/reopen", json={"message": "One is missing."}).json
    assert (reopened["status"], reopened["version"]) == ("open", 6)
    assert [event.type for event in portal.recorded()][-3:] == [
        "portal.request.closed.v1",
        "portal.request.reopened.v1",
        "portal.request.replied.v1",
    ]


@pytest.mark.parametrize(
    "reply",
    [
        {},
        {"message": "  "},
        {"message": "a\x00b"},
        {"message": "x" * 4001},
        {"message": "x", "status": "closed"},
        {"document_ids": ["1"]},
        {"document_ids": [str(new_id()) for _ in range(MAX_CITED + 1)]},
    ],
)
def test_a_wrong_reply_is_refused(acosta: Client, ask: Ask, reply: dict[str, Any]) -> None:
    errors_of(acosta.browser.post(f"/v1/requests/{ask()['id']}/replies", json=reply))


def test_a_message_keeps_its_lines(acosta: Client, ask: Ask) -> None:
    assert ask(message="One\r\nTwo\n\n\tThree ")["message"] == "One\nTwo\n\n\tThree"


def test_the_largest_request_still_travels(portal: Harness, acosta: Client, ask: Ask) -> None:
    items = [{"title": "😀" * 120} for _ in range(40)]
    many = [str(new_id()) for _ in range(MAX_CITED)]
    request = ask(title="😀" * 200, message="😀" * 4000, items=items, document_ids=many)
    reply = {"message": "😀" * 4000, "document_ids": many}
    assert acosta.browser.post(f"/v1/requests/{request['id']}/replies", json=reply).status_code == 201


def test_nothing_is_asked_of_an_unknown_or_archived_client(staff: Browser, acosta: Client) -> None:
    assert "account_id" in errors_of(staff.post("/v1/requests", json={"account_id": str(new_id()), "title": "x"}))
    staff.patch(f"/v1/accounts/{acosta.account_id}", json={"status": "archived", "version": 1})
    archived = {"account_id": str(acosta.account_id), "title": "x"}
    assert "account_id" in errors_of(staff.post("/v1/requests", json=archived))


def test_sign_requests_stand_among_the_incoming(portal: Harness, staff: Browser, acosta: Client, ask: Ask) -> None:
    ask()
    state = sign_request_of(acosta)
    portal.deliver("signing.sign_request.sent.v1", state)
    rows = {row["kind"]: row for row in acosta.browser.get("/v1/requests").json["items"]}
    row = rows["sign_request"]
    assert (row["id"], row["status"], row["unread"], row["waiting"]) == (state["id"], "sent", True, True)
    assert (row["document_id"], row["pages"]) == (state["document_id"], 4)
    assert set(rows) == {"request", "sign_request"}
    viewed = state | {"version": 5, "recipients": [state["recipients"][0] | {"status": "viewed"}]}
    portal.deliver("signing.sign_request.viewed.v1", viewed | {"recipient_id": state["recipients"][0]["id"]})
    row = acosta.browser.get("/v1/requests?kind=sign_request").json["items"][0]
    assert (row["unread"], row["waiting"]) == (False, True)
    signed = {"status": "signed", "signed_at": "2026-11-20T10:00:00+00:00"}
    done = state | {"version": 9, "status": "completed", "recipients": [state["recipients"][0] | signed]}
    portal.deliver("signing.sign_request.completed.v1", done)
    row = acosta.browser.get("/v1/requests?state=done").json["items"][0]
    assert (row["status"], row["waiting"]) == ("completed", False)
    assert [row["kind"] for row in staff.get("/v1/requests").json["items"]] == ["request"]
    every = staff.get("/v1/requests?kind=all").json["items"]
    assert {row["kind"] for row in every} == {"request", "sign_request"}


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"status": "draft", "sent_at": None}, "it is a draft"),
        ({"recipient": {"contact_id": str(new_id())}}, "somebody else signs"),
        ({"recipient": {"status": "waiting"}}, "others sign first"),
    ],
)
def test_a_sign_request_is_not_there_before_its_time(
    portal: Harness, acosta: Client, changes: dict[str, Any], reason: str
) -> None:
    portal.deliver("signing.sign_request.created.v1", sign_request_of(acosta, **changes))
    assert acosta.browser.get("/v1/requests").json["items"] == [], reason


@pytest.mark.parametrize("sort", ["created_at", "-created_at", "due_on"])
def test_pages_of_the_merged_list_hold_each_row_once(portal: Harness, acosta: Client, ask: Ask, sort: str) -> None:
    ids = {ask(due_on=due)["id"] for due in ("2026-12-01", None, "2026-11-01", None)}
    for due in ("2026-11-15", None):
        state = sign_request_of(acosta, due_on=due)
        portal.deliver("signing.sign_request.sent.v1", state)
        ids.add(state["id"])
    rows: list[dict[str, Any]] = []
    cursor = ""
    while cursor is not None:
        query = {"sort": sort, "limit": 2} | ({"cursor": cursor} if cursor else {})
        answer = acosta.browser.get("/v1/requests", query_string=query).json
        rows += answer["items"]
        cursor = answer["next"]
    assert len(rows) == 6
    assert {row["id"] for row in rows} == ids
    if sort == "due_on":
        assert [row["due_on"] for row in rows] == ["2026-11-01", "2026-11-15", "2026-12-01", None, None, None]


def test_staff_filters_requests(staff: Browser, acosta: Client, stranger: Client, ask: Ask) -> None:
    ask(title="Alpha")
    beta = ask(title="Beta", account_id=str(stranger.account_id))
    staff.post(f"/v1/requests/{beta['id']}/close")

    def titles(**query: str) -> list[str]:
        return sorted(row["title"] for row in staff.get("/v1/requests", query_string=query).json["items"])

    assert titles() == ["Alpha", "Beta"]
    assert titles(account_id=str(stranger.account_id)) == ["Beta"]
    assert titles(status="closed") == titles(state="done") == titles(q="bet") == ["Beta"]
    assert titles(state="waiting") == titles(q="%") == []
    errors_of(staff.get("/v1/requests?sort=title"))
    errors_of(staff.get("/v1/requests?status=lost"))

"""What waits for the firm stands on the work list and leaves it once it is dealt with."""

from datetime import timedelta
from typing import Any

import pytest

from services.chassis import clock
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
    errors_of(staff.post("/v1/work/seen", json={"kind": "case_waiting", "id": str(new_id())}))


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


def row(staff: Browser, kind: str, **query: str) -> dict[str, Any]:
    (found,) = staff.get("/v1/work", query_string={"kind": kind} | query).json["items"]
    return found  # type: ignore[no-any-return]


def act(staff: Browser, act: str, *rows: dict[str, Any], **more: Any) -> Any:
    items = [{"kind": row["kind"], "id": row["id"]} for row in rows]
    return staff.post("/v1/work/acts", json={"items": items, "act": act} | more)


def test_every_kind_that_waits_stands_there_and_goes_with_done(
    portal: Harness, staff: Browser, acosta: Client, stranger: Client
) -> None:
    replied(staff, acosta, "Ask")
    acosta.browser.post("/v1/conversations", json={"title": "Talk", "text": "Hello"})
    acosta.browser.post("/v1/cases", json={"title": "Case"})
    acosta.browser.post("/v1/reviews", json={"stars": 2, "comment": "Slow"})
    portal.deliver("documents.document.uploaded.v1", document_of(acosta, origin="client"))
    signed = sign_request_of(acosta, status="completed", completed_at="2026-11-20T09:30:00+00:00")
    portal.deliver("signing.sign_request.completed.v1", signed)
    portal.deliver("signing.sign_request.declined.v1", sign_request_of(acosta, status="declined"))
    answer = staff.get("/v1/work").json
    done = {"request_replied", "conversation_waiting", "document_uploaded", "request_signed", "request_declined"}
    done |= {"review_received"}
    assert {entry["kind"] for entry in answer["items"]} == done | {"case_waiting"}
    assert {kind for kind, count in answer["counts"].items() if count} == done | {"case_waiting"}
    assert row(staff, "review_received")["stars"] == 2
    errors_of(act(staff, "done", row(staff, "case_waiting")))
    assert act(staff, "done", *(entry for entry in answer["items"] if entry["kind"] in done)).json == {"changed": 6}
    assert waiting(staff) == [("case_waiting", "Case")]
    request = next(entry for entry in answer["items"] if entry["kind"] == "request_replied")
    acosta.browser.post(f"/v1/requests/{request['id']}/replies", json={"message": "One more."})
    assert ("request_replied", "Ask") in waiting(staff)


def test_what_is_put_off_is_back_the_next_day_or_with_news(portal: Harness, staff: Browser, acosta: Client) -> None:
    colleague = portal.staff()
    path = replied(staff, acosta, "Ask")
    tomorrow = clock.now() + timedelta(days=1)
    assert act(staff, "snooze", row(staff, "request_replied"), until=tomorrow.isoformat()).status_code == 200
    assert (waiting(staff), waiting(staff, snoozed="true")) == ([], [("request_replied", "Ask")])
    assert waiting(colleague) == [("request_replied", "Ask")]
    acosta.browser.post(f"{path}/replies", json={"message": "And this."})
    assert waiting(staff) == [("request_replied", "Ask")]
    entry = row(staff, "request_replied")
    act(staff, "snooze", entry, until=(clock.now() + timedelta(hours=1)).isoformat())
    assert waiting(staff) == []
    act(staff, "snooze", entry)
    assert waiting(staff) == [("request_replied", "Ask")]
    errors_of(act(staff, "snooze", entry, until="2020-01-01T00:00:00+00:00"))


def test_work_is_given_to_somebody_and_filtered_by_person(portal: Harness, staff: Browser, acosta: Client) -> None:
    lucia = new_id()
    portal.deliver("identity.user.saved.v1", user_of(acosta, id=str(lucia), kind="staff", name="Lucía"))
    staff = portal.staff(id=lucia)
    replied(staff, acosta, "Ask", due_on="2020-01-01")
    acosta.browser.post("/v1/conversations", json={"title": "Talk", "text": "Hello"})
    acosta.browser.post("/v1/cases", json={"title": "Case"})
    entries = staff.get("/v1/work").json["items"]
    assert (len(waiting(staff, assigned="none")), waiting(staff, assigned="me")) == (3, [])
    assert act(staff, "assign", *entries, assignee_id=str(lucia)).json == {"changed": 3}
    assert (waiting(staff, assigned="none"), len(waiting(staff, assigned="me"))) == ([], 3)
    assert row(staff, "request_replied")["assignee"] == {"id": str(lucia), "name": "Lucía"}
    assert waiting(staff, overdue="true") == [("request_replied", "Ask")]
    act(staff, "assign", *entries)
    assert len(waiting(staff, assigned="none")) == 3
    errors_of(act(staff, "assign", *entries, assignee_id=str(new_id())))


def test_a_note_that_calls_a_colleague_waits_for_them_until_they_look(
    portal: Harness, staff: Browser, acosta: Client
) -> None:
    marta = new_id()
    portal.deliver("identity.user.saved.v1", user_of(acosta, id=str(marta), kind="staff", name="Marta"))
    called, path = portal.staff(id=marta, name="Marta"), "/v1/conversations"
    talk = acosta.browser.post(path, json={"title": "Talk", "text": "Hello"}).json["id"]
    for _time in range(2):
        staff.post(f"{path}/{talk}/messages", json={"text": "@Marta, what now?", "internal": True})
    assert waiting(called, kind="mentioned") == [("mentioned", "Talk")]
    assert waiting(staff, kind="mentioned") == []
    errors_of(act(called, "assign", row(called, "mentioned"), assignee_id=str(marta)))
    assert called.get(f"{path}/{talk}").json["unread"]
    called.post(f"{path}/{talk}/read")
    assert waiting(called, kind="mentioned") == []
    staff.post(f"{path}/{talk}/messages", json={"text": "@Marta, again", "internal": True})
    act(called, "done", row(called, "mentioned"))
    assert waiting(called, kind="mentioned") == []


def test_pages_of_the_list_follow_each_other(portal: Harness, staff: Browser, acosta: Client) -> None:
    for number in range(3):
        replied(staff, acosta, f"Same day {number}", due_on="2026-12-01")
        portal.deliver("documents.document.uploaded.v1", document_of(acosta, origin="client", name=f"File {number}"))
    whole, cursor, found = waiting(staff), None, []
    while True:
        page = staff.get("/v1/work", query_string={"limit": 2} | ({"cursor": cursor} if cursor else {})).json
        found += [(entry["kind"], entry["title"]) for entry in page["items"]]
        if not (cursor := page["next"]):
            break
    assert (found, len(found)) == (whole, 6)
    errors_of(staff.get("/v1/work?cursor=nonsense"))


def test_what_is_not_on_the_list_cannot_be_acted_upon(staff: Browser, acosta: Client) -> None:
    nothing = {"kind": "request_replied", "id": str(new_id())}
    assert act(staff, "done", nothing).status_code == 404
    assert act(acosta.browser, "done", nothing).status_code == 403

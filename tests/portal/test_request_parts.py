"""Requests part by part: checklists, templates, many clients at once, series, reminders."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine

from services.chassis.database import new_id
from services.chassis.testing.harness import Browser, Harness
from services.portal.request_series.calendar import first_from
from tests.portal.conftest import Client, errors_of

ITEMS = [
    {"title": "Statement of July", "needs_file": True, "description": "Both accounts."},
    {"title": "Which car?"},
    {"title": "Anything else", "optional": True},
]
MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)
Make = Callable[..., Client]


def asked(staff: Browser, client: Client, **more: Any) -> dict[str, Any]:
    """Ask the client for the three items and return the request."""
    body = {"account_id": str(client.account_id), "title": "Papers", "items": ITEMS} | more
    answer = staff.post("/v1/requests", json=body)
    assert answer.status_code == 201, answer.json
    made: dict[str, Any] = answer.json
    return made


def told(portal: Harness) -> list[str]:
    """Return what was told of requests, in order."""
    return [event.type.split(".")[2] for event in portal.recorded() if event.type.startswith("portal.request.")]


def test_a_checklist_is_answered_judged_and_closes_by_itself(portal: Harness, staff: Browser, acosta: Client) -> None:
    made = asked(staff, acosta)
    at, (july, car, _other) = f"/v1/requests/{made['id']}", [item["id"] for item in made["items"]]
    client = acosta.browser
    needs = client.post(f"{at}/items/{july}/answers", json={"message": "Tomorrow"})
    assert errors_of(needs) == {"document_ids": ["Add a document."]}
    once = {"headers": {"Idempotency-Key": "a1"}, "json": {"document_ids": [str(new_id())]}}
    first = client.post(f"{at}/items/{july}/answers", **once).json
    assert [item["status"] for item in first["items"]] == ["received", "open", "open"]
    assert client.post(f"{at}/items/{july}/answers", **once).json["version"] == first["version"]
    row = client.get("/v1/requests").json["items"][0]
    assert (row["waiting"], row["items_total"] - row["items_open"]) == (True, 1)
    assert [row["kind"] for row in staff.get("/v1/work").json["items"]] == ["request_replied"]

    sent_back = staff.post(f"{at}/items/{july}/reject", json={"reason": "A page is missing."}).json
    assert (sent_back["status"], sent_back["items"][0]["status"]) == ("open", "rejected")
    assert sent_back["items"][0]["reason"] == "A page is missing."
    assert staff.get("/v1/work").json["items"] == []
    client.post(f"{at}/items/{july}/answers", json={"document_ids": [str(new_id())]})
    client.post(f"{at}/items/{car}/answers", json={"message": "The blue one."})
    assert client.get("/v1/requests?state=waiting").json["items"] == []  # what is optional keeps nothing waiting
    assert staff.post(f"{at}/items/{car}/accept").json["status"] == "replied"
    done = staff.post(f"{at}/items/{july}/accept").json
    assert (done["status"], done["items"][2]["status"]) == ("closed", "open")
    acts = [comment["act"] for comment in done["comments"]]
    assert acts == ["answered", "rejected", "answered", "answered", "accepted", "accepted"]
    assert told(portal)[-3:] == ["item_accepted", "item_accepted", "closed"]
    assert portal.recorded("portal.request.closed.v1")[-1].data["all_accepted"] is True
    assert portal.recorded("portal.request.item_rejected.v1")[0].data["reason"] == "A page is missing."
    kinds = [entry["kind"] for entry in staff.get(f"/v1/accounts/{acosta.account_id}/activity").json["items"]]
    assert {"request.item_answered", "request.item_rejected", "request.item_accepted"} <= set(kinds)


def test_what_makes_no_sense_of_an_item_is_refused(staff: Browser, acosta: Client, stranger: Client) -> None:
    made, other = asked(staff, acosta), asked(staff, acosta)
    at, item = f"/v1/requests/{made['id']}/items", made["items"][1]["id"]
    refused = [
        (404, stranger.browser.post(f"{at}/{item}/answers", json={"message": "x"})),
        (404, acosta.browser.post(f"{at}/{other['items'][0]['id']}/answers", json={"message": "x"})),
        (404, staff.post(f"{at}/{new_id()}/accept")),
        (409, staff.post(f"{at}/{item}/accept")),
        (409, staff.post(f"{at}/{item}/reject", json={"reason": "x"})),
        (422, staff.post(f"{at}/{item}/reject", json={"reason": " "})),
        (422, acosta.browser.post(f"{at}/{item}/answers", json={})),
        (403, acosta.browser.post(f"{at}/{item}/accept")),
    ]
    assert [status for status, _ in refused] == [answer.status_code for _, answer in refused]
    acosta.browser.post(f"{at}/{item}/answers", json={"message": "The blue one."})
    staff.post(f"{at}/{item}/accept")
    assert acosta.browser.post(f"{at}/{item}/answers", json={"message": "No, red"}).status_code == 409
    assert staff.post(f"{at}/{item}/reject", json={"reason": "Not that one"}).status_code == 200
    long = [{"title": "x" * 120} for _ in range(41)]
    body = {"account_id": str(acosta.account_id), "title": "x", "items": long}
    assert "items" in errors_of(staff.post("/v1/requests", json=body))


def test_due_day_and_reminders_are_changed_and_a_double_send_is_one(staff: Browser, acosta: Client) -> None:
    body = {"account_id": str(acosta.account_id), "title": "Papers"}
    twice = [staff.post("/v1/requests", json=body, headers={"Idempotency-Key": "k"}).json for _ in range(2)]
    assert twice[0]["id"] == twice[1]["id"]
    at = f"/v1/requests/{twice[0]['id']}"
    change = {"due_on": "2026-12-24", "reminders": False, "version": 1}
    changed = staff.patch(at, json=change).json
    assert (changed["due_on"], changed["reminders"], changed["version"]) == ("2026-12-24", False, 2)
    assert staff.patch(at, json=change).json["code"] == "changed_meanwhile"
    for _ in range(2):
        said = acosta.browser.post(f"{at}/replies", json={"message": "Here"}, headers={"Idempotency-Key": "r"})
        assert said.status_code == 201
    assert len(staff.get(at).json["comments"]) == 1


def test_templates_are_kept_changed_and_archived(staff: Browser) -> None:
    texts = {"es": {"title": "Extractos", "message": "Todos."}}
    template = {"title": "Statements", "message": "All.", "items": ITEMS, "due_days": 14, "texts": texts}
    made = staff.post("/v1/request-templates", json=template).json
    at = f"/v1/request-templates/{made['id']}"
    assert made["items"][0] == {"optional": False} | ITEMS[0]
    assert staff.put(at, json=template | {"title": "Bank", "version": 1}).json["version"] == 2
    assert staff.put(at, json=template | {"version": 1}).status_code == 409
    staff.post(f"{at}/archive")
    assert staff.get("/v1/request-templates").json["items"] == []
    assert [row["title"] for row in staff.get("/v1/request-templates?archived=true&q=ban").json["items"]] == ["Bank"]
    staff.post(f"{at}/restore")
    assert len(staff.get("/v1/request-templates").json["items"]) == 1


def test_many_are_asked_once_and_who_is_left_out_is_said(portal: Harness, staff: Browser, make_client: Make) -> None:
    people = [make_client(f"Client {n}", f"Person {n}", f"p{n}@x.example") for n in range(3)]
    nobody = staff.post("/v1/accounts", json={"name": "Nobody there"}).json["id"]
    staff.patch(f"/v1/accounts/{people[0].account_id}", json={"locale": "es", "version": 1})
    staff.patch(f"/v1/accounts/{people[2].account_id}", json={"status": "archived", "version": 1})
    ids = [str(one.account_id) for one in people] + [nobody]
    counted = staff.post("/v1/request-recipients", json={"to": 1})
    assert counted.status_code == 422
    assert staff.post("/v1/request-recipients", json={"filters": {}}).json == {
        "total": 3, "names": ["Client 0", "Client 1", "Nobody there"]
    }  # fmt: skip
    content = {"title": "Papers", "texts": {"es": {"title": "Papeles"}}, "items": ITEMS, "due_days": 7}
    body = {"to": {"account_ids": ids}, "content": content}
    with time_machine.travel(MONDAY, tick=False):
        lucia = portal.staff()
        for _ in range(2):
            batch = lucia.post("/v1/request-batches", json=body, headers={"Idempotency-Key": "b"}).json
            portal.run_sender("request_batches")
    done = staff.get(f"/v1/request-batches/{batch['id']}").json
    assert [done[name] for name in ("status", "total", "sent", "left_out")] == ["done", 4, 2, 2]
    rows = staff.get(f"/v1/request-batches/{batch['id']}/rows?status=left_out").json["items"]
    assert [(row["account_name"], row["reason"]) for row in rows] == [
        ("Client 2", "archived"), ("Nobody there", "no_contact")
    ]  # fmt: skip
    made = staff.get("/v1/requests").json["items"]
    assert sorted((row["title"], row["due_on"]) for row in made) == [
        ("Papeles", "2026-11-30"),
        ("Papers", "2026-11-30"),
    ]
    assert [row["id"] for row in staff.get("/v1/request-batches").json["items"]] == [batch["id"]]


def test_a_series_comes_once_for_each_of_its_days(portal: Harness, staff: Browser, make_client: Make) -> None:
    client = make_client()
    body = {
        "to": {"account_ids": [str(client.account_id)]},
        "content": {"title": "Month's papers", "due_days": 5},
        "every": "month",
        "day": 31,
        "starts_on": "2026-11-30",
        "ends_on": "2027-02-01",
    }
    with time_machine.travel(MONDAY, tick=False) as clock:
        once = {"json": body, "headers": {"Idempotency-Key": "s"}}
        lucia = portal.staff()
        series = lucia.post("/v1/request-series", **once).json
        assert lucia.post("/v1/request-series", **once).json["id"] == series["id"]
        assert series["next_on"] == "2026-11-30"
        at = f"/v1/request-series/{series['id']}"

        def run(*day: int) -> list[str]:
            clock.move_to(datetime(*day, 10, tzinfo=UTC), tick=False)  # type: ignore[misc]
            for _ in range(2):
                portal.run_timer("run_request_series")
                portal.run_sender("request_batches")
            return sorted(row["due_on"] for row in portal.staff().get("/v1/requests").json["items"])

        assert run(2026, 11, 29) == []
        assert run(2026, 11, 30) == ["2026-12-05"]
        assert portal.staff().post(f"{at}/pause").json["next_on"] is None
        assert run(2026, 12, 31) == ["2026-12-05"]
        clock.move_to(datetime(2027, 1, 2, 10, tzinfo=UTC))
        assert portal.staff().post(f"{at}/resume").json["next_on"] == "2027-01-31"
        account = portal.staff().get(f"/v1/accounts/{client.account_id}").json
        portal.staff().patch(
            f"/v1/accounts/{client.account_id}", json={"status": "archived", "version": account["version"]}
        )
        run(2027, 1, 31)
        shown = portal.staff().get(at).json
        assert (shown["status"], shown["next_on"], shown["allowed"]) == ("ended", None, [])
        assert [(one["period_on"], one["sent"], one["left_out"]) for one in shown["runs"]] == [
            ("2027-01-31", 0, 1), ("2026-11-30", 1, 0)
        ]  # fmt: skip
        assert portal.staff().post(f"{at}/pause").status_code == 409


@pytest.mark.parametrize(
    ("every", "day", "start", "earliest", "expected"),
    [
        ("week", 1, date(2026, 11, 22), date(2026, 11, 22), date(2026, 11, 23)),
        ("month", 31, date(2027, 1, 31), date(2027, 2, 1), date(2027, 2, 28)),
        ("quarter", 5, date(2026, 11, 10), date(2026, 11, 10), date(2027, 2, 5)),
        ("year", 29, date(2028, 2, 29), date(2028, 3, 1), date(2029, 2, 28)),
    ],
)
def test_the_days_of_a_series(every: str, day: int, start: date, earliest: date, expected: date) -> None:
    assert first_from(every, day, start, earliest) == expected


def test_a_client_is_reminded_on_each_day_once_while_parts_are_open(
    portal: Harness, staff: Browser, acosta: Client
) -> None:
    with time_machine.travel(MONDAY, tick=False) as clock:
        made = asked(portal.staff(), acosta, due_on="2026-12-01")
        asked(portal.staff(), acosta, title="Not reminded", due_on="2026-12-01", reminders=False)
        at = f"/v1/requests/{made['id']}"

        def late(day: int, hour: int = 10) -> list[int]:
            clock.move_to(datetime(2026, 12 if day < 20 else 11, day, hour, tzinfo=UTC), tick=False)
            for _ in range(2):
                portal.run_timer("remind_of_requests")
            return [event.data["days_late"] for event in portal.recorded("portal.request.reminded.v1")]

        assert late(27) == []
        assert late(28, 5) == []  # nobody is reminded in the night
        assert late(28) == [-3]
        assert late(29) == [-3]
        assert late(3) == [-3, 2]  # the day itself was missed: made up for once
        assert late(4) == [-3, 2, 3]
        assert portal.recorded("portal.request.reminded.v1")[0].data["missing"] == ["Statement of July", "Which car?"]
        for item in made["items"][:2]:
            acosta_now = portal.client(acosta.account_id, contact_id=acosta.contact_id, id=acosta.user_id)
            said = {"message": "Here", "document_ids": [str(new_id())]}
            assert acosta_now.post(f"{at}/items/{item['id']}/answers", json=said).status_code == 201
        assert late(10) == [-3, 2, 3]  # it waits for the firm now
        settings = {"most": 0, "active": True, "version": 0}
        assert portal.staff().put("/v1/request-reminders", json=settings).json["days_before"] == 3
        portal.staff().post(f"{at}/items/{made['items'][0]['id']}/reject", json={"reason": "Page 2"})
        assert late(13) == [-3, 2, 3]  # the firm set that nobody is reminded after the day

"""Targets of cases: working hours, escalation, the report, and the answers kept ready (B21)."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine

from services.chassis.testing.harness import Browser, Harness
from services.portal.canned_answers.filling import filled, unknown_placeholders
from services.portal.cases import hours
from services.portal.cases.timers import escalate
from tests.portal.conftest import Client, errors_of
from tests.portal.test_cases import MONDAY, people

MADRID = ZoneInfo("Europe/Madrid")
DAY = [["09:00", "14:00"], ["16:00", "19:00"]]
WEEK = [DAY, DAY, DAY, DAY, [["09:00", "15:00"]], [], []]


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=MADRID).astimezone(UTC)


@pytest.mark.parametrize(
    ("start", "minutes", "end"),
    [
        ("2026-11-23T10:00", 60, "2026-11-23T11:00"),
        ("2026-11-23T13:30", 60, "2026-11-23T16:30"),
        ("2026-11-23T20:00", 30, "2026-11-24T09:30"),
        ("2026-11-27T14:30", 60, "2026-11-30T09:30"),
        ("2026-11-28T12:00", 0, "2026-11-30T09:00"),
        ("2026-11-23T09:00", 480, "2026-11-23T19:00"),
        ("2026-10-23T14:00", 120, "2026-10-26T10:00"),  # the clocks change on the weekend between
    ],
)
def test_working_time_goes_by_in_working_hours_alone(start: str, minutes: int, end: str) -> None:
    assert hours.after(WEEK, MADRID, local(start), minutes) == local(end)
    assert hours.minutes_between(WEEK, MADRID, local(start), local(end)) == minutes


def test_a_night_in_which_the_clocks_change_counts_as_long_as_it_is() -> None:
    nights = [[["00:00", "00:00"]]] * 7
    begins, ends = local("2026-10-25T00:00"), local("2026-10-26T00:00")
    assert hours.minutes_between(nights, MADRID, begins, ends) == 25 * 60


def test_a_missed_target_is_escalated_once(portal: Harness, acosta: Client) -> None:
    with time_machine.travel(MONDAY, tick=False) as clock:
        staff, client = people(portal, acosta)
        case = client.post("/v1/cases", json={"title": "Carta"}).json
        escalate(portal.runtime)
        assert portal.recorded("portal.case.escalated.v1") == []
        clock.move_to(MONDAY + timedelta(days=1))
        for _time in range(2):
            escalate(portal.runtime)
        (told,) = portal.recorded("portal.case.escalated.v1")
        assert (str(told.data["id"]), told.data["target"]) == (case["id"], "response")
        staff, client = people(portal, acosta)
        path = f"/v1/cases/{case['id']}"
        seen = staff.get(path).json
        assert (seen["escalated"], seen["overdue"], seen["response_met"]) == (True, True, False)
        assert staff.get("/v1/case-counts").json == {"open": 1, "overdue": 1}
        seen = staff.post(f"{path}/comments", json={"message": "Hola"}).json
        assert (seen["overdue"], seen["next_due"], seen["response_minutes"] > 480) == (False, "resolution", True)
        clock.move_to(MONDAY + timedelta(days=9))
        escalate(portal.runtime)
        assert [event.data["target"] for event in portal.recorded("portal.case.escalated.v1")] == [
            "response",
            "resolution",
        ]


def test_the_clock_stands_while_a_case_waits_for_the_client(portal: Harness, acosta: Client) -> None:
    with time_machine.travel(MONDAY, tick=False) as clock:
        staff, client = people(portal, acosta)
        path = f"/v1/cases/{client.post('/v1/cases', json={'title': 'Carta'}).json['id']}"
        before = staff.get(path).json["resolve_by"]
        clock.move_to(MONDAY + timedelta(hours=1))
        staff, client = people(portal, acosta)
        asked = staff.post(f"{path}/comments", json={"message": "?", "status": "waiting_for_response"}).json
        assert (asked["next_due_at"], asked["response_minutes"], asked["response_met"]) == (None, 60, True)
        clock.move_to(MONDAY + timedelta(days=14, hours=1))
        escalate(portal.runtime)
        assert portal.recorded("portal.case.escalated.v1") == []
        staff, client = people(portal, acosta)
        client.post(f"{path}/comments", json={"message": "Aquí está."})
        after = staff.get(path).json
        assert datetime.fromisoformat(after["resolve_by"]) - datetime.fromisoformat(before) == timedelta(days=14)
        clock.move_to(MONDAY + timedelta(days=14, hours=2))
        staff, client = people(portal, acosta)
        closed = staff.post(f"{path}/status", json={"status": "closed"}).json
        assert (closed["resolution_minutes"], closed["resolution_met"]) == (120, True)
        report = staff.get("/v1/case-report?from=2026-11-23&to=2026-11-23").json
        normal = next(row for row in report["rows"] if row["priority"] == "normal")
        assert normal == report["total"] | {"priority": "normal"}
        assert (normal["opened"], normal["closed"]) == (1, 1)
        assert (normal["response_median"], normal["response_met"]) == (60, 100)
        assert (normal["resolution_median"], normal["resolution_met"]) == (120, 100)
        assert errors_of(staff.get("/v1/case-report?from=2020-01-01&to=2026-11-23"))


def test_what_the_firm_sets_counts_for_new_cases(staff: Browser, acosta: Client) -> None:
    found = staff.get("/v1/case-settings").json
    assert (found["version"], found["reopen_days"], found["timezone"]) == (0, 14, "UTC")
    targets = found["targets"] | {"normal": {"response": None, "resolution": 60}}
    change = {"version": 0, "targets": targets, "hours": WEEK, "types": [{"labels": {"en": "Taxes"}}]}
    saved = staff.put("/v1/case-settings", json=change).json
    assert (saved["version"], saved["hours"]) == (1, WEEK)
    assert staff.put("/v1/case-settings", json=change).json["code"] == "changed_meanwhile"
    (kind,) = saved["types"]
    staff.put("/v1/fields/case/case_type", json={"portal_field": True})
    case = acosta.browser.post("/v1/cases", json={"title": "IVA", "case_type": kind["value"]}).json
    assert case["case_type_labels"] == {"en": "Taxes"}
    seen = staff.get(f"/v1/cases/{case['id']}").json
    assert (seen["respond_by"], seen["next_due"]) == (None, "resolution")
    assert staff.put("/v1/case-settings", json={"version": 1, "types": []}).json["types"][0]["retired"] is True
    refused = acosta.browser.post("/v1/cases", json={"title": "IVA", "case_type": kind["value"]})
    assert "case_type" in errors_of(refused)
    assert acosta.browser.get(f"/v1/cases/{case['id']}").json["case_type_labels"] == {"en": "Taxes"}


@pytest.mark.parametrize(
    "change",
    [
        {"hours": [[], [], [], [], [], [], []]},
        {"hours": [DAY]},
        {"hours": [[["18:00", "09:00"]], DAY, DAY, DAY, DAY, [], []]},
        {"hours": [[["09:00", "14:00"], ["13:00", "18:00"]], DAY, DAY, DAY, DAY, [], []]},
        {"hours": [[["9", "14:00"]], DAY, DAY, DAY, DAY, [], []]},
        {"targets": {"low": {"response": 1, "resolution": 1}}},
        {"reopen_days": 366},
        {"types": [{"labels": {}}]},
    ],
)
def test_wrong_settings_are_refused(staff: Browser, change: dict[str, Any]) -> None:
    assert errors_of(staff.put("/v1/case-settings", json=change | {"version": 0}))


def test_an_answer_is_filled_for_a_case(portal: Harness, staff: Browser, acosta: Client) -> None:
    texts = {"en": "Dear {contact} of {client}: {case}. {{7*7}} {staff.name} Yours, {staff}", "es": ""}
    made = staff.post("/v1/canned-answers", json={"title": "Tenemos", "texts": texts})
    assert made.status_code == 201, made.json
    case = acosta.browser.post("/v1/cases", json={"title": "{staff} {client}"}).json
    (answer,) = staff.get(f"/v1/cases/{case['id']}/canned-answers").json["items"]
    assert answer["text"] == (
        f"Dear Ana Acosta of Talleres Acosta, S.L.: #{case['number']} {{staff}} {{client}}. "
        "{{7*7}} {staff.name} Yours, Lucía Marín"
    )
    path = f"/v1/canned-answers/{made.json['id']}"
    assert len(staff.get("/v1/canned-answers?q=tenemos").json["items"]) == 1
    assert len(staff.get("/v1/canned-answers?q=dear").json["items"]) == 1
    assert staff.get("/v1/canned-answers?q=nothing").json["items"] == []
    change = {"title": "Otra", "texts": {"es": "Hola"}, "version": 1}
    assert staff.put(path, json=change).json["texts"] == {"es": "Hola"}
    assert staff.put(path, json=change).json["code"] == "changed_meanwhile"
    assert acosta.browser.get("/v1/canned-answers").status_code == 403
    assert staff.delete(path).status_code == 204
    assert staff.get(path).status_code == 404


@pytest.mark.parametrize("texts", [{}, {"en": ""}, {"en": "Dear {name}"}, {"fr": "x"}, {"en": "x" * 3001}])
def test_a_wrong_answer_is_refused(staff: Browser, texts: dict[str, str]) -> None:
    assert errors_of(staff.post("/v1/canned-answers", json={"title": "x", "texts": texts}))


def test_a_placeholder_is_a_name_and_nothing_else() -> None:
    assert filled("{client} {case}", {"client": "{case}", "case": "#1"}) == "{case} #1"
    assert unknown_placeholders("{foo} {client} {{7*7}} {0} {a.b} {staff!r}") == ["foo"]

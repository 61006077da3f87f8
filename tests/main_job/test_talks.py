"""A client and the firm talk in conversations and cases, on a running installation."""

import secrets
from datetime import timedelta
from uuid import UUID

import pytest
import requests
from sqlalchemy import create_engine, update

from deploy.smoke import Smoke
from deploy.visitor import Page, until
from services.chassis.clock import now
from services.portal.cases.models import Case
from tests.running import STAFF_EMAIL, Running

pytestmark = pytest.mark.stack

PREFERENCES = "/admin/settings/preferences"
API = "/admin/api/portal/v1"
ALWAYS = [[["00:00", "00:00"]]] * 7
STATUSES = {"in_progress": "In progress", "waiting_for_response": "Waiting for response", "closed": "Closed"}


@pytest.fixture(scope="module")
def job(atrio: Running) -> Smoke:
    """A client of the installation who is signed in, and staff."""
    job = Smoke(atrio.url, atrio.staff, say=lambda _line: None)
    job.staff_signs_in()
    job.staff_adds_client()
    job.client_accepts()
    job.client_signs_in_by_password()
    return job


def as_staff(job: Smoke, method: str, path: str, body: object) -> None:
    job.staff.call(method, f"{API}{path}", job.staff.open("/admin/").csrf_token, body)


def begun(job: Smoke, title: str, text: str) -> Page:
    values = {"title": title, "text": text}
    return job.client.submit(job.client.open("/conversations/new"), "/conversations/new", values)


def opened(job: Smoke, title: str, text: str) -> Page:
    return job.client.submit(job.client.open("/cases/new"), "/cases", {"title": title, "description": text})


@pytest.mark.feature("S20", "S56", "B17")
def test_a_conversation_goes_both_ways_and_notes_stay_inside(job: Smoke) -> None:
    home = job.client.open("/home")
    assert home.has("New conversation")
    assert job.client.open(home.link("/conversations")).has("New conversation")
    title, note = f"The van {secrets.token_hex(4)}", f"Mind the residue {secrets.token_hex(4)}"
    thread = begun(job, title, "Shall we buy it?").path
    assert job.staff.open("/admin/conversations").has(title)
    as_staff(job, "POST", f"{thread}/messages", {"text": note, "internal": True})
    as_staff(job, "POST", f"{thread}/messages", {"text": "Buy it, below 25,000 km."})
    assert job.staff.open(f"/admin{thread}").has("Shall we buy it?", note, "Buy it, below 25,000 km.")
    assert job.client.open(thread).has("Buy it, below 25,000 km.")
    for path in (thread, "/conversations", "/home", f"/search?q={note.rsplit(maxsplit=1)[-1]}"):
        assert not job.client.open(path).has(note)
    as_staff(job, "POST", f"{thread}/close", {})
    assert job.client.open(thread).has("Closed")


@pytest.mark.feature("S57")
def test_without_the_switch_nobody_begins_a_conversation(job: Smoke) -> None:
    thread = begun(job, "Before", "Is it on?").path
    job.staff.submit(job.staff.open(PREFERENCES), PREFERENCES, {"conversations": []})
    try:
        until("the button goes", lambda: not job.client.open("/home").has("New conversation"))
        assert not job.client.open("/conversations").has("New conversation")
        url, token = f"{job.client.url}/api/portal/v1/conversations", job.client.open("/home").csrf_token
        headers = {"X-CSRF-Token": token, "Origin": job.client.url}
        answer: requests.Response = job.client.session.post(url, json={"title": "x", "text": "y"}, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (403, "conversations_switched_off")
        assert job.client.open(thread).has("Is it on?")
    finally:
        job.staff.submit(job.staff.open(PREFERENCES), PREFERENCES, {"conversations": "yes"})
    until("the button is back", lambda: job.client.open("/home").has("New conversation"))


@pytest.mark.feature("S41", "S43", "S44")
def test_a_case_is_opened_worked_on_and_found(job: Smoke) -> None:
    title, other = f"A tax letter {secrets.token_hex(4)}", f"A payslip {secrets.token_hex(4)}"
    case = opened(job, title, "They say a supplier does not match.").path
    opened(job, other, "Two days are missing.")
    assert job.staff.open("/admin/cases").has(title, other)
    assert job.staff.open(f"/admin{case}").has("They say a supplier does not match.")
    assert job.client.open("/cases").has("Open", *STATUSES.values())
    assert job.client.open("/cases?status=open").has(title, other)
    for status, word in STATUSES.items():
        as_staff(job, "POST", f"{case}/status", {"status": status})
        assert job.client.open(case).has(word)
        found = job.client.open(f"/cases?status={status}")
        assert found.has(title)
        assert not found.has(other)
    assert not job.client.open("/cases?status=open").has(title)
    word = title.rsplit(maxsplit=1)[-1]
    for found in (job.client.open(f"/cases?q={word}"), job.staff.open(f"/admin/cases?show=all&q={word}")):
        assert found.has(title)
        assert not found.has(other)


@pytest.mark.feature("S42")
def test_a_field_is_in_the_portal_while_it_is_ticked(job: Smoke) -> None:
    case = opened(job, "With a priority", "Soon, please.").path
    for ticked in (True, False):
        as_staff(job, "PUT", "/fields/case/priority", {"portal_field": ticked})
        assert job.client.open("/cases/new").has("Priority") is ticked
        assert job.client.open(case).has("Priority") is ticked


@pytest.mark.feature("B21")
def test_answers_kept_ready_search_targets_and_an_escalation(job: Smoke, atrio: Running) -> None:
    set_ = job.staff.json("/admin/api/portal/v1/case-settings")
    as_staff(job, "PUT", "/case-settings", {"hours": ALWAYS, "version": set_["version"]})
    mark = secrets.token_hex(4)
    ready = {"title": f"Received {mark}", "texts": {"en": "Dear {contact}, we have {case} and answer soon."}}
    as_staff(job, "POST", "/canned-answers", ready)
    late = opened(job, "A fine", f"The municipality writes of exceso{mark}.").path
    soon = opened(job, "A certificate", "The bank wants one.").path
    assert job.staff.open(f"/admin/search?q=EXCESO{mark}").has("A fine")
    assert not job.staff.open(f"/admin/search?q=EXCESO{mark}").has("A certificate")

    assert job.staff.open(f"/admin{late}").has("Targets", "First answer", "Solution")
    make_late(atrio, late.rpartition("/")[2])
    until("the late case is escalated", lambda: job.staff.open(f"/admin{late}").has("Escalated"))
    number = job.staff.json(f"{API}{late}")["number"]
    told = job.message(STAFF_EMAIL, "the escalation", lambda found: f"#{number}" in str(found["subject"]))
    assert late in str(told["text"])
    assert not job.staff.open(f"/admin{soon}").has("Escalated")

    for case in (late, soon):
        page = job.staff.open(f"/admin{case}")
        answer = next(
            value for value in job.staff.json(f"{API}{case}/canned-answers")["items"] if mark in value["title"]
        )
        page = job.staff.submit(page, f"{case}/reply", {"answer": answer["id"], "do": "insert"})
        assert dict(page.form(f"{case}/reply").values)["message"].strip().startswith("Dear Ana Acosta, we have #")
        job.staff.submit(page, f"{case}/reply", {"do": "send"})
        assert job.client.open(case).has("Dear Ana Acosta, we have #")
        as_staff(job, "POST", f"{case}/status", {"status": "closed"})
    assert job.staff.open(f"/admin{soon}").text.count("In time") == 2
    assert job.staff.open(f"/admin{late}").has("Late", "In time")
    assert job.staff.open("/admin/cases/report").has("First answer, median", "Solution, median")


def make_late(atrio: Running, case_id: str) -> None:
    """Let the target for the first answer be over an hour ago: a firm cannot set one shorter than a minute."""
    named = atrio.environment.get("ATRIO_PORTAL_DATABASE_URL")
    engine = create_engine(named or f"sqlite:///{atrio.data}/portal.db")
    passed = now() - timedelta(hours=1)
    with engine.begin() as connection:
        connection.execute(update(Case).where(Case.id == UUID(case_id)).values(respond_by=passed, next_due_at=passed))
    engine.dispose()

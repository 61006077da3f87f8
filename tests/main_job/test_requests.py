"""Requests part by part, from outside on a running installation: templates, items, many clients, series, reminders."""

import secrets
from collections.abc import Iterator
from datetime import date, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import create_engine, update

from deploy.smoke import Smoke, sample_pdf
from deploy.visitor import until
from services.chassis.clock import now
from services.portal.requests.models import Request
from tests.running import Running

pytestmark = pytest.mark.stack

API = "/admin/api/portal/v1"


@pytest.fixture
def job(atrio: Running) -> Iterator[Smoke]:
    """A client of the installation who is signed in, and staff; it is noon where the firm is."""
    job = Smoke(atrio.url, atrio.staff, say=lambda _line: None)
    for step in (job.staff_signs_in, job.staff_adds_client, job.client_accepts, job.client_signs_in_by_password):
        step()
    before = job.staff.json(f"{API}/settings")["timezone"]
    set_timezone(job, f"Etc/GMT{now().hour - 12:+d}" if now().hour != 12 else "Etc/GMT")
    yield job
    set_timezone(job, str(before))


def set_timezone(job: Smoke, name: str) -> None:
    body = {"timezone": name, "version": job.staff.json(f"{API}/settings")["version"]}
    job.staff.call("PUT", f"{API}/settings", job.staff.open("/admin/").csrf_token, body)


def mail(job: Smoke, what: str, *words: str) -> str:
    """Return the text of the mail to the client whose subject holds all of this."""
    found = job.message(job.email, what, lambda row: all(word in str(row["subject"]) for word in words))
    return str(found["text"])


@pytest.mark.feature("B19")
def test_a_request_is_answered_part_by_part_sent_to_many_repeated_and_reminded_of(job: Smoke, atrio: Running) -> None:
    title = f"Tax papers {secrets.token_hex(4)}"
    staff, client = job.staff, job.client

    # A template with a checklist, and a request that starts from it.
    path = "/admin/requests/templates/new"
    lines = {"item_0_title": "Payslips", "item_0_file": "yes", "item_1_title": "Did anything change?"}
    listed = staff.submit(staff.open(path), path, lines | {"title": title, "due_days": "9"})
    template = listed.link("/admin/requests/templates/0").rpartition("/")[2]
    new = staff.open(f"/admin/requests/new?account_id={job.account_id}&template_id={template}")
    asked = staff.submit(new, "/admin/requests/new", {})
    assert asked.has(title, "Payslips", "0 of 2 sent")
    id = asked.path.rpartition("/")[2]

    # The client sends one part, the firm sends it back, the client is told why and sends it again.
    mine = f"/requests/{id}"
    file = {"file": ("Payslip.pdf", sample_pdf("Payslip"), "application/pdf")}
    assert client.submit(client.open(mine), "/items/", {}, files=file).has("1 of 2 sent")
    page = staff.open(asked.path)
    reason = page.form("/reject").names
    field = next(name for name in reason if name.startswith("reason_"))
    assert staff.submit(page, "/reject", {field: "The second page is missing."}).has("Send again")
    assert "The second page is missing." in mail(job, "the reason", "Payslips")
    assert client.open(mine).has("The second page is missing.", "0 of 2 sent")
    client.submit(client.open(mine), "/items/", {}, files=file)
    page = client.open(mine)
    text = next(name for name in page.form("/items/").names if name.startswith("text_"))
    assert client.submit(page, "/items/", {text: "Nothing."}).has("2 of 2 sent")
    staff.submit(staff.open(asked.path), "/accept", {})
    assert staff.submit(staff.open(asked.path), "/accept", {}).has("Everything is accepted")
    mail(job, "that all is accepted", "Everything is accepted", title)
    assert client.open(mine).has("This request is closed.")

    # Many at once, after a confirmation; then again every month.
    filters = f"/admin/requests/send?q={job.account_name.replace(' ', '+')}"
    once, again = f"Once {title}", f"Monthly {title}"
    confirm = staff.submit(staff.open(filters), "/confirm", {"title": once, "item_0_title": "Papers"})
    assert confirm.has("It goes to 1 client.", job.account_name)
    batch = staff.submit(confirm, "/start", {}).path
    until(
        "it is sent to all",
        lambda: staff.open(batch).has("Sent", job.account_name) and client.open("/requests").has(once),
    )
    today = date.fromisoformat(str(now().astimezone(ZoneInfo(str(staff.json(f"{API}/settings")["timezone"]))).date()))
    repeat = {"title": again, "every": "month", "starts_on": today.isoformat(), "due_days": "0"}
    series = staff.submit(staff.submit(staff.open(filters), "/confirm", repeat), "/start", {})
    assert series.has("Every month", "Next time")

    # What is due is reminded of; a series sends by itself, once.
    until("the series has come", lambda: client.open("/requests").has(again))
    rows = [row for row in list_of(job) if row["title"] == again]
    assert len(rows) == 1
    forget_reminders(atrio, str(rows[0]["id"]), today)
    mail(job, "the reminder", "Reminder", again)
    paused = staff.submit(staff.open(series.path), "/pause", {})
    assert paused.has("Paused", "1 sent, 0 left out")


def list_of(job: Smoke) -> list[dict[str, object]]:
    """Return the client's requests as staff's API lists them."""
    found: list[dict[str, object]] = job.staff.json(f"{API}/requests?account_id={job.account_id}")["items"]  # type: ignore[assignment]
    return found


def forget_reminders(atrio: Running, request_id: str, today: date) -> None:
    """Let the request be asked a day ago: nobody is reminded on the day on which it was sent."""
    named = atrio.environment.get("ATRIO_PORTAL_DATABASE_URL")
    engine = create_engine(named or f"sqlite:///{atrio.data}/portal.db")
    with engine.begin() as connection:
        asked = update(Request).where(Request.id == UUID(request_id))
        connection.execute(asked.values(reminded_on=today - timedelta(days=1)))
    engine.dispose()

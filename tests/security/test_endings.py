"""How fast a session ends where somebody ends it: an old cookie and an old passport, replayed (P10).

On the gateway within two seconds. A passport that was copied goes on for the rest of its minute, which
`test_old_passports` shows of every service; here it is replayed on the running ones, for the control.
"""

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import requests
from joserfc import jws

from deploy.smoke import Smoke
from deploy.visitor import Visitor, until
from services.chassis import clock
from services.chassis.http_client import ServiceClient
from services.chassis.secrets import ServiceKey
from services.chassis.service_tokens import ServiceTokens
from services.chassis.settings import KeyFolder
from services.contracts import SERVICES
from tests.running import Running

pytestmark = pytest.mark.stack

GATEWAY_SECONDS = 2.0
UNDER_WAY_SECONDS = 2.0
"""What a change in the portal may take to reach identity as an event, on a machine that is busy with other tests."""
ROUTES = {
    "identity": "/v1/me",
    "portal": "/v1/home",
    "documents": "/v1/documents",
    "signing": "/v1/sign-requests",
    "notifications": "/v1/inbox/count",
}


class Person:
    """A client of the installation, signed in; `end` asks the staff's API to change what lets the person in."""

    def __init__(self, atrio: Running) -> None:
        self.atrio, self.job = atrio, Smoke(atrio.url, atrio.staff, say=lambda _line: None)
        self.job.staff_signs_in()
        self.job.staff_adds_client()
        self.job.client_accepts()
        self.job.client_signs_in_by_password()

    def thief(self) -> Visitor:
        """Return a browser into which the person's cookies were copied."""
        copy = Visitor(self.atrio.url)
        copy.session.cookies.update(self.job.client.session.cookies)
        return copy

    @property
    def contact(self) -> dict[str, Any]:
        found: dict[str, Any] = self.api("GET", f"portal/v1/contacts/{self.job.contact_id}").json()
        return found

    def api(self, method: str, path: str, body: Any = None) -> requests.Response:
        """Call the staff's API as the admin's own pages do; a 404 is for the caller to judge."""
        staff = self.job.staff
        headers = {"X-CSRF-Token": staff.open("/admin/clients").csrf_token, "Origin": staff.url}
        answer = staff.session.request(
            method, f"{staff.url}/admin/api/{path}", json=body, headers=headers, timeout=30, allow_redirects=False
        )
        assert answer.ok or answer.status_code == 404, answer.text
        return answer

    def change(self, **values: Any) -> None:
        """Change fields of the contact in the portal, where a firm has to activate them first."""
        for name in values:
            self.api("PUT", f"portal/v1/fields/contact/{name}", {"active": True})
        contact = self.contact
        self.api("PATCH", f"portal/v1/contacts/{self.job.contact_id}", values | {"version": contact["version"]})


@pytest.fixture(scope="module")
def persons(atrio: Running) -> Callable[[], Person]:
    """Make a client who is signed in."""
    return lambda: Person(atrio)


@pytest.fixture(scope="module")
def person(persons: Callable[[], Person]) -> Person:
    """A client for the tests that do not shut the person out."""
    return persons()


def is_in(visitor: Visitor) -> bool:
    """Return whether the gateway takes this browser for somebody who is signed in: on a page, or at the API."""
    page = visitor.session.get(f"{visitor.url}/home", timeout=30, allow_redirects=False)
    api = visitor.session.get(f"{visitor.url}/api/portal/v1/home", timeout=30, allow_redirects=False)
    return 200 in (page.status_code, api.status_code)


def seconds_until_out(thief: Visitor, since: float) -> float:
    """Return how long after `since` the browser was last let in; the thief tries without a pause."""
    last_in = since
    while time.monotonic() - since < 30:
        began = time.monotonic()
        if not is_in(thief):
            return last_in - since
        last_in = began
    raise AssertionError("the old cookie still lets in")


def ended(person: Person, act: Callable[[], object], allowed: float) -> None:
    """Do what ends the person's session, and see that the copied cookie is dead in time and stays dead."""
    thief = person.thief()
    assert is_in(thief), "control: until then the copy is as good as the cookie"
    act()
    took = seconds_until_out(thief, time.monotonic())
    assert took <= allowed, f"the old cookie let in for {took:.2f} s"
    assert not is_in(thief)


def test_signing_out_elsewhere(person: Person) -> None:
    ended(person, person.job.sign_out, GATEWAY_SECONDS)
    person.job.client_signs_in_by_password()


@pytest.mark.feature("B5")
def test_signing_out_everywhere(person: Person) -> None:
    phone = Visitor(person.atrio.url)
    values = {"email": person.job.email, "password": person.job.password}
    phone.submit(phone.open("/sign-in/password"), "/sign-in/password", values)
    assert "Where you are signed in" in phone.open("/profile/sessions").text
    ended(
        person,
        lambda: phone.submit(phone.open("/profile/sessions/end-all"), "/profile/sessions/end-all"),
        GATEWAY_SECONDS,
    )
    assert not is_in(phone)
    person.job.client_signs_in_by_password()


@pytest.mark.feature("B5")
def test_sessions_ended_by_staff(person: Person) -> None:
    job = person.job
    path = f"/admin/clients/{job.account_id}/contacts/{job.contact_id}/sessions/end"
    ended(person, lambda: job.staff.submit(job.staff.open(path), path), GATEWAY_SECONDS)
    job.client_signs_in_by_password()


def test_suspension(persons: Callable[[], Person]) -> None:
    person = persons()
    user_id = person.contact["user_id"]
    ended(person, lambda: person.api("POST", f"identity/v1/users/{user_id}/suspend"), GATEWAY_SECONDS)


def test_the_end_of_the_support_dates(persons: Callable[[], Person]) -> None:
    person = persons()
    yesterday = (clock.now() - timedelta(days=2)).date().isoformat()
    ended(person, lambda: person.change(support_end=yesterday), GATEWAY_SECONDS + UNDER_WAY_SECONDS)


def test_a_contact_who_is_no_portal_user_any_more(persons: Callable[[], Person]) -> None:
    person = persons()
    ended(person, lambda: person.change(portal_user=False), GATEWAY_SECONDS + UNDER_WAY_SECONDS)


def passport_of(person: Person) -> str:
    """Return the passport behind the person's cookie, as the gateway itself gets it."""
    atrio = person.atrio
    key = ServiceKey(KeyFolder(atrio.data / "keys", SERVICES).key("gateway"))
    identity = f"http://127.0.0.1:{atrio.port_of('identity')}"
    tokens = ServiceTokens("gateway", key, ServiceClient(identity))
    cookie = next(cookie.value for cookie in person.job.client.session.cookies if cookie.name == "atrio_client")
    answer = ServiceClient(identity).post(
        "/v1/sessions/exchange", json={"session": cookie}, token=tokens.token_for("identity")
    )
    passport: str = answer.json()["passport"]
    return passport


@pytest.mark.parametrize("service", ROUTES)
def test_a_passport_lasts_a_minute_at_most_and_only_as_it_was_signed(person: Person, service: str) -> None:
    passport = passport_of(person)
    claims = jws.extract_compact(passport.encode()).payload
    left = int(claims.split(b'"exp":')[1].split(b",")[0].split(b"}")[0]) - clock.now().timestamp()
    assert 0 < left <= 60
    place = f"http://127.0.0.1:{person.atrio.port_of(service)}{ROUTES[service]}"

    def status(token: str) -> int:
        return requests.get(place, headers={"Authorization": f"Bearer {token}"}, timeout=30).status_code

    assert status(passport) == 200, "control"
    head, body, signature = passport.split(".")
    altered = body[:-2] + ("AA" if body[-2:] != "AA" else "BB")
    assert [status(forged) for forged in (f"{head}.{altered}.{signature}", f"{head}.{body}.", "x")] == [401] * 3


@pytest.mark.feature("B9")
def test_staff_views_the_running_portal_as_a_client_and_leaves_no_trace_of_reading(person: Person) -> None:
    job = person.job
    page = job.staff.submit(
        job.staff.open(f"/admin/requests/new?account_id={job.account_id}"),
        "/admin/requests/new",
        {"title": "Which car?", "message": "Please."},
    )
    request_id = page.path.rpartition("/")[2]
    path = f"/admin/clients/{job.account_id}/contacts/{job.contact_id}/view"
    home = job.staff.submit(job.staff.open(path), path)
    assert home.path == "/home"
    assert home.has("you view the portal as Ana Acosta", "Which car?")
    assert job.staff.open(f"/requests/{request_id}").has("you view the portal as", "Which car?")
    refused = job.staff.session.post(
        f"{job.staff.url}/requests/{request_id}/reply",
        files={"csrf_token": (None, home.csrf_token), "message": (None, "Hello")},
        headers={"Origin": job.staff.url},
        timeout=30,
    )
    assert refused.status_code == 403
    assert is_in(job.client), "the client's own session goes on"
    unread = job.client.session.get(f"{job.client.url}/api/portal/v1/requests/{request_id}", timeout=30).json()
    assert unread["comments"] == [] or all("Hello" not in comment["message"] for comment in unread["comments"])
    back = job.staff.submit(job.staff.open("/home"), "/view/stop")
    assert back.path == f"/admin/clients/{job.account_id}"
    assert "/sign-in" in job.staff.open("/home").path
    record = f"/admin/clients/{job.account_id}"
    until("the history says so", lambda: job.staff.open(record).has("viewed the portal as Ana Acosta"))

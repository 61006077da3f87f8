"""One person, several companies (B3), through the gateway: one sign-in, a switch, and nothing of one in the other."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
import requests

from deploy.smoke import Smoke, sample_pdf
from deploy.visitor import Page, Visitor, until
from tests.running import Running

pytestmark = pytest.mark.stack

LISTS = ("/home", "/requests", "/documents", "/notifications")
API = {"request": "/api/portal/v1/requests/", "document": "/api/documents/v1/documents/"}


@dataclass
class Company:
    """A client of the firm with one request and one shared document, all named after it."""

    id: str
    name: str
    request_id: str = ""
    document_id: str = ""

    @property
    def pages(self) -> tuple[str, ...]:
        """The pages of what is the company's alone."""
        return f"/requests/{self.request_id}", f"/documents/{self.document_id}", self.content

    @property
    def letter(self) -> str:
        return f"Letter {self.id}.pdf"

    @property
    def content(self) -> str:
        return f"/documents/{self.document_id}/content"

    @property
    def calls(self) -> tuple[str, ...]:
        """The same by the API."""
        return API["request"] + self.request_id, API["document"] + self.document_id

    @property
    def words(self) -> tuple[str, ...]:
        """What stands on the company's pages and nowhere else."""
        return self.name, f"Question for {self.name}"


class Person:
    """Ana, contact person of two companies; a third one is a stranger's."""

    def __init__(self, atrio: Running) -> None:
        self.job = job = Smoke(atrio.url, atrio.staff, say=lambda _line: None)
        job.staff_signs_in()
        job.staff_adds_client()
        job.client_accepts()
        self.first = Company(job.account_id, job.account_name)
        self.second, self.foreign = self._company("Second", job.email), self._company("Foreign", f"x.{job.email}")
        until("she may sign in for both", self._has_both)
        for company in (self.first, self.second, self.foreign):
            self._fill(company)
        job.client_signs_in_by_password()

    @property
    def browser(self) -> Visitor:
        return self.job.client

    def switch(self, company: Company) -> Page:
        """Choose the company on the page for it; return Home."""
        return self.browser.submit(self.browser.open("/account"), "/account/switch", {"account_id": company.id})

    def status(self, path: str) -> int:
        """Return what her browser gets at `path`, without following where it leads."""
        return _status(self.browser, path)

    def send(self, path: str, **given: Any) -> requests.Response:
        """Send a request as her browser would from the page that is open, to wherever."""
        token = self.browser.open("/account").csrf_token
        headers = {"Origin": self.browser.url, "X-CSRF-Token": token} | given.pop("headers", {})
        given["allow_redirects"] = False
        return self.browser.session.post(self.browser.url + path, headers=headers, timeout=60, **given)

    def _company(self, kind: str, email: str) -> Company:
        name, token = f"{kind} {secrets.token_hex(4)}, S.L.", self.job.staff.open("/admin/").csrf_token
        place = "/admin/api/portal/v1/accounts"
        made = self.job.staff.call("POST", place, token, {"name": name, "is_test": True})
        contact = {"name": "Ana Acosta", "email": email, "role": "owner", "locale": "en"}
        added = self.job.staff.call("POST", f"{place}/{made['id']}/contacts", token, contact)
        invited = {"contact_ids": [added["id"]]}
        self.job.staff.call("POST", f"{place}/{made['id']}/invitations", token, invited)
        return Company(made["id"], name)

    def _has_both(self) -> bool:
        found = self.job.staff.json(f"/admin/api/identity/v1/users?account_id={self.second.id}")["items"]
        return any(len(user["accounts"]) == 2 for user in found)  # type: ignore[attr-defined]

    def _fill(self, company: Company) -> None:
        staff, title = self.job.staff, f"Question for {company.name}"
        page = staff.open(f"/admin/requests/new?account_id={company.id}")
        page = staff.submit(page, "/admin/requests/new", {"title": title, "message": "Please."})
        company.request_id = page.path.rpartition("/")[2]
        self.job.account_id = company.id
        company.document_id = self.job.upload_as_staff(company.letter, sample_pdf(company.name))


def _status(browser: Visitor, path: str) -> int:
    return browser.session.get(browser.url + path, timeout=60, allow_redirects=False).status_code


@pytest.fixture(scope="module")
def ana(atrio: Running) -> Person:
    """Ana, signed in."""
    return Person(atrio)


@pytest.fixture
def shows(ana: Person) -> Callable[[Company], None]:
    """A function that checks that her pages show one company's things and nobody else's."""

    def check(company: Company) -> None:
        others = [each for each in (ana.first, ana.second, ana.foreign) if each is not company]
        until("her pages show it", lambda: ana.browser.open("/documents").has(company.letter))
        until("the notification came", lambda: ana.browser.open("/notifications").has(company.words[1]))
        assert ana.browser.open("/home").has(company.name)
        assert ana.browser.open("/requests").has(company.words[1])
        for path in LISTS:
            html = ana.browser.open(path).html
            assert not any(word in html for other in others for word in (other.words[1], other.letter))
            assert not any(other.request_id in html or other.document_id in html for other in others)
        for path in (*company.pages, *company.calls):
            assert ana.status(path) == 200, f"control: {path}"
        for other in others:
            assert {ana.status(path) for path in (*other.pages, *other.calls)} == {404}, other.name

    return check


@pytest.mark.feature("B3")
def test_one_sign_in_and_each_company_by_itself(ana: Person, shows: Callable[[Company], None]) -> None:
    page = ana.browser.open("/account")
    assert page.has(ana.first.name, ana.second.name)
    assert ana.foreign.name not in page.html
    for company in (ana.second, ana.first, ana.second):
        assert ana.switch(company).path == "/home"
        shows(company)
    assert ana.status("/home") == 200, "all in one session"


@pytest.mark.feature("B3")
def test_a_strangers_company_is_not_there(ana: Person, shows: Callable[[Company], None]) -> None:
    ana.switch(ana.first)
    refused = ana.send("/account/switch", data={"account_id": ana.foreign.id})
    assert (refused.status_code, "Set-Cookie" in refused.headers) == (404, False)
    shows(ana.first)
    upload = {"data": sample_pdf("Mine"), "headers": {"Content-Type": "application/pdf"}}
    place = "/api/documents/v1/accounts/{}/documents?name=Mine.pdf"
    for other in (ana.foreign, ana.second):
        assert ana.send(place.format(other.id), **upload).status_code == 404
        assert ana.send(f"{API['request']}{other.request_id}/replies", json={"message": "Hi"}).status_code == 404
    assert ana.send(place.format(ana.first.id), **upload).status_code == 201, "control"
    replied = ana.send(f"{API['request']}{ana.first.request_id}/replies", json={"message": "Hi"})
    assert replied.status_code < 300, "control"
    staff = ana.job.staff
    assert _status(staff, f"/admin/requests/{ana.foreign.request_id}") == 200, "control: it is there"
    assert "Hi" not in staff.open(f"/admin/requests/{ana.foreign.request_id}").text.split()


@pytest.mark.feature("B3")
def test_a_cookie_with_a_strangers_company_opens_nothing(ana: Person, shows: Callable[[Company], None]) -> None:
    ana.switch(ana.second)
    kept = next(cookie for cookie in ana.browser.session.cookies if cookie.name == "atrio_account")
    assert kept.value == ana.second.id
    kept.value = ana.foreign.id
    shows(ana.second)  # what names nothing of hers is as if it were not there: the account last looked at counts
    ana.switch(ana.first)
    shows(ana.first)


@pytest.mark.feature("B3")
def test_a_form_of_one_company_does_not_count_in_another(ana: Person) -> None:
    ana.switch(ana.first)
    page = ana.browser.open("/documents")
    ana.switch(ana.second)
    named = {"file": ("For the first.pdf", sample_pdf("First"), "application/pdf")}
    token = dict(page.form("/documents/upload").values)["csrf_token"]
    place, origin = f"{ana.browser.url}/documents/upload", {"Origin": ana.browser.url}

    def upload(token: str) -> int:
        parts: Any = {"csrf_token": (None, token), **named}
        return ana.browser.session.post(place, files=parts, headers=origin, timeout=60).status_code

    assert upload(token) == 403
    assert "For the first.pdf" not in ana.browser.open("/documents").html
    assert upload(ana.browser.open("/documents").csrf_token) == 200, "control"
    assert "For the first.pdf" in ana.browser.open("/documents").html

"""Who gets in, as what, and what they are told, through the gateway of a running installation."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from deploy.smoke import Smoke
from deploy.visitor import Page, Visitor, until
from services.chassis import clock
from tests.running import Running

pytestmark = pytest.mark.stack

FIELDS = "/admin/settings/fields"
PERIOD = ("portal_user", "support_start", "support_end")


@pytest.fixture(scope="module")
def job(atrio: Running) -> Smoke:
    """A client of the installation who can sign in and is signed out."""
    job = Smoke(atrio.url, atrio.staff, say=lambda _line: None)
    job.staff_signs_in()
    job.staff_adds_client()
    job.client_accepts()
    return job


def switch(job: Smoke, name: str, *, active: bool) -> None:
    """Activate or deactivate a field of contacts, where it is not so yet."""
    page = job.staff.open(f"{FIELDS}/contact/{name}/edit")
    if ("active", "yes" if active else "no") in page.form(f"/contact/{name}").values:
        job.staff.submit(page, f"{FIELDS}/contact/{name}")


def person_page(job: Smoke) -> str:
    """Return the address of the contact's form."""
    return f"/admin/clients/{job.account_id}/contacts/{job.contact_id}"


def save(job: Smoke, **values: str | list[str]) -> Page:
    """Save the contact's form with these values."""
    page = job.staff.open(person_page(job))
    return job.staff.submit(page, person_page(job), values)


def tries(job: Smoke) -> str:
    """Return what the page says after the right password."""
    browser = Visitor(job.client.url)
    page = browser.session.get(f"{browser.url}/sign-in/password", timeout=30)
    form = Page(page).form("/sign-in/password")
    values = dict(form.values) | {"email": job.email, "password": job.password}
    headers = {"Origin": browser.url, "Referer": page.url}
    answer = browser.session.post(f"{browser.url}/sign-in/password", data=values, headers=headers, timeout=30)
    return Page(answer).text


def says(job: Smoke, words: str) -> Callable[[], bool]:
    """Return what looks whether the sign-in says `words` by now."""
    return lambda: words in tries(job)


@pytest.mark.feature("S8")
def test_three_fields_of_a_contact_are_made_active(job: Smoke) -> None:
    for name in PERIOD:
        switch(job, name, active=False)
    names = job.staff.open(person_page(job)).form(person_page(job)).names
    assert not set(PERIOD) & set(names)
    for name in PERIOD:
        switch(job, name, active=True)
    names = job.staff.open(person_page(job)).form(person_page(job)).names
    assert set(PERIOD) <= set(names)
    last = (clock.now() + timedelta(days=30)).date().isoformat()
    save(job, support_end=last)
    assert ("support_end", last) in job.staff.open(person_page(job)).form(person_page(job)).values


@pytest.mark.feature("S9")
def test_outside_the_support_dates_nobody_gets_in_and_is_told_why(job: Smoke) -> None:
    for name in PERIOD:
        switch(job, name, active=True)
    save(job, support_start="", support_end="")
    until("the person may sign in", says(job, "Home"))
    for changes, words in (
        ({"support_start": "", "support_end": "2020-03-12"}, "Your access ended on 12 March 2020. Ask "),
        ({"support_start": "2999-03-12", "support_end": ""}, "Your access starts on 12 March 2999. Until then, ask "),
        ({"support_start": "", "support_end": "", "portal_user": []}, "You have no access to the portal"),
    ):
        save(job, **changes)  # type: ignore[arg-type]
        until(words, says(job, words))
    save(job, portal_user="yes")
    until("the person may sign in again", says(job, "Home"))


@pytest.mark.feature("S9")
def test_an_open_session_ends_with_the_access(job: Smoke) -> None:
    switch(job, "support_end", active=True)
    save(job, support_end="")
    until("the person may sign in", says(job, "Home"))
    job.client_signs_in_by_password()
    assert job.client.open("/home").path == "/home"
    save(job, support_end="2020-03-12")
    page = until("the session is over", lambda: _turned_away(job.client))
    assert "Your access ended on 12 March 2020." in page.text
    save(job, support_end="")


def _turned_away(browser: Visitor) -> Page | None:
    page = browser.open("/home")
    return page if page.path.startswith("/sign-in") else None


@pytest.mark.feature("S14")
def test_a_test_client_is_marked_wherever_it_is_listed(job: Smoke) -> None:
    assert job.account_name in job.staff.open("/admin/clients?show=test").text
    assert "Test client" in job.staff.open(f"/admin/clients/{job.account_id}").text
    job.staff.submit(
        job.staff.open(f"/admin/requests/new?account_id={job.account_id}"),
        "/admin/requests/new",
        {"title": "Try this", "message": "Please."},
    )
    marked = f"{job.account_name} Test"
    until("the list marks it", lambda: marked in job.staff.open("/admin/requests").text)  # the frame is kept


@pytest.mark.feature("B4")
def test_a_role_opens_its_pages_and_no_others(job: Smoke) -> None:
    until("the person may sign in", says(job, "Home"))
    for role, opened in (("billing", ("/home",)), ("signer", ("/home",)), ("owner", ("/home", "/requests"))):
        save(job, role=role)

        def answers(path: str) -> int:
            return job.client.session.get(job.client.url + path, timeout=30, allow_redirects=False).status_code

        job.client_signs_in_by_password()
        wanted = [200 if path in opened else 404 for path in ("/home", "/requests", "/documents")[:2]]
        until(f"{role} has its pages", lambda wanted=wanted: [answers("/home"), answers("/requests")] == wanted)
        job.sign_out()

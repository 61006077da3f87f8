"""Fields that the firm makes and shows, from outside: made in the field editor, filled by staff and client, and kept
from the client everywhere once they are Hidden (S26, S75)."""

import secrets
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest

from deploy.smoke import Smoke
from deploy.visitor import Page, until
from tests.running import Running

pytestmark = pytest.mark.stack

FIELDS, MODES = "/admin/settings/fields", "/admin/settings/client-fields"
WORD = "unspeakable"
KINDS: dict[str, tuple[str, str]] = {
    "text": ("Bread and cakes", "Bread and cakes"),
    "number": ("1234.5", "1,234.5"),
    "date": ("2019-03-01", "1 March 2019"),
    "flag": ("no", "No"),
    "email": ("office@acosta.example", "office@acosta.example"),
    "phone": ("+34 952 555 200", "+34 952 555 200"),
}
"""What is typed into a field of each kind, and what the page then says."""
PAGES = ("/home", "/profile", "/requests", "/documents", "/notifications", "/more", "/profile/security")


@pytest.fixture(scope="module")
def job(atrio: Running) -> Smoke:
    """A client of the installation whose owner is signed in."""
    job = Smoke(atrio.url, atrio.staff, say=lambda _line: None)
    job.staff_signs_in()
    job.staff_adds_client()
    job.client_accepts()
    job.client_signs_in_by_password()
    return job


def make(job: Smoke, label: str, kind: str, block: str = "account", **values: str) -> str:
    """Make a field in the editor and return its name."""
    page = job.staff.open(f"{FIELDS}/{block}/new?kind={kind}")
    job.staff.submit(page, f"{FIELDS}/{block}/new", {"labels.en": label, **values})
    return label.casefold().replace(" ", "_")


def edit_account(job: Smoke, **values: str) -> Page:
    """Save the client's form with these values."""
    path = f"/admin/clients/{job.account_id}/edit"
    return job.staff.submit(
        job.staff.open(path), path, {name.replace("__", "."): text for name, text in values.items()}
    )


def record(job: Smoke) -> str:
    return job.staff.open(f"/admin/clients/{job.account_id}?tab=profile").text


def set_mode(job: Smoke, mode: str, *names: str) -> None:
    """Say what clients may do with fields of the account."""
    job.staff.submit(job.staff.open(MODES), MODES, {f"account.{name}": mode for name in names})


@pytest.mark.feature("S75")
def test_a_field_of_each_kind_is_made_filled_and_shown(job: Smoke) -> None:
    mark = secrets.token_hex(3)
    names = {kind: make(job, f"{kind} {mark}", kind) for kind in KINDS}
    names["choice"] = make(job, f"choice {mark}", "choice", **{"option.0.en": "Food", "option.1.en": "Building"})
    names["file"] = make(job, f"file {mark}", "file")
    document = job.upload_as_staff(f"Deed {mark}.pdf", b"%PDF-1.4 deed")
    page = job.staff.open(f"/admin/clients/{job.account_id}/edit")
    assert {f"custom.{name}" for name in names.values()} <= set(page.form("/edit").names)
    values = {names[kind]: typed for kind, (typed, _shown) in KINDS.items()}
    values |= {names["choice"]: "building", names["file"]: document}
    edit_account(job, **{f"custom__{name}": typed for name, typed in values.items()})
    shown = record(job)
    for kind, words in {**{kind: told for kind, (_typed, told) in KINDS.items()}, "choice": "Building"}.items():
        assert f"{kind} {mark} {words}" in shown, kind
    assert f"Deed {mark}.pdf" in shown


@pytest.mark.feature("S75")
def test_an_inactive_field_is_left_out_and_comes_back_with_what_stood_in_it(job: Smoke) -> None:
    name = make(job, f"Colour {secrets.token_hex(3)}", "text")
    edit_account(job, **{f"custom__{name}": "Vermilion"})
    path = f"{FIELDS}/account/{name}"
    assert "Vermilion" in record(job)
    job.staff.submit(job.staff.open(f"{path}/edit"), path)
    assert "Vermilion" not in record(job)
    assert f"custom.{name}" not in job.staff.open(f"/admin/clients/{job.account_id}/edit").form("/edit").names
    assert "Reactivate" in job.staff.open(FIELDS).text
    job.staff.submit(job.staff.open(f"{path}/edit"), path)
    assert "Vermilion" in record(job)
    asked = job.staff.open(f"{path}/delete")
    assert "It is filled in 1 record" in asked.text
    job.staff.submit(asked, f"{path}/delete")
    assert "Vermilion" not in record(job)


@pytest.mark.feature("S75")
def test_contacts_and_cases_have_blocks_and_sections_of_their_own(job: Smoke) -> None:
    for block in ("contact", "case"):
        title = f"Section {secrets.token_hex(3)}"
        path = f"{FIELDS}/{block}/sections/new"
        job.staff.submit(job.staff.open(path), path, {"labels.en": title})
        make(job, f"Own {secrets.token_hex(3)}", "text", block)
        assert title in job.staff.open(f"{FIELDS}?block={block}").text


@pytest.mark.feature("S26")
def test_each_mode_is_what_it_says(job: Smoke) -> None:
    name = make(job, f"Sector {secrets.token_hex(3)}", "text")
    label = name.replace("_", " ").capitalize()
    edit_account(job, **{f"custom__{name}": "Bread"})

    set_mode(job, "read_only", name)
    page = job.client.open("/profile")
    assert f"{label} Bread" in page.text
    assert f"custom.{name}" not in [field for form in page.forms for field in form.names]

    set_mode(job, "optional", name)
    job.client.submit(job.client.open("/profile"), "/profile/account", {f"custom.{name}": "Cakes"})
    assert f"{label} Cakes" in record(job)
    job.client.submit(job.client.open("/profile"), "/profile/account", {f"custom.{name}": ""})
    assert "Complete your details" not in job.client.open("/home").text

    set_mode(job, "mandatory", name)
    assert "Complete your details" in job.client.open("/home").text
    refused = job.client.session.post(
        f"{job.client.url}/profile/account",
        data=dict(job.client.open("/profile").form("/profile/account").values) | {f"custom.{name}": ""},
        headers={"Origin": job.client.url},
        timeout=30,
    )
    assert (refused.status_code, "Fill this in." in refused.text) == (422, True)
    job.client.submit(job.client.open("/profile"), "/profile/account", {f"custom.{name}": "Tarts"})
    assert "Complete your details" not in job.client.open("/home").text

    set_mode(job, "hidden", name)
    assert label not in job.client.open("/profile").text
    assert f"{label} Tarts" in record(job)


class Walk:
    """Everything that the client's browser gets: pages by their links, answers of the API, mails."""

    def __init__(self, job: Smoke) -> None:
        self.job, self.pages, self.calls = job, 0, 0

    def tells(self) -> set[str]:
        """Return the places where the word stands."""
        return {place for place, text in self._everything() if WORD in text.casefold()}

    def _everything(self) -> Iterator[tuple[str, str]]:
        yield from self._linked()
        yield from self._api()
        yield from self._searches()
        mailbox = "/admin/api/notifications/v1/mailbox"
        for message in self.job.staff.json(mailbox)["items"]:  # type: ignore[attr-defined]
            if message["to"] == self.job.email:
                yield "mail", str(self.job.staff.json(f"{mailbox}/{message['id']}"))

    def _linked(self) -> Iterator[tuple[str, str]]:
        seen: set[str] = set()
        waiting = list(PAGES)
        while waiting:
            path = waiting.pop(0)
            if path in seen or len(seen) > 60:
                continue
            seen.add(path)
            answer = self._get(path)
            if answer.status_code == 200 and "html" in answer.headers.get("Content-Type", ""):
                self.pages += 1
                yield path, answer.text
                waiting += [urlsplit(href).path for _words, href in Page(answer).links if href.startswith("/")]

    def _api(self) -> Iterator[tuple[str, str]]:
        for service in ("identity", "portal", "documents", "signing", "notifications"):
            described = self._get(f"/api/{service}/openapi.json")
            for path, acts in described.json()["paths"].items():
                if "get" in acts and "{" not in path:
                    answer = self._get(f"/api/{service}{path}")
                    if answer.status_code == 200:
                        self.calls += 1
                        yield f"{service}{path}", answer.text

    def _searches(self) -> Iterator[tuple[str, str]]:
        for path in ("/search", "/documents", "/requests"):
            answer = self._get(f"{path}?q={WORD[:6]}")
            if answer.status_code == 200:
                yield f"{path} searched", answer.text.replace(f'value="{WORD[:6]}"', "")

    def _get(self, path: str) -> Any:
        return self.job.client.session.get(self.job.client.url + path, timeout=30)


@pytest.mark.feature("S26")
def test_a_hidden_field_is_nowhere_and_the_same_field_is_seen_while_it_is_not(job: Smoke) -> None:
    own = make(job, f"Rating {secrets.token_hex(3)}", "text")
    edit_account(job, **{f"custom__{own}": WORD, "address": f"{WORD} street", "tax_number": WORD})
    names = (own, "address", "tax_number")
    set_mode(job, "read_only", *names)
    walk = Walk(job)
    shown = walk.tells()
    assert {"/home", "/profile", "portal/v1/home", "portal/v1/profile"} <= shown, "the control"
    assert walk.pages > len(PAGES)
    assert walk.calls > 5
    set_mode(job, "hidden", *names)
    assert until("nothing tells of it", lambda: not walk.tells())
    assert WORD in record(job), "the firm sees it"

"""Staff who see assigned clients only see nothing of another client, in no list, count or page (B8)."""

from functools import partial
from uuid import UUID

import pytest
from click.testing import CliRunner

from services.chassis.database import new_id
from services.chassis.testing.harness import Browser, Harness
from services.portal import commands
from services.portal.directory.actions import announce_accounts
from tests.portal.conftest import Client, document_of, errors_of, sign_request_of, user_of

SECRET = "Unspeakable"


@pytest.fixture
def tomas() -> UUID:
    """The member of staff whose clients are meant."""
    return new_id()


@pytest.fixture
def limited(portal: Harness, tomas: UUID) -> Browser:
    """The same person, who sees assigned clients only."""
    return portal.staff(id=tomas, name="Tomás Vidal", assigned_only=True)


@pytest.fixture
def free(portal: Harness, tomas: UUID) -> Browser:
    """The same person without the limit: the control of every test here."""
    return portal.staff(id=tomas, name="Tomás Vidal")


def assign(staff: Browser, client: Client, adviser: UUID | None) -> None:
    path = f"/v1/accounts/{client.account_id}"
    change = {"adviser_id": str(adviser) if adviser else None, "version": staff.get(path).json["version"]}
    assert staff.patch(path, json=change).status_code == 200


@pytest.fixture
def request_id(portal: Harness, staff: Browser, stranger: Client) -> str:
    """Everything that can be had of the client who is not assigned; return its request."""
    asked = {"account_id": str(stranger.account_id), "title": SECRET, "message": SECRET}
    request: str = staff.post("/v1/requests", json=asked).json["id"]
    stranger.browser.post(f"/v1/requests/{request}/replies", json={"message": SECRET})
    document = document_of(stranger, name=SECRET, origin="client", shared=False)
    portal.deliver("documents.document.uploaded.v1", document)
    signed = sign_request_of(stranger, title=SECRET, status="completed", completed_at="2026-11-20T09:30:00+00:00")
    portal.deliver("signing.sign_request.completed.v1", signed)
    portal.deliver("identity.user.saved.v1", user_of(stranger, status="undeliverable", name=SECRET))
    return request


LISTS = ("/v1/accounts", "/v1/accounts?q=ribeiro", "/v1/requests?kind=all", "/v1/work")


def test_no_list_names_a_client_of_somebody_else(
    limited: Browser, free: Browser, stranger: Client, request_id: str
) -> None:
    for path in LISTS:
        assert limited.get(path).json["items"] == [], path
        assert free.get(path).json["items"] != [], path
    assert limited.get("/v1/accounts").json["total"] == limited.get("/v1/work").json["total"] == 0
    assert limited.get("/v1/shell").json["counts"]["work"] == 0
    assert free.get("/v1/shell").json["counts"]["work"] == 4
    wanted = {"account_id": str(stranger.account_id)}
    for path in ("/v1/requests", "/v1/work"):
        assert limited.get(path, query_string=wanted).json["items"] == []


def test_what_is_assigned_is_seen_from_then_on_and_no_longer_than_that(
    staff: Browser, limited: Browser, stranger: Client, tomas: UUID, request_id: str
) -> None:
    assign(staff, stranger, tomas)
    for path in LISTS:
        assert limited.get(path).json["items"] != [], path
    assert limited.get("/v1/shell").json["counts"]["work"] == 4
    assert limited.get(f"/v1/requests/{request_id}").json["title"] == SECRET
    assign(staff, stranger, new_id())
    assert limited.get(f"/v1/requests/{request_id}").status_code == 404


def test_every_route_of_one_thing_answers_as_if_it_were_not_there(
    limited: Browser, free: Browser, stranger: Client, request_id: str
) -> None:
    account, contact = f"/v1/accounts/{stranger.account_id}", f"/v1/contacts/{stranger.contact_id}"
    person = {"name": "X", "email": "x@example.com"}
    tried = [
        ("GET", account, None),
        ("PATCH", account, {"version": 1, "phone": "1"}),
        ("GET", f"{account}/activity", None),
        ("POST", f"{account}/contacts", person),
        ("POST", f"{account}/invitations", {"contact_ids": [str(stranger.contact_id)]}),
        ("GET", contact, None),
        ("PATCH", contact, {"version": 2, "name": "X"}),  # the invitation was a change
        ("GET", f"/v1/requests/{request_id}", None),
        ("POST", f"/v1/requests/{request_id}/replies", {"message": "x"}),
        ("POST", f"/v1/requests/{request_id}/read", None),
        ("POST", f"/v1/requests/{request_id}/close", None),
        ("POST", f"/v1/requests/{request_id}/reopen", {}),
        ("DELETE", contact, None),
    ]
    for method, path, body in tried:
        assert limited.open(method, path, json=body).status_code == 404, path
        assert free.open(method, path, json=body).status_code < 300, path


def test_nothing_can_be_asked_of_or_ticked_off_for_another_client(
    portal: Harness, limited: Browser, free: Browser, stranger: Client
) -> None:
    asked = {"account_id": str(stranger.account_id), "title": "Ask"}
    assert "account_id" in errors_of(limited.post("/v1/requests", json=asked))
    assert free.post("/v1/requests", json=asked).status_code == 201
    document = document_of(stranger, origin="client")
    portal.deliver("documents.document.uploaded.v1", document)
    seen = {"kind": "document_uploaded", "id": document["id"]}
    assert limited.post("/v1/work/seen", json=seen).status_code == 404
    assert free.post("/v1/work/seen", json=seen).status_code == 204


def test_who_is_limited_cannot_give_clients_away_or_take_them(
    limited: Browser, staff: Browser, tomas: UUID, stranger: Client
) -> None:
    made = limited.post("/v1/accounts", json={"name": "Nova, Lda"})
    assert made.json["adviser"]["id"] == str(tomas)
    other = str(new_id())
    assert "adviser_id" in errors_of(limited.post("/v1/accounts", json={"name": "Nova", "adviser_id": other}))
    assert "adviser_id" in errors_of(limited.post("/v1/accounts", json={"name": "Nova", "adviser_id": None}))
    path = f"/v1/accounts/{made.json['id']}"
    assert "adviser_id" in errors_of(limited.patch(path, json={"adviser_id": other, "version": 1}))
    kept = limited.patch(path, json={"adviser_id": str(tomas), "phone": "1", "version": 1})
    assert kept.status_code == 200
    assert staff.patch(path, json={"adviser_id": other, "version": 2}).status_code == 200
    assert limited.get(path).status_code == 404


def test_every_client_can_be_told_anew(portal: Harness, monkeypatch: pytest.MonkeyPatch) -> None:
    staff = portal.staff()
    for name in ("One", "Two", "Three"):
        assert staff.post("/v1/accounts", json={"name": name}).status_code == 201
    monkeypatch.setattr(commands, "Runtime", lambda _service: portal.runtime)
    monkeypatch.setattr(commands, "announce_accounts", partial(announce_accounts, limit=2))
    done = CliRunner().invoke(commands.portal, ["announce-clients"])
    assert done.output == "clients told: 3\n", done.output
    told = [(event.data["name"], event.data["version"]) for event in portal.recorded("portal.account.saved.v1")]
    assert sorted(told) == sorted((name, version) for name in ("One", "Two", "Three") for version in (1, 2))

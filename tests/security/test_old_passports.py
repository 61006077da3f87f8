"""A passport copied by a thief: every service takes it for a minute and no longer, and a view's only to read (P10)."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from services.chassis import clock
from services.chassis.testing.fixtures import OpenHarness
from services.chassis.testing.harness import Harness
from services.chassis.token_keys import StaticKeys
from services.identity.tokens.keys import ring_of
from tests.identity.house import House
from tests.identity.viewing import Desk
from tests.parts import service

ROUTES = {
    "identity": "/v1/me",
    "portal": "/v1/requests",
    "documents": "/v1/documents",
    "signing": "/v1/sign-requests",
    "notifications": "/v1/inbox/count",
}
WRITES = {
    "identity": ("PATCH", "/v1/me", {"locale": "pt"}),
    "portal": ("POST", "/v1/requests/0193a1b0-0000-7000-8000-000000000001/read", None),
    "documents": ("POST", "/v1/documents/0193a1b0-0000-7000-8000-000000000001/share", None),
    "signing": ("POST", "/v1/sign-requests/0193a1b0-0000-7000-8000-000000000001/view", {}),
    "notifications": ("POST", "/v1/inbox/read", {}),
}
every_service = pytest.mark.parametrize("name", ROUTES)
Later = Callable[..., datetime]


@pytest.fixture
def house(open_harness: OpenHarness) -> House:
    """Identity, which issues the passports."""
    return House(open_harness(service("identity")))


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Later:
    """A function that moves the clock on."""
    real, moved = clock.now, [timedelta(0)]
    monkeypatch.setattr(clock, "now", lambda: real() + moved[0])

    def move(**by: float) -> datetime:
        moved[0] += timedelta(**by)
        return clock.now()

    return move


def believing(house: House, name: str, open_harness: OpenHarness) -> Harness:
    """Return a service that believes this identity's keys (identity itself believes them anyway)."""
    if name == "identity":
        return house.harness
    harness = open_harness(service(name))
    harness.runtime.keys = StaticKeys(ring_of(house.harness.runtime).keys())
    return harness


@every_service
def test_a_copied_passport_is_dead_within_a_minute(
    house: House, name: str, open_harness: OpenHarness, later: Later
) -> None:
    """Also where the service has seen it before and remembers it, and after the session has ended."""
    house.activate()
    session = house.sign_in()
    passport = house.exchange(session).json["passport"]
    harness = believing(house, name, open_harness)
    seen, unseen = harness.with_token(passport), harness.with_token(house.exchange(session).json["passport"])
    assert seen.get(ROUTES[name]).status_code == 200, "control"
    later(seconds=45)
    assert seen.get(ROUTES[name]).status_code == 200, "control: still within its minute"
    later(seconds=16)
    assert [thief.get(ROUTES[name]).status_code for thief in (seen, unseen)] == [401, 401]


@every_service
def test_a_views_passport_reads_and_changes_nothing(house: House, name: str, open_harness: OpenHarness) -> None:
    contact = house.activate()
    account = {"id": contact["account_id"], "name": "Talleres Acosta", "version": 50}
    house.harness.deliver("portal.account.saved.v1", account)
    ana = next(user["id"] for user in house.users() if user["email"] == "ana@example.com")
    desk = Desk(house)
    view = desk.view(str(ana), contact["account_id"]).json["session"]
    passports = [house.exchange(session).json["passport"] for session in (view, house.sign_in())]
    harness = believing(house, name, open_harness)
    viewing, own = (harness.with_token(passport) for passport in passports)
    assert viewing.get(ROUTES[name]).status_code == 200
    method, path, body = WRITES[name]
    answers = [who.open(method, path, json=body) for who in (viewing, own)]
    assert (answers[0].status_code, answers[0].json["code"]) == (403, "read_only")
    assert "read_only" not in answers[1].text, "control: the client's own passport gets further"

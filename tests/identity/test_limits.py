"""What the firm set of sessions: its limits count instead of the installation's, also for open sessions (B5)."""

from typing import Any

import pytest

from services.identity.users.firm import Firm, firm
from tests.identity.house import House


def set_limits(house: House, version: int, **limits: int | None) -> None:
    house.settings(version=version, session_limits=limits)


def test_until_the_portal_has_told_anything_a_new_installations_switches_count(house: House) -> None:
    with house.harness.database.reading() as session:
        assert firm(session) == Firm(True, True, True, False)
    told = {"password_sign_in": False, "colleague_invitations": True, "reviews": False}
    house.settings(version=1, switches=told, session_limits={"staff_idle_minutes": 10, "client_idle_minutes": None})
    with house.harness.database.reading() as session:
        assert firm(session) == Firm(password_sign_in=False, colleague_invitations=True, staff_idle_minutes=10)


def test_an_event_of_a_portal_that_knows_no_limits_leaves_the_installations(house: House) -> None:
    house.settings(version=1)
    with house.harness.database.reading() as session:
        assert firm(session).client_idle_minutes is None


def test_a_shortened_idle_limit_ends_open_sessions_at_the_next_exchange(house: House, later: Any) -> None:
    house.activate()
    session = house.sign_in()
    later(minutes=30)
    assert house.exchange(session).status_code == 200, "control: within the installation's two hours"
    later(minutes=30)
    set_limits(house, 5, client_idle_minutes=20)
    assert house.exchange(session).status_code == 401
    fresh = house.sign_in()
    later(minutes=19)
    assert house.exchange(fresh).status_code == 200
    later(minutes=21)
    assert house.exchange(fresh).status_code == 401


def test_a_shortened_lifetime_ends_open_sessions_at_the_next_exchange(house: House, later: Any) -> None:
    house.activate()
    session = house.sign_in()
    later(minutes=119)
    set_limits(house, 5, client_session_hours=2)
    assert house.exchange(session).status_code == 200
    later(minutes=2)
    assert house.exchange(session).status_code == 401


def test_a_longer_limit_is_that_of_sessions_begun_after_it(house: House, later: Any) -> None:
    house.activate()
    set_limits(house, 5, client_idle_minutes=600, client_session_hours=100)
    session = house.sign_in()
    later(hours=9)
    assert house.exchange(session).status_code == 200
    later(hours=11)
    assert house.exchange(session).status_code == 401


@pytest.mark.parametrize("kind", ["client", "staff"])
def test_clients_and_staff_have_limits_of_their_own(kind: str) -> None:
    decided = Firm(client_idle_minutes=10, client_session_hours=1, staff_idle_minutes=20, staff_session_hours=2)
    expected = {"client": (600, 3600), "staff": (1200, 7200)}[kind]
    found = (decided.idle(kind, None), decided.lifetime(kind, None))  # type: ignore[arg-type]
    assert tuple(limit.total_seconds() for limit in found) == expected

"""Sign-ins have a lane of their own in identity: while it is full, passports are given out as ever."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from services.chassis.lane import Lane
from services.identity.sign_in import lane as sign_in_lane
from tests.identity.house import House


@contextmanager
def full_lane(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Somebody else signs in, where only one can, as long as the body lasts."""
    lane = Lane(at_once=1, waiting=0, patience=0)
    monkeypatch.setattr(sign_in_lane, "lane", lane)
    with lane.turn():
        yield


def test_while_the_lane_is_full_sign_ins_are_refused_and_sessions_exchanged(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.activate()
    session = house.sign_in()
    with full_lane(monkeypatch):
        answer = house.give_password()
        assert (answer.status_code, answer.json["code"], answer.headers["Retry-After"]) == (503, "busy", "5")
        assert house.start().json["code"] == "busy"
        assert house.exchange(session).status_code == 200
    assert house.give_password().status_code == 200


def test_a_full_lane_tells_nothing_of_an_address_and_counts_nothing(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.activate()
    with full_lane(monkeypatch):
        for _ in range(150):  # more wrong ones than an account bears
            known, unknown = house.give_password(password="wrong"), house.give_password(email="nobody@example.com")
            told = [{**answer.json, "request_id": None} for answer in (known, unknown)]
            assert told[0] == told[1]
    assert house.sign_in()

"""Sign-ins have a lane of their own in the gateway: while it is full, every other page goes on."""

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any

import pytest

from gateway.app import Gateway
from gateway.edge import guard
from gateway.edge.guard import EXTENSION
from services.chassis.lane import Lane
from tests.gateway.conftest import Visitor
from tests.gateway.house import CLIENT, House, problem

FORM = {"email": CLIENT["email"], "password": "right"}


@pytest.fixture
def gateway(house: House, monkeypatch: pytest.MonkeyPatch) -> Gateway:
    """A gateway with one turn and one place to wait, for no time."""
    monkeypatch.setattr(guard, "SIGN_INS_WAITING", 1)
    monkeypatch.setattr(guard, "SIGN_IN_PATIENCE", 0.0)
    return house.gateway(sign_ins_at_once=1, sign_in_burst=1000)


def lane_of(gateway: Gateway) -> Lane:
    found: Lane = gateway.pages.extensions[EXTENSION].sign_in_lane
    return found


@contextmanager
def full(gateway: Gateway) -> Iterator[None]:
    """Somebody signs in, for as long as the body lasts."""
    with lane_of(gateway).turn():
        yield


def test_while_the_lane_is_full_a_sign_in_is_told_to_come_back_and_pages_open(
    gateway: Gateway, anybody: Visitor, client: Visitor, house: House
) -> None:
    with full(gateway):
        answer = anybody.post("/sign-in/password", FORM)
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
        assert "Many people are signing in" in answer.text
        assert client.get("/home").status_code == 200
        assert anybody.get("/sign-in").status_code == 200
        assert client.post("/sign-out", page="/home").status_code < 400
    assert not house.called("POST", "/identity/v1/sign-in/password")
    assert anybody.post("/sign-in/password", FORM).headers["Location"] == "/home"


def test_a_turn_is_given_back_whatever_becomes_of_the_sign_in(gateway: Gateway, anybody: Visitor, house: House) -> None:
    for status, code in ((401, "wrong_credentials"), (429, "too_many_attempts"), (500, "internal_error")):
        house.answers[("POST", "/identity/v1/sign-in/password")] = problem(status, code)
        assert anybody.post("/sign-in/password", FORM).status_code >= 400
    forged = anybody.client.post("/sign-in/password", data=FORM)
    assert forged.status_code == 403
    with full(gateway):
        pass  # the turn is there, else this would be refused


def test_a_body_that_comes_slowly_holds_no_turn(gateway: Gateway, anybody: Visitor) -> None:
    free: list[bool] = []

    class Slow(BytesIO):
        """What a browser sends; at each piece it is noted whether somebody else could sign in."""

        def readinto(self, buffer: Any) -> int:
            with lane_of(gateway).turn():
                free.append(True)
            return super().readinto(buffer)

    body = f"email=ana%40example.com&csrf_token={anybody.token('/sign-in')}".encode()
    headers = {"Origin": "http://localhost", "Content-Type": "application/x-www-form-urlencoded"}
    answer = anybody.client.post("/sign-in", input_stream=Slow(body), content_length=len(body), headers=headers)
    assert answer.headers["Location"] == "/sign-in/code"
    assert free


def test_a_full_lane_of_identity_is_told_as_such(house: House, anybody: Visitor) -> None:
    house.answers[("POST", "/identity/v1/sign-in/password")] = problem(503, "busy")
    answer = anybody.post("/sign-in/password", FORM)
    assert (answer.status_code, "Many people are signing in" in answer.text) == (503, True)

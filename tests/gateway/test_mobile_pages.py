"""A client confirms their own mobile number with a code sent to it (B1)."""

import pytest

from tests.gateway import safe
from tests.gateway.conftest import Visitor
from tests.gateway.house import CLIENT_SESSION, STAFF_SESSION, House, problem
from tests.gateway.test_admin_clients import body_of, text_of

HOME, PAGE = "/profile/security", "/profile/security/mobile"
OWN = ("GET", "/identity/v1/me/security")
CODE, CONFIRM = ("POST", "/identity/v1/me/mobile/code"), ("POST", "/identity/v1/me/mobile/confirm")


@pytest.fixture(autouse=True)
def factors(house: House) -> None:
    safe.move_in(house)


def test_a_number_is_confirmed(client: Visitor, house: House) -> None:
    words = text_of(client.get(HOME))
    assert "Mobile number +34 612 34 56 78" in words
    assert "Not confirmed" in words
    page = client.get(PAGE)
    assert "We send a code of six digits to +34 612 34 56 78." in text_of(page)
    assert 'name="code"' not in page.text
    sent = client.post(f"{PAGE}/code", page=PAGE)
    assert (sent.status_code, sent.headers["Location"]) == (303, PAGE)
    assert house.called(*CODE)
    page = client.get(PAGE)
    assert 'autocomplete="one-time-code"' in page.text
    wrong = client.post(PAGE, {"code": "000000"})
    assert wrong.status_code == 422
    assert "This code is not right." in text_of(wrong)
    assert client.post(PAGE, {"code": ""}).status_code == 422
    answer = client.post(PAGE, {"code": "123456"})
    assert (answer.status_code, answer.headers["Location"]) == (303, HOME)
    assert body_of(house, *CONFIRM) == {"code": "123456"}
    assert "Your mobile number is confirmed." in text_of(client.get(HOME))


def test_a_second_code_within_a_minute_is_told_when(client: Visitor, house: House) -> None:
    refusal = problem(429, "too_many_attempts")
    refusal.headers["Retry-After"] = "30"
    house.answers[CODE] = refusal
    page = client.post(f"{PAGE}/code", page=PAGE)
    assert page.status_code == 422
    assert "another one in 30 seconds" in text_of(page)


def test_who_has_a_confirmed_number_or_none_is_not_asked(client: Visitor, house: House) -> None:
    house.answers[OWN] = safe.own(mobile={"number": "+34612345678", "verified": True})
    assert "Codes go there as text messages." in text_of(client.get(HOME))
    assert PAGE not in client.get(HOME).text
    assert client.get(PAGE).headers["Location"] == HOME
    house.answers[OWN] = safe.own(mobile=None)
    assert "Mobile number" not in client.get(HOME).text
    assert client.get(PAGE).status_code == 404


def test_it_is_not_for_staff(gateway: object) -> None:
    both = Visitor(gateway, atrio_client=CLIENT_SESSION, atrio_staff=STAFF_SESSION)  # type: ignore[arg-type]
    assert "Mobile number" not in both.get("/admin/security").text
    assert both.get("/admin/security/mobile").status_code == 404

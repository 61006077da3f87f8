"""The client's own profile."""

import pytest

from tests.gateway.conftest import Visitor
from tests.gateway.house import CLIENT, House, home, problem
from tests.gateway.test_admin_clients import body_of, text_of

PASSWORD = "/profile/password"


def test_the_profile_shows_what_the_firm_knows(client: Visitor, house: House) -> None:
    people = [
        {
            "id": CLIENT["contact_id"],
            "name": "Ana Acosta",
            "email": "a@x.example",
            "mobile": "+34612345678",
            "role": "owner",
        }
    ]
    house.answers[("GET", "/portal/v1/home")] = home() | {"contacts": people}
    words = text_of(client.get("/profile"))
    for part in (
        "Mobile +34 612 34 56 78",
        "Role Owner",
        "Account details",
        "B-4418 2270",
        "Contact persons",
        "Spain: Madrid",
    ):
        assert part in words, part


def test_without_the_portal_service_the_password_can_still_be_changed(client: Visitor, house: House) -> None:
    house.answers[("GET", "/portal/v1/home")] = problem(503, "unavailable")
    page = client.get("/profile")
    assert page.status_code == 200
    assert "Present password" in page.text
    assert "Account details" not in page.text


def test_language_and_time_zone_count_from_the_next_page_on(client: Visitor, house: House) -> None:
    answer = client.post("/profile", {"locale": "es", "timezone": "Europe/Lisbon"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/profile")
    assert body_of(house, "PATCH", "/identity/v1/me") == {"locale": "es", "timezone": "Europe/Lisbon"}
    calls = len(house.called("POST", "/identity/v1/sessions/exchange"))
    client.get("/profile")
    assert len(house.called("POST", "/identity/v1/sessions/exchange")) == calls + 1  # asked anew, not from memory


@pytest.mark.feature("S7")
def test_the_password_is_changed_by_who_knows_the_present_one(client: Visitor, house: House) -> None:
    answer = client.post(PASSWORD, {"current": "old words in a row", "new": "new words in a row"}, page="/profile")
    assert answer.status_code == 303
    assert body_of(house, "POST", "/identity/v1/password") == {
        "current": "old words in a row",
        "new": "new words in a row",
    }
    assert "Your password is changed." in text_of(client.get("/profile"))


def test_what_is_wrong_with_a_password_stands_beside_it_and_none_is_shown_again(client: Visitor, house: House) -> None:
    said = {"current": ["This is not your present password."], "password": ["Use at least 15 characters."]}
    house.answers[("POST", "/identity/v1/password")] = problem(422, "invalid_input", said)
    page = client.post(PASSWORD, {"current": "wrong secret", "new": "short"}, page="/profile")
    assert page.status_code == 422
    assert 'id="f-current-error"' in page.text
    assert 'id="f-new-error"' in page.text
    assert "wrong secret" not in page.text


def test_an_empty_form_asks_nobody(client: Visitor, house: House) -> None:
    assert client.post(PASSWORD, {}, page="/profile").status_code == 422
    assert not house.called("POST", "/identity/v1/password")

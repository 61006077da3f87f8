"""The client's own profile."""

from tests.gateway.conftest import Visitor
from tests.gateway.house import CLIENT, House, home, problem
from tests.gateway.test_admin_clients import body_of, text_of


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


def test_without_the_portal_service_the_language_can_still_be_changed(client: Visitor, house: House) -> None:
    house.answers[("GET", "/portal/v1/home")] = problem(503, "unavailable")
    page = client.get("/profile")
    assert page.status_code == 200
    assert "Time zone" in page.text
    assert "Account details" not in page.text


def test_language_and_time_zone_count_from_the_next_page_on(client: Visitor, house: House) -> None:
    answer = client.post("/profile", {"locale": "es", "timezone": "Europe/Lisbon"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/profile")
    assert body_of(house, "PATCH", "/identity/v1/me") == {"locale": "es", "timezone": "Europe/Lisbon"}
    calls = len(house.called("POST", "/identity/v1/sessions/exchange"))
    client.get("/profile")
    assert len(house.called("POST", "/identity/v1/sessions/exchange")) == calls + 1  # asked anew, not from memory

"""The client's own profile."""

from typing import Any

from tests.gateway.conftest import Visitor
from tests.gateway.house import CLIENT, House, home, problem, profile
from tests.gateway.test_admin_clients import body_of, text_of


def test_the_profile_shows_what_the_firm_knows(client: Visitor) -> None:
    words = text_of(client.get("/profile"))
    for part in (
        "Mobile +34 612 34 56 78",
        "Role Owner",
        "Account details",
        "B-4418 2270",
        "Contact persons",
        "Spain: Madrid",
        "The firm keeps these",
    ):
        assert part in words, part


def shaped(house: House, *fields: dict[str, Any], block: str = "account") -> None:
    """Let the profile have these fields besides its own, in a section of the firm's."""
    told = profile()
    told[block]["groups"].append({"labels": {"en": "Tax matters"}, "fields": list(fields)})
    told[block]["may_edit"] = True
    house.answers[("GET", "/portal/v1/profile")] = told


def own(name: str, kind: str = "text", value: Any = None, **more: Any) -> dict[str, Any]:
    """Return a field of the firm's own as the profile tells it."""
    labels = {"en": name.capitalize()}
    empty: dict[str, Any] = {"hints": {}, "options": [], "words": None, "mode": "optional", "custom": True}
    return empty | {"name": name, "kind": kind, "labels": labels, "value": value} | more


def test_what_may_be_changed_is_a_form_and_what_may_not_is_text(client: Visitor, house: House) -> None:
    shaped(house, own("sector", value="Bread", mode="mandatory"), own("rank", value="Gold", mode="read_only"))
    page = client.get("/profile")
    assert 'name="custom.sector" value="Bread" required' in page.text
    assert 'name="custom.rank"' not in page.text
    assert 'name="tax_number"' not in page.text
    assert "Tax matters Rank Gold" in text_of(page)


def test_what_was_typed_goes_to_the_service_by_its_kind(client: Visitor, house: House) -> None:
    options = [{"value": "food", "labels": {"en": "Food"}, "retired": False}]
    phone = own("phone", "phone", "+34 1", custom=False, labels={})
    fields = (phone, own("size", "number", 1234.5), own("vegan", "flag"), own("sector", "choice", options=options))
    shaped(house, *fields)
    house.answers[("PATCH", "/portal/v1/profile/account")] = profile()
    assert 'name="custom.size" value="1234.5"' in client.get("/profile").text
    typed = {"version": "7", "phone": "+34 2", "custom.size": "2,000.5", "custom.vegan": "no", "custom.sector": ""}
    answer = client.post("/profile/account", typed, page="/profile")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/profile")
    custom = {"size": "2000.5", "vegan": False, "sector": None}
    assert body_of(house, "PATCH", "/portal/v1/profile/account") == {"version": 7, "phone": "+34 2", "custom": custom}


def test_an_empty_mandatory_field_is_said_beside_it_and_typed_text_stays(client: Visitor, house: House) -> None:
    shaped(house, own("sector", mode="mandatory"), own("size", "number"))
    wrong = {"custom.sector": ["Fill this in."], "custom.size": ["Write a number."]}
    house.answers[("PATCH", "/portal/v1/profile/account")] = problem(422, "invalid_input", errors=wrong)
    answer = client.post("/profile/account", {"version": "7", "custom.size": "many"}, page="/profile")
    assert answer.status_code == 422
    assert 'id="f-custom.sector-error"' in answer.text
    assert 'name="custom.size" value="many"' in answer.text
    assert 'href="#f-custom.size"' in answer.text


def test_somebody_elses_change_is_shown(client: Visitor, house: House) -> None:
    shaped(house, own("sector", value="Cars"))
    house.answers[("PATCH", "/portal/v1/profile/account")] = problem(409, "changed_meanwhile")
    answer = client.post("/profile/account", {"version": "6", "custom.sector": "Bread"}, page="/profile")
    assert answer.status_code == 422
    assert "Saved at the moment: Cars" in text_of(answer)
    assert 'value="Bread"' in answer.text


def test_without_the_portal_service_the_language_can_still_be_changed(client: Visitor, house: House) -> None:
    house.answers[("GET", "/portal/v1/profile")] = problem(503, "unavailable")
    page = client.get("/profile")
    assert page.status_code == 200
    assert "Time zone" in page.text
    assert "Account details" not in page.text


def test_what_is_missing_stands_on_home(client: Visitor, house: House) -> None:
    item = {"kind": "fill_profile", "id": CLIENT["contact_id"], "title": "", "due_on": None, "asked_by": None}
    found = home() | {"to_do": [item | {"done": 1, "total": 4, "pages": None}]}
    house.answers[("GET", "/portal/v1/home")] = found
    page = client.get("/home")
    assert "Complete your details 1 of 4 filled in" in text_of(page)
    assert 'href="/profile"' in page.text


def test_language_and_time_zone_count_from_the_next_page_on(client: Visitor, house: House) -> None:
    answer = client.post("/profile", {"locale": "es", "timezone": "Europe/Lisbon"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/profile")
    assert body_of(house, "PATCH", "/identity/v1/me") == {"locale": "es", "timezone": "Europe/Lisbon"}
    calls = len(house.called("POST", "/identity/v1/sessions/exchange"))
    client.get("/profile")
    assert len(house.called("POST", "/identity/v1/sessions/exchange")) == calls + 1  # asked anew, not from memory

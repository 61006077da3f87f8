"""The firm's settings in the admin, and what of them the portal shows."""

from typing import Any

import pytest

from tests.gateway.conftest import Visitor
from tests.gateway.house import BRAND, SWITCHES, House, problem
from tests.gateway.test_admin_clients import body_of, text_of

PATH, SERVICE = "/admin/settings", "/portal/v1/settings"
FIELDS = (
    *("firm_name", "portal_name", "legal_name", "address", "phone", "email", "website", "office_hours"),
    *("banner", "accent", "locale", "timezone", "currency"),
)


def form(**changes: str) -> dict[str, Any]:
    """Return the form as it was opened, with `changes`."""
    opened = {name: BRAND[name] for name in FIELDS} | {"announcement": "", "version": "3", "button_1": "book"}
    return opened | {f"switch_{name}": "yes" for name in ("share_documents", "reviews", "conversations")} | changes


@pytest.mark.feature("S22")
def test_the_portals_name_and_link_are_shown_to_copy_and_to_follow(staff: Visitor) -> None:
    page = staff.get(PATH).text
    assert 'name="portal_name" value="Client portal"' in page
    assert '<a href="http://localhost/">http://localhost/</a>' in page
    assert 'data-copy="http://localhost/"' in page


def test_preferences_have_the_two_tabs(staff: Visitor) -> None:
    page = text_of(staff.get(PATH))
    assert "Preferences" in page
    assert "Self-service portal Client fields" in page
    assert "which fields clients see" in text_of(staff.get(f"{PATH}?tab=fields"))


@pytest.mark.feature("S23")
def test_the_banner_is_saved_and_stands_at_the_portals_top_left(staff: Visitor, client: Visitor, house: House) -> None:
    staff.post(PATH, form(banner="Back on Monday"))
    assert body_of(house, "PUT", SERVICE)["banner"] == "Back on Monday"
    house.answers[("GET", "/portal/v1/brand")] = BRAND | {"banner": "Back on Monday"}
    page = client.get("/home").text
    assert "Back on Monday" in page[page.index('class="firm"') : page.index("topbar-search")]


def test_all_is_saved_with_the_version_that_was_seen(staff: Visitor, house: House) -> None:
    answer = staff.post(PATH, form(switch_reviews="", timezone="Europe/Lisbon"))
    assert answer.status_code == 303
    sent = body_of(house, "PUT", SERVICE)
    assert (sent["version"], sent["timezone"]) == (3, "Europe/Lisbon")
    assert sent["switches"] == {"share_documents": True, "reviews": False, "conversations": True}


@pytest.mark.feature("S19")
def test_the_firm_chooses_and_orders_the_buttons_of_home(staff: Visitor, client: Visitor, house: House) -> None:
    staff.post(PATH, form(button_1="contact", button_2="", button_3="documents"))
    assert body_of(house, "PUT", SERVICE)["action_buttons"] == ["contact", "documents"]
    home = house.answers[("GET", "/portal/v1/home")](None) | {"action_buttons": ["contact", "documents"]}
    house.answers[("GET", "/portal/v1/home")] = home
    words = text_of(client.get("/home"))
    assert "Message the firm Share documents" in words
    assert "Book a meeting" not in words


def test_a_button_chosen_twice_is_said_beside_the_buttons(staff: Visitor, house: House) -> None:
    said = {"action_buttons": ["A button can stand there only once."]}
    house.answers[("PUT", SERVICE)] = problem(422, "invalid_input", said)
    page = staff.post(PATH, form(button_2="book"))
    assert page.status_code == 422
    assert '<a href="#f-button_1">First button: A button can stand there only once.</a>' in page.text


def test_a_colour_that_nobody_can_read_is_explained(staff: Visitor, house: House) -> None:
    hard = "White text on this colour is hard to read (contrast 1.3, at least 4.5 is needed). Choose a darker one."
    house.answers[("PUT", SERVICE)] = problem(422, "invalid_input", {"accent": [hard]})
    page = staff.post(PATH, form(accent="#ffe08a", firm_name="Kept"))
    assert 'id="f-accent-error"' in page.text
    assert hard in page.text
    assert 'value="Kept"' in page.text


def test_two_who_save_at_once_see_what_the_other_saved(staff: Visitor, house: House) -> None:
    now = BRAND | {"announcement": "", "switches": SWITCHES, "action_buttons": ["book"], "version": 4, "phone": "+34 1"}
    house.answers |= {("PUT", SERVICE): problem(409, "changed_meanwhile"), ("GET", SERVICE): now}
    page = staff.post(PATH, form())
    assert page.status_code == 422
    assert "Phone: Saved at the moment: +34 1" in page.text
    assert 'name="version" value="4"' in page.text


def test_only_who_may_set_the_firm_up_opens_it(staff: Visitor, house: House) -> None:
    house.users["staff-session-token"]["permissions"] = ["clients.read"]
    assert staff.get(PATH).status_code == 403

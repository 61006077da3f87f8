"""The firm's switches of sign-in and its limits of sessions, in the admin."""

from typing import Any

from tests.gateway.conftest import Visitor
from tests.gateway.house import BRAND, SWITCHES, House, problem
from tests.gateway.test_admin_clients import body_of, text_of

PATH, SERVICE = "/admin/settings/security", "/portal/v1/settings"
WAYS = {"password_sign_in": True, "code_sign_in": True, "passkey_sign_in": False, "colleague_invitations": False}
LIMITS = {"client_idle_minutes": 30, "client_session_hours": None, "staff_idle_minutes": None, "staff_session_hours": 8}
STORED = BRAND | {"announcement": "", "switches": SWITCHES | WAYS, "action_buttons": [], "version": 7}


def form(**changes: str) -> dict[str, Any]:
    """Return the form as it was opened, with `changes`."""
    opened = {"version": "7", "password_sign_in": "yes", "code_sign_in": "yes", "client_idle_minutes": "30"}
    return opened | {"client_session_hours": "", "staff_idle_minutes": "", "staff_session_hours": "8"} | changes


def test_the_page_shows_what_is_set(staff: Visitor, house: House) -> None:
    house.answers[("GET", SERVICE)] = STORED | {"session_limits": LIMITS}
    page = staff.get(PATH).text
    assert 'name="code_sign_in" value="yes" role="switch" checked' in page
    assert 'name="passkey_sign_in" value="yes" role="switch" aria-describedby' in page
    assert 'name="client_idle_minutes" value="30"' in page
    assert 'name="client_session_hours" value=""' in page
    assert f'<a href="{PATH}" aria-current="page">Sign-in and sessions</a>' in page
    assert f'href="{PATH}"' in staff.get("/admin/settings/preferences").text


def test_switches_and_limits_are_saved_with_the_version_that_was_seen(staff: Visitor, house: House) -> None:
    answer = staff.post(PATH, form(passkey_sign_in="yes", code_sign_in="", staff_idle_minutes="15"))
    assert answer.status_code == 303
    assert body_of(house, "PUT", SERVICE) == {
        "switches": WAYS | {"passkey_sign_in": True, "code_sign_in": False},
        "session_limits": LIMITS | {"staff_idle_minutes": 15},
        "version": 7,
    }


def test_the_last_way_to_sign_in_is_explained_at_the_ways(staff: Visitor, house: House) -> None:
    said = {"switches": ["Leave at least one way to sign in."]}
    house.answers[("PUT", SERVICE)] = problem(422, "invalid_input", said)
    page = staff.post(PATH, form(password_sign_in="", code_sign_in=""))
    assert page.status_code == 422
    assert '<a href="#f-password_sign_in">Password: Leave at least one way to sign in.</a>' in page.text


def test_what_is_no_number_is_said_beside_the_field_and_kept(staff: Visitor, house: House) -> None:
    for typed in ("soon", "4", "1441", "-5", "٣٠", "9" * 400):
        page = staff.post(PATH, form(client_idle_minutes=typed))
        assert page.status_code == 422
        assert "Clients: minutes without use: Write a number from 5 to 1440." in text_of(page)
        assert typed in page.text
    assert house.called("PUT", SERVICE) == []


def test_two_who_save_at_once_see_what_the_other_saved(staff: Visitor, house: House) -> None:
    now = STORED | {"session_limits": LIMITS | {"client_idle_minutes": 90}, "version": 8}
    house.answers |= {("PUT", SERVICE): problem(409, "changed_meanwhile"), ("GET", SERVICE): now}
    page = staff.post(PATH, form())
    assert page.status_code == 422
    assert "Clients: minutes without use: Saved at the moment: 90" in page.text
    assert 'name="version" value="8"' in page.text


def test_only_who_may_set_the_firm_up_opens_it(staff: Visitor, house: House) -> None:
    house.users["staff-session-token"]["permissions"] = ["clients.read"]
    assert staff.get(PATH).status_code == 403

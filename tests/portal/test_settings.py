"""The firm's settings and brand (S19, S21 to S25, S28, S29)."""

import pytest

from services.chassis import clock
from services.chassis.auth import PROOF_SECONDS
from services.chassis.testing.harness import Browser, Harness
from services.portal.settings.actions import make_first_settings
from services.portal.settings.contrast import DARK_GROUND, WHITE, contrast, on_dark
from services.portal.settings.models import SESSION_LIMITS, SWITCHES
from tests.portal.conftest import errors_of


def test_a_new_installation_has_settings_and_tells_them_once(portal: Harness, staff: Browser) -> None:
    make_first_settings(portal.runtime)
    (told,) = portal.recorded("portal.settings.saved.v1")
    settings = staff.get("/v1/settings").json
    assert settings["version"] == told.data["version"] == 1
    assert settings["switches"] == told.data["switches"] == SWITCHES
    assert settings["action_buttons"] == ["book", "pay", "documents", "contact"]


def test_the_brand_is_there_for_anyone_and_says_no_more_than_that(portal: Harness, staff: Browser) -> None:
    brand = portal.anyone().get("/v1/brand").json
    assert brand["firm_name"] == "My firm"
    assert not {"switches", "version", "announcement"} & set(brand)


def test_settings_are_saved_and_told(portal: Harness, staff: Browser) -> None:
    change = {
        "firm_name": "Marín & Costa",
        "portal_name": "Portal Marín",
        "banner": "Tax season",
        "accent": "#7a1f5b",
        "website": "https://marincosta.example",
        "timezone": "Europe/Madrid",
        "currency": "USD",
        "office_hours": "Mon to Fri\n9 to 18",
        "switches": {"share_documents": False},
        "action_buttons": ["contact", "documents"],
        "version": 1,
    }
    saved = staff.put("/v1/settings", json=change)
    assert saved.status_code == 200
    assert saved.json == staff.get("/v1/settings").json
    assert saved.json["version"] == 2
    assert saved.json["switches"] == SWITCHES | {"share_documents": False}
    told = portal.recorded("portal.settings.saved.v1")[-1]
    assert told.data["switches"]["share_documents"] is False
    assert (told.subject, told.subjectversion, told.data["currency"]) == ("settings", 2, "USD")
    assert portal.anyone().get("/v1/brand").json["accent"] == "#7a1f5b"
    second = staff.put("/v1/settings", json=change)
    assert (second.status_code, second.json["code"]) == (409, "changed_meanwhile")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("accent", "#ffcc00"),
        ("accent", "blue"),
        ("accent", "#1f5f8b\n"),
        ("website", "javascript:alert(1)"),
        ("website", "//evil.example"),
        ("timezone", "Europe/Atlantis"),
        ("locale", "fr"),
        ("currency", "euro"),
        ("firm_name", ""),
        ("firm_name", "a\r\nBcc: x@y.example"),
        ("action_buttons", ["pay", "pay"]),
        ("action_buttons", ["withdraw"]),
        ("email", "nobody"),
        ("id", "x"),
        ("updated_at", "2026-01-01T00:00:00Z"),
    ],
)
def test_a_wrong_setting_is_refused(staff: Browser, field: str, value: object) -> None:
    answer = staff.put("/v1/settings", json={"version": 1, field: value})
    assert any(name.split(".")[0] == field for name in errors_of(answer))


def test_an_unknown_switch_is_refused(staff: Browser) -> None:
    answer = staff.put("/v1/settings", json={"version": 1, "switches": {"free_money": True}})
    assert "switches.free_money" in errors_of(answer)


def test_only_those_who_may_change_settings_see_them(portal: Harness) -> None:
    agent = portal.staff("clients.read", "clients.write")
    assert agent.get("/v1/settings").status_code == 403
    assert agent.put("/v1/settings", json={"version": 1}).status_code == 403


def test_contrast_is_that_of_the_standard() -> None:
    assert contrast("#000000", WHITE) == pytest.approx(21)
    assert contrast("#767676", WHITE) == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("accent", ["#1f5f8b", "#000000", "#7a1f5b", "#0b5d1e"])
def test_an_accent_is_lightened_until_it_is_read_on_the_dark_ground(accent: str) -> None:
    assert contrast(on_dark(accent), DARK_GROUND) >= 4.5


def test_one_way_to_sign_in_always_stays_on(portal: Harness, staff: Browser) -> None:
    """Clients could never come in again otherwise, and the firm would not notice: staff are not governed by it."""
    off = {"password_sign_in": False, "passkey_sign_in": False}
    saved = staff.put("/v1/settings", json={"version": 1, "switches": off})
    assert saved.json["switches"] == SWITCHES | off, "control: two may go"
    refused = staff.put("/v1/settings", json={"version": 2, "switches": {"code_sign_in": False}})
    assert errors_of(refused) == {"switches": ["Leave at least one way to sign in."]}
    assert staff.get("/v1/settings").json["switches"]["code_sign_in"] is True


def test_limits_of_sessions_are_set_one_by_one_and_told(portal: Harness, staff: Browser) -> None:
    none = dict.fromkeys(SESSION_LIMITS)
    assert staff.get("/v1/settings").json["session_limits"] == none
    staff.put("/v1/settings", json={"version": 1, "session_limits": {"client_idle_minutes": 30}})
    answer = staff.put("/v1/settings", json={"version": 2, "session_limits": {"staff_session_hours": 8}})
    expected = none | {"client_idle_minutes": 30, "staff_session_hours": 8}
    assert answer.json["session_limits"] == expected
    assert portal.recorded("portal.settings.saved.v1")[-1].data["session_limits"] == expected
    answer = staff.put("/v1/settings", json={"version": 3, "session_limits": {"client_idle_minutes": None}})
    assert answer.json["session_limits"] == none | {"staff_session_hours": 8}


@pytest.mark.parametrize("name", SESSION_LIMITS)
def test_a_limit_that_nobody_could_work_with_is_refused(staff: Browser, name: str) -> None:
    least, most = SESSION_LIMITS[name]
    for value in (0, -1, least - 1, most + 1, "10", 7.5, True):
        answer = staff.put("/v1/settings", json={"version": 1, "session_limits": {name: value}})
        assert f"session_limits.{name}" in errors_of(answer), value


@pytest.mark.parametrize("change", [{"switches": {"code_sign_in": False}}, {"session_limits": {}}])
def test_what_decides_who_gets_in_asks_for_a_fresh_proof(portal: Harness, change: dict[str, object]) -> None:
    """An unattended screen shall not be enough to change how people sign in (ASVS 5.0, 7.5.1)."""
    long_ago = int(clock.now().timestamp()) - PROOF_SECONDS - 1
    aged = portal.staff("settings.write", auth_time=long_ago)
    refused = aged.put("/v1/settings", json={"version": 1} | change)
    assert (refused.status_code, refused.json["code"]) == (403, "proof_required")
    other = {"switches": {"reviews": False}, "banner": "Hello"}
    assert aged.put("/v1/settings", json={"version": 1} | other).status_code == 200
    assert portal.staff("settings.write").put("/v1/settings", json={"version": 2} | change).status_code == 200

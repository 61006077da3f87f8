"""A support date holds while its field is active, and is kept where the field is switched off (S8, S9)."""

from typing import Any

import pytest
import time_machine

from services.chassis.testing.harness import Browser, Harness
from services.portal.directory.timers import tell_ending

PERIOD = {"support_start": "2026-01-01", "support_end": "2026-12-31"}
PATH = "/v1/fields/contact"


@pytest.fixture
def contact(staff: Browser) -> dict[str, Any]:
    """A portal user with both dates, of a firm that uses them."""
    person = {"name": "Ana", "email": "ana@acosta.example", "portal_user": True} | PERIOD
    made: dict[str, Any] = staff.post("/v1/accounts", json={"name": "Acosta", "contacts": [person]}).json
    return dict(made["contacts"][0])


def told(portal: Harness, contact: dict[str, Any]) -> dict[str, Any]:
    """Return the newest state of the contact that the other services have."""
    saved = [event for event in portal.recorded("portal.contact.saved.v1") if str(event.data["id"]) == contact["id"]]
    newest = max(saved, key=lambda event: event.data["version"])
    return {name: newest.data[name] and str(newest.data[name]) for name in PERIOD}


@pytest.mark.parametrize("name", PERIOD)
def test_a_date_counts_no_more_once_its_field_is_switched_off_and_is_kept(
    portal: Harness, staff: Browser, contact: dict[str, Any], name: str
) -> None:
    assert told(portal, contact) == PERIOD
    assert staff.put(f"{PATH}/{name}", json={"active": False}).status_code == 200
    assert told(portal, contact) == PERIOD | {name: None}
    shown = staff.get(f"/v1/contacts/{contact['id']}").json
    assert (
        staff.patch(f"/v1/contacts/{contact['id']}", json={"version": shown["version"], "name": "Ana A."}).json[name]
        is None
    )
    assert told(portal, contact) == PERIOD | {name: None}
    assert staff.put(f"{PATH}/{name}", json={"active": True}).status_code == 200
    assert told(portal, contact) == PERIOD


def test_a_start_is_not_held_against_an_end_that_does_not_count(staff: Browser, contact: dict[str, Any]) -> None:
    path, later = f"/v1/contacts/{contact['id']}", {"support_start": "2027-02-01"}
    assert staff.patch(path, json=later | {"version": contact["version"]}).status_code == 422
    staff.put(f"{PATH}/support_end", json={"active": False})
    version = staff.get(path).json["version"]
    assert staff.patch(path, json=later | {"version": version}).status_code == 200


def test_nobody_is_told_of_an_end_that_does_not_count(portal: Harness, staff: Browser, contact: dict[str, Any]) -> None:
    staff.put(f"{PATH}/support_end", json={"active": False})
    with time_machine.travel("2026-12-28T12:00:00Z", tick=False):
        tell_ending(portal.runtime)
        assert portal.recorded("portal.contact.access_ending.v1") == []
    staff.put(f"{PATH}/support_end", json={"active": True})
    with time_machine.travel("2026-12-28T12:00:00Z", tick=False):
        tell_ending(portal.runtime)
        assert len(portal.recorded("portal.contact.access_ending.v1")) == 1


def test_only_a_switch_of_these_fields_tells_everybody_anew(
    portal: Harness, staff: Browser, contact: dict[str, Any]
) -> None:
    before = len(portal.recorded("portal.contact.saved.v1"))
    staff.put(f"{PATH}/support_end", json={"active": True})
    staff.put(f"{PATH}/mobile", json={"active": False})
    assert len(portal.recorded("portal.contact.saved.v1")) == before

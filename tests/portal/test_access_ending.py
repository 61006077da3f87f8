"""Staff is told 30 and 7 days before a support end date, once each, in the firm's time zone (S9)."""

from typing import Any

import pytest
import time_machine

from services.chassis.testing.harness import Browser, Harness
from services.portal.directory.timers import tell_ending

ENDS = "2026-12-31"


def add(staff: Browser, **values: Any) -> dict[str, Any]:
    person = {"name": "Ana", "email": "ana@acosta.example", "portal_user": True, "support_end": ENDS} | values
    account = staff.post("/v1/accounts", json={"name": "Acosta", "contacts": [person]}).json
    contact: dict[str, Any] = account["contacts"][0]
    return contact


def told(portal: Harness) -> list[int]:
    tell_ending(portal.runtime)
    return [event.data["days_left"] for event in portal.recorded("portal.contact.access_ending.v1")]


def test_staff_is_told_thirty_and_seven_days_before_and_no_more(portal: Harness, staff: Browser) -> None:
    add(staff)
    days = [("2026-11-30", []), ("2026-12-01", [30]), ("2026-12-02", [30]), ("2026-12-23", [30])]
    days += [("2026-12-24", [30, 7]), ("2026-12-31", [30, 7]), ("2027-01-01", [30, 7])]
    for day, expected in days:
        with time_machine.travel(f"{day}T12:00:00Z", tick=False):
            assert told(portal) == expected, day


def test_a_date_that_was_moved_is_told_anew(portal: Harness, staff: Browser) -> None:
    contact = add(staff)
    with time_machine.travel("2026-12-28T12:00:00Z", tick=False):
        assert told(portal) == [3]
    body = {"support_end": "2027-02-01", "version": contact["version"]}
    assert staff.patch(f"/v1/contacts/{contact['id']}", json=body).status_code == 200
    with time_machine.travel("2027-01-10T12:00:00Z", tick=False):
        assert told(portal) == [3, 22]


@pytest.mark.parametrize("values", [{"portal_user": False}, {"support_end": None}])
def test_where_no_access_ends_nothing_is_told(portal: Harness, staff: Browser, values: dict[str, Any]) -> None:
    add(staff, **values)
    with time_machine.travel("2026-12-28T12:00:00Z", tick=False):
        assert told(portal) == []

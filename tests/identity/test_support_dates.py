"""Support dates are whole days where the firm is, both ends included, also far from UTC (S9)."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine

from tests.identity.house import House

SECOND = timedelta(seconds=1)


@pytest.mark.parametrize("zone", ["America/Bogota", "Pacific/Auckland"])
def test_both_ends_are_included_to_the_second(house: House, zone: str) -> None:
    house.settings(timezone=zone, version=20)
    contact = house.activate()
    house.save_again(contact, support_start="2026-09-20", support_end="2026-10-10")
    first = datetime(2026, 9, 20, tzinfo=ZoneInfo(zone))
    after = datetime(2026, 10, 11, tzinfo=ZoneInfo(zone))
    moments = [(first - SECOND, "access_not_started"), (first, None), (after - SECOND, None), (after, "access_ended")]
    for moment, refusal in moments:
        with time_machine.travel(moment, tick=False):
            answer = house.give_password()
            assert answer.json.get("code") == refusal, moment
            assert answer.status_code == (403 if refusal else 200)


@pytest.mark.parametrize("zone", ["America/Bogota", "Pacific/Auckland"])
def test_a_session_runs_to_midnight_there_and_no_further(house: House, zone: str) -> None:
    house.settings(timezone=zone, version=20)
    contact = house.activate()
    house.save_again(contact, support_end="2026-10-10")
    after = datetime(2026, 10, 11, tzinfo=ZoneInfo(zone))
    with time_machine.travel(after - 2 * SECOND, tick=False) as clock:
        session = house.sign_in()
        assert house.exchange(session).status_code == 200
        clock.shift(SECOND)
        assert house.exchange(session).status_code == 200
        clock.shift(SECOND)
        assert house.exchange(session).json["code"] == "access_ended"

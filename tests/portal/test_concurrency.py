"""Several at once: one wins, the others are told, nothing is doubled."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from sqlalchemy import delete

from services.chassis.database import new_id
from services.chassis.testing.harness import Browser, Harness
from services.portal.settings.actions import make_first_settings
from services.portal.settings.models import FirmSettings
from tests.portal.conftest import Client, document_of

CALLS = 8


def at_once(call: Callable[[int], Any]) -> list[Any]:
    with ThreadPoolExecutor(CALLS) as pool:
        return list(pool.map(call, range(CALLS)))


def test_of_several_changes_of_one_version_one_is_taken(portal: Harness, acosta: Client) -> None:
    path = f"/v1/accounts/{acosta.account_id}"

    def change(place: int) -> int:
        return portal.staff().patch(path, json={"name": f"Name {place}", "version": 1}).status_code

    assert sorted(at_once(change)) == [200] + [409] * (CALLS - 1)
    assert [event.subjectversion for event in portal.recorded("portal.account.saved.v1")] == [1, 2]


def test_an_address_is_given_to_one_contact_alone(portal: Harness, acosta: Client) -> None:
    path = f"/v1/accounts/{acosta.account_id}/contacts"

    def add(place: int) -> int:
        person = {"name": f"Person {place}", "email": "same@acosta.example"}
        return portal.staff().post(path, json=person).status_code

    assert sorted(at_once(add)) == [201] + [422] * (CALLS - 1)


def test_a_request_is_closed_once(portal: Harness, staff: Browser, acosta: Client) -> None:
    request = staff.post("/v1/requests", json={"account_id": str(acosta.account_id), "title": "Ask"}).json
    codes = at_once(lambda _: portal.staff().post(f"/v1/requests/{request['id']}/close").status_code)
    assert sorted(codes) == [200] + [409] * (CALLS - 1)
    assert len(portal.recorded("portal.request.closed.v1")) == 1


def test_answers_at_the_same_time_are_all_kept(portal: Harness, staff: Browser, acosta: Client) -> None:
    request = staff.post("/v1/requests", json={"account_id": str(acosta.account_id), "title": "Ask"}).json
    path = f"/v1/requests/{request['id']}"

    def answer(place: int) -> int:
        assert acosta.browser.post(f"{path}/read").status_code == 204
        return acosta.browser.post(f"{path}/replies", json={"message": f"Part {place}"}).status_code

    assert at_once(answer) == [201] * CALLS
    assert len(staff.get(path).json["comments"]) == CALLS
    versions = [event.subjectversion for event in portal.recorded("portal.request.replied.v1")]
    assert versions == list(range(2, CALLS + 2))


def test_processes_that_start_at_once_make_one_set_of_settings(portal: Harness) -> None:
    before = len(portal.recorded("portal.settings.saved.v1"))
    with portal.database.unit_of_work() as session:
        session.execute(delete(FirmSettings))
    at_once(lambda _: make_first_settings(portal.runtime))
    assert len(portal.recorded("portal.settings.saved.v1")) == before + 1


def test_an_event_that_several_workers_handle_at_once_has_one_effect(
    portal: Harness, staff: Browser, acosta: Client
) -> None:
    event = portal.make("documents.document.shared.v1", document_of(acosta, id=str(new_id())))
    at_once(lambda _: portal.deliver(event))
    history = staff.get(f"/v1/accounts/{acosta.account_id}/activity").json["items"]
    assert [entry["kind"] for entry in history].count("document.shared") == 1

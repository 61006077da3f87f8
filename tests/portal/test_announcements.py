"""What the firm tells its clients: from when to when, whom, and until they have read it (S27)."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch
from uuid import UUID

import pytest
from sqlalchemy import select

from services.chassis.database import new_id
from services.chassis.testing.harness import Browser, Harness
from services.portal.announcements import actions, queries
from services.portal.announcements.models import AnnouncementAccount, AnnouncementRead
from tests.portal.conftest import Client, errors_of

PATH = "/v1/announcements"
NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)
BODY: dict[str, Any] = {
    "titles": {"en": "Closed on Friday", "es": "Cerrado el viernes"},
    "texts": {"en": "Send urgent papers\nby Thursday.", "es": "Envíe lo urgente antes del jueves."},
}


def announced(staff: Browser, **fields: Any) -> dict[str, Any]:
    answer = staff.post(PATH, json=BODY | fields)
    assert answer.status_code == 201, answer.json
    made: dict[str, Any] = answer.json
    return made


def on_home(client: Client) -> list[str]:
    return [entry["titles"]["en"] for entry in client.browser.get("/v1/home").json["announcements"]]


def in_frame(client: Client) -> list[tuple[str, bool]]:
    told = client.browser.get("/v1/shell").json["announcements"]
    return [(entry["titles"]["en"], entry["read"]) for entry in told]


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Let announcements take `moment` for now; passports, which live for a minute, stay in the present."""
    stopped = SimpleNamespace(now=lambda: moment)
    with patch.object(actions, "clock", stopped), patch.object(queries, "clock", stopped):
        yield


def test_it_stands_from_its_start_until_its_end_and_not_a_moment_longer(staff: Browser, acosta: Client) -> None:
    with at(NOON):
        starts, ends = NOON + timedelta(hours=1), NOON + timedelta(hours=2)
        made = announced(staff, starts_at=starts.isoformat(), ends_at=ends.isoformat())
        assert (made["state"], on_home(acosta)) == ("planned", [])
    for moment, shown, state in (
        (starts - timedelta(microseconds=1), [], "planned"),
        (starts, ["Closed on Friday"], "current"),
        (ends - timedelta(microseconds=1), ["Closed on Friday"], "current"),
        (ends, [], "past"),
    ):
        with at(moment):
            assert on_home(acosta) == shown
            assert [title for title, _read in in_frame(acosta)] == shown
            assert staff.get(f"{PATH}/{made['id']}").json["state"] == state
            assert [entry["id"] for entry in staff.get(f"{PATH}?state={state}").json["items"]] == [made["id"]]


def test_without_a_start_it_begins_now_and_without_an_end_it_stays(staff: Browser, acosta: Client) -> None:
    with at(NOON):
        announced(staff)
        assert on_home(acosta) == ["Closed on Friday"]
    with at(NOON + timedelta(days=400)):
        assert on_home(acosta) == ["Closed on Friday"]


def test_it_is_for_chosen_clients_alone(staff: Browser, acosta: Client, stranger: Client) -> None:
    made = announced(staff, audience="accounts", account_ids=[str(acosta.account_id)])
    assert made["accounts"] == [{"id": str(acosta.account_id), "name": "Talleres Acosta, S.L."}]
    assert on_home(acosta) == ["Closed on Friday"]
    assert on_home(stranger) == []
    assert in_frame(stranger) == []
    assert stranger.browser.post(f"{PATH}/{made['id']}/read").status_code == 404


def test_it_is_for_the_clients_of_a_tag_as_they_are_tagged_now(
    staff: Browser, acosta: Client, stranger: Client
) -> None:
    tag = staff.post("/v1/tags", json={"name": "VAT monthly", "color": "blue"}).json["id"]
    made = announced(staff, audience="tags", tag_ids=[tag])
    assert made["tags"] == [{"id": tag, "name": "VAT monthly"}]
    assert on_home(acosta) == []
    assert staff.post(f"/v1/accounts/{acosta.account_id}/tags", json={"name": "VAT monthly"}).status_code < 300
    assert (on_home(acosta), on_home(stranger)) == (["Closed on Friday"], [])
    assert staff.delete(f"/v1/tags/{tag}").status_code == 204
    assert on_home(acosta) == []


def test_each_person_reads_it_for_themselves(portal: Harness, staff: Browser, acosta: Client) -> None:
    made = announced(staff)
    colleague = portal.client(acosta.account_id, contact_id=new_id(), id=new_id(), name="Bruno")
    for _again in range(2):
        assert acosta.browser.post(f"{PATH}/{made['id']}/read").status_code == 204
    assert on_home(acosta) == []
    assert in_frame(acosta) == [("Closed on Friday", True)], "it can still be read among the notifications"
    assert [entry["id"] for entry in colleague.get("/v1/home").json["announcements"]] == [made["id"]]


def test_what_has_not_begun_or_is_over_cannot_be_read(staff: Browser, acosta: Client) -> None:
    with at(NOON):
        made = announced(staff, starts_at=(NOON + timedelta(hours=1)).isoformat())
        assert acosta.browser.post(f"{PATH}/{made['id']}/read").status_code == 404


def test_a_change_is_seen_at_once_by_who_has_not_read_it(staff: Browser, acosta: Client, stranger: Client) -> None:
    made = announced(staff)
    titles = {"titles": {"en": "Closed on Monday"}, "texts": {}}
    change = titles | {"audience": "accounts", "account_ids": [str(acosta.account_id)], "version": made["version"]}
    changed = staff.put(f"{PATH}/{made['id']}", json=change)
    assert changed.status_code == 200
    assert changed.json["starts_at"] == made["starts_at"]
    assert (on_home(acosta), on_home(stranger)) == (["Closed on Monday"], [])
    again = staff.put(f"{PATH}/{made['id']}", json=change)
    assert (again.status_code, again.json["code"]) == (409, "changed_meanwhile")


def test_ending_now_takes_it_away(staff: Browser, acosta: Client) -> None:
    with at(NOON):
        made = announced(staff)
    with at(NOON + timedelta(minutes=1)):
        assert staff.post(f"{PATH}/{made['id']}/end").json["state"] == "past"
        assert on_home(acosta) == []
        assert staff.post(f"{PATH}/{made['id']}/end").status_code == 200


def test_a_planned_one_is_deleted_and_not_ended(staff: Browser) -> None:
    made = announced(staff, starts_at="2099-01-01T00:00:00+00:00")
    refused = staff.post(f"{PATH}/{made['id']}/end")
    assert (refused.status_code, refused.json["code"]) == (409, "not_begun")
    assert staff.delete(f"{PATH}/{made['id']}").status_code == 204
    assert staff.get(f"{PATH}/{made['id']}").status_code == 404


def test_deleting_leaves_nothing_of_it(portal: Harness, staff: Browser, acosta: Client) -> None:
    made = announced(staff, audience="accounts", account_ids=[str(acosta.account_id)])
    acosta.browser.post(f"{PATH}/{made['id']}/read")
    assert staff.delete(f"{PATH}/{made['id']}").status_code == 204
    with portal.runtime.database.reading() as session:
        assert not session.scalars(select(AnnouncementRead)).all()
        assert not session.scalars(select(AnnouncementAccount)).all()


def test_the_list_has_the_latest_start_first_page_by_page(staff: Browser) -> None:
    ids = [announced(staff, starts_at=f"2026-12-0{n}T00:00:00+00:00")["id"] for n in (1, 3, 2)]
    first = staff.get(f"{PATH}?limit=2").json
    assert [entry["id"] for entry in first["items"]] == [ids[1], ids[2]]
    assert [entry["id"] for entry in staff.get(f"{PATH}?cursor={first['next']}").json["items"]] == [ids[0]]


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("titles", {"titles": {}}),
        ("titles", {"titles": {"en": "  "}}),
        ("titles.pt", {"texts": {"pt": "Sem título"}}),
        ("titles.fr", {"titles": {"fr": "Fermé"}}),
        ("ends_at", {"starts_at": "2026-12-01T12:00:00+00:00", "ends_at": "2026-12-01T12:00:00+00:00"}),
        ("starts_at", {"starts_at": "2026-12-01T12:00:00"}),
        ("account_ids", {"audience": "accounts"}),
        ("account_ids", {"audience": "accounts", "account_ids": [str(UUID(int=7))]}),
        ("tag_ids", {"audience": "tags"}),
        ("tag_ids", {"audience": "tags", "tag_ids": [str(UUID(int=7))]}),
        ("audience", {"audience": "everybody"}),
        ("texts.en", {"texts": {"en": "x" * 2001}}),
    ],
)
def test_a_wrong_announcement_is_refused(staff: Browser, field: str, change: dict[str, Any]) -> None:
    assert field in errors_of(staff.post(PATH, json=BODY | change))


def test_only_who_may_change_settings_announces(portal: Harness, staff: Browser, acosta: Client) -> None:
    made = announced(staff)
    for browser in (acosta.browser, portal.staff("clients.read", "clients.write")):
        assert browser.get(PATH).status_code == 403
        assert browser.post(PATH, json=BODY).status_code == 403
        assert browser.delete(f"{PATH}/{made['id']}").status_code == 403

"""Staff sees what waits and what is dead with its reason, and lets dead events be handled again."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from services.chassis import inbox
from services.chassis.bus import Message
from services.chassis.database import Database
from services.chassis.event import Event
from services.chassis.event_commands import event_commands
from services.chassis.inbox import Handling
from services.chassis.testing.harness import Harness
from tests.chassis.messaging import COUNTED, UNWANTED, effects, message, order, record_orders, runtime, service


@pytest.fixture
def harness(sqlite_database: Database, tmp_path: Path) -> Iterator[Harness]:
    opened = Harness(service(), sqlite_database.url.render_as_string(hide_password=False), tmp_path)
    yield opened
    opened.close()


def make_dead(database: Database, folder: Path, *events: Event) -> None:
    """Let the events die because nobody handles them."""
    inbox.accept(database, "store", [message(event) for event in events])
    handling = Handling(runtime(service(handlers={}), database, folder))
    while handling.run_once():
        pass


class TestApi:
    def test_unsent_events(self, harness: Harness, sqlite_database: Database) -> None:
        record_orders(sqlite_database, [1, 2, 3])
        staff = harness.staff("operations.read")
        first = staff.get("/v1/events/outbox?limit=2").json
        assert [item["type"] for item in first["items"]] == [COUNTED, COUNTED]
        assert first["items"][0]["attempts"] == 0
        rest = staff.get(f"/v1/events/outbox?limit=2&cursor={first['next']}").json
        assert len(rest["items"]) == 1
        assert rest["next"] is None

    def test_waiting_events(self, harness: Harness, sqlite_database: Database) -> None:
        event = order()
        inbox.accept(sqlite_database, "store", [message(event)])
        (item,) = harness.staff("operations.read").get("/v1/events/inbox").json["items"]
        assert (item["event_id"], item["subject"], item["dead_at"]) == (str(event.id), "order-1", None)

    def test_dead_events_with_their_reason_page_by_page(
        self, harness: Harness, sqlite_database: Database, tmp_path: Path
    ) -> None:
        events = [order(number) for number in range(3)]
        make_dead(sqlite_database, tmp_path, *events)
        staff = harness.staff("operations.read")
        first = staff.get("/v1/events/dead?limit=2").json
        rest = staff.get(f"/v1/events/dead?limit=2&cursor={first['next']}").json
        items = first["items"] + rest["items"]
        assert [item["event_id"] for item in items] == [str(event.id) for event in events]
        assert {item["last_error"] for item in items} == {f"store knows no {COUNTED}"}
        assert rest["next"] is None
        assert staff.get("/v1/events/inbox").json["items"] == []

    def test_what_an_event_says_is_not_shown(self, harness: Harness, sqlite_database: Database) -> None:
        inbox.accept(sqlite_database, "store", [Message("?", COUNTED, b'{"secret canary":')])
        answer = harness.staff("operations.read").get("/v1/events/dead")
        assert len(answer.json["items"]) == 1
        assert "canary" not in answer.text

    def test_replay(self, harness: Harness, sqlite_database: Database, tmp_path: Path) -> None:
        event = order(9)
        make_dead(sqlite_database, tmp_path, event)
        answer = harness.staff("operations.write").post(f"/v1/events/{event.id}/replay")
        assert answer.status_code == 200
        Handling(harness.runtime).run_once()
        assert effects(sqlite_database) == [9]
        again = harness.staff("operations.write").post(f"/v1/events/{event.id}/replay")
        assert (again.status_code, again.json["code"]) == (409, "not_dead")
        unknown = harness.staff("operations.write").post(f"/v1/events/{order().id}/replay")
        assert unknown.status_code == 404

    @pytest.mark.parametrize("path", ["outbox", "inbox", "dead"])
    def test_only_staff_with_the_right_to_see(self, harness: Harness, path: str) -> None:
        assert harness.anyone().get(f"/v1/events/{path}").status_code == 401
        assert harness.staff("clients.read").get(f"/v1/events/{path}").status_code == 403
        assert harness.client(order().id).get(f"/v1/events/{path}").status_code == 403
        assert harness.peer("portal").get(f"/v1/events/{path}").status_code == 403

    def test_seeing_is_not_replaying(self, harness: Harness) -> None:
        assert harness.staff("operations.read").post(f"/v1/events/{order().id}/replay").status_code == 403

    @pytest.mark.parametrize("query", ["outbox?cursor=x", "inbox?cursor=1", "dead?limit=0", "dead?limit=9999"])
    def test_queries_out_of_form_are_refused(self, harness: Harness, query: str) -> None:
        assert harness.staff("operations.read").get(f"/v1/events/{query}").status_code == 422


class TestCommand:
    @pytest.fixture
    def events(self, sqlite_database: Database):
        url = sqlite_database.url.render_as_string(hide_password=False)
        commands = event_commands(lambda name: Database(url), ["store"])

        def run(*arguments: str) -> Result:
            return CliRunner().invoke(commands, arguments)

        return run

    def test_each_list_shows_its_events(self, events, sqlite_database: Database, tmp_path: Path) -> None:
        dead, waiting = order(1, UNWANTED), order(2)
        record_orders(sqlite_database, [1])
        make_dead(sqlite_database, tmp_path, dead)
        inbox.accept(sqlite_database, "store", [message(waiting)])
        assert COUNTED in events("outbox", "store").output
        assert str(waiting.id) in events("inbox", "store").output
        shown = events("dead", "store").output
        assert str(dead.id) in shown
        assert f"store knows no {UNWANTED}" in shown
        assert str(waiting.id) not in shown

    def test_replay_of_one_and_of_all(self, events, sqlite_database: Database, tmp_path: Path) -> None:
        dead = [order(number) for number in range(5)]
        make_dead(sqlite_database, tmp_path, *dead)
        assert events("replay", "store", str(dead[0].id)).output == "1 to be handled again\n"
        assert events("replay", "store", "--all").output == "4 to be handled again\n"
        assert events("dead", "store").output == ""

    def test_replay_of_what_is_not_dead_fails_and_says_so(self, events) -> None:
        unknown = str(order().id)
        failed = events("replay", "store", unknown)
        assert failed.exit_code == 1
        assert unknown in failed.output
        assert events("replay", "store").exit_code == 2
        assert events("replay", "nobody", "--all").exit_code == 2

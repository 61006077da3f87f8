"""Each event takes effect once; what fails comes again; what cannot succeed is dead with its reason."""

import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from services.chassis import clock, inbox, observability, outbox
from services.chassis.bus import Message
from services.chassis.database import Database
from services.chassis.event import MAX_BYTES, Event
from services.chassis.inbox import INBOX, Handling
from services.chassis.outbox import OUTBOX
from services.chassis.runtime import Runtime
from services.chassis.service import Handler
from services.chassis.wake import Stop
from tests.chassis.messaging import COUNTED, OTHER, UNWANTED, count, effects, message, order, runtime, service

OpenHandling = Callable[..., Handling]


@pytest.fixture
def handling_with(database: Database, tmp_path: Path) -> OpenHandling:
    """A function that opens the handling of the inbox with a handler of the test's."""

    def open_one(handler: Handler = count, *, careful: bool = False) -> Handling:
        opened = Handling(runtime(service(handlers={COUNTED: handler}), database, tmp_path))
        if not careful:
            opened._careful = 0
        return opened

    return open_one


def accept(database: Database, *messages: Message) -> int:
    return inbox.accept(database, "store", messages)


def rows(database: Database) -> list:
    with database.reading() as session:
        return list(session.execute(select(INBOX).order_by(INBOX.c.received_at, INBOX.c.event_id)).all())


def only_row(database: Database):
    (row,) = rows(database)
    return row


def make_due(database: Database) -> None:
    with database.unit_of_work() as session:
        session.execute(update(INBOX).values(next_attempt_at=clock.now()))


def fail(session, event, runtime) -> None:
    raise RuntimeError("the shelf is full")


class TestAccept:
    def test_a_new_event_is_stored_and_one_that_is_known_is_passed_over(self, database: Database) -> None:
        first, second = message(order(1)), message(order(2))
        assert accept(database, first) == 1
        assert accept(database, first, second) == 1
        assert accept(database, first, second) == 0
        assert len(rows(database)) == 2

    def test_an_event_twice_in_one_batch_is_stored_once(self, database: Database) -> None:
        sent = message(order())
        assert accept(database, sent, sent) == 1

    def test_whoever_handles_is_woken(self, database: Database) -> None:
        waker, stop = database.waker(inbox.CHANNEL), Stop()
        waker.wait(stop, 0)
        accept(database, message(order()))
        assert waker.wait(stop, 5)
        waker.close()

    @pytest.mark.parametrize(
        ("body", "reason"),
        [
            (b"{", "not JSON"),
            (b"\xff\xfe\x00", "not JSON"),
            (b"[]", "not a CloudEvents"),
            (b"null", "not a CloudEvents"),
            (b'{"specversion":"1.0"}', "missing"),
            (b'{"specversion":"0.3","id":"1"}', "not a CloudEvents"),
            (b'{"a":' * 30_000, "bytes"),
            (b'{"a":' * 10_000 + b"1" + b"}" * 10_000, "not JSON"),
        ],
    )
    def test_what_cannot_be_read_is_dead_with_its_reason(self, database: Database, body: bytes, reason: str) -> None:
        assert accept(database, Message("?", COUNTED, body)) == 1
        assert accept(database, Message("?", COUNTED, body)) == 0, "the same bytes again are the same event"
        row = only_row(database)
        assert row.dead_at
        assert reason in row.last_error
        assert row.type == COUNTED

    def test_an_event_larger_than_any_may_be_is_dead(self, database: Database) -> None:
        big = Event.new(COUNTED, source="shop", subject="x", version=1, data={"number": 1}).to_bytes()
        padded = big[:-1] + b" " * MAX_BYTES + b"}"
        accept(database, Message("big", COUNTED, padded))
        row = only_row(database)
        assert "bytes" in row.last_error
        assert len(row.envelope) <= MAX_BYTES

    def test_an_event_under_a_false_type_is_dead_and_takes_no_ones_place(
        self, database: Database, handling_with: OpenHandling
    ) -> None:
        event = order()
        forged = Message(str(event.id), OTHER, event.to_bytes())
        accept(database, forged)
        assert f"came as {OTHER}" in only_row(database).last_error
        assert accept(database, message(event)) == 1
        handling_with().run_once()
        assert effects(database) == [1]

    @pytest.mark.parametrize("subject", ["x\x00y", "x" * 5000, "\U0001f4a3" * 250], ids=["nul", "long", "astral"])
    def test_a_subject_that_no_table_takes_does_not_stop_the_batch(self, database: Database, subject: str) -> None:
        odd = Event.new(COUNTED, source="shop", subject=subject, version=1, data={"number": 1})
        assert accept(database, message(order(1)), message(odd), message(order(2))) == 3
        well = [row for row in rows(database) if not row.dead_at]
        assert {row.subject for row in well} >= {"order-1", "order-2"}


class TestHandling:
    def test_effect_and_mark_are_one(self, database: Database, handling_with: OpenHandling) -> None:
        accept(database, message(order(7)))
        handling = handling_with()
        assert handling.is_due()
        assert handling.run_once()
        assert not handling.run_once()
        assert not handling.is_due()
        assert effects(database) == [7]
        row = only_row(database)
        assert row.handled_at
        assert row.attempts == 1

    def test_a_failure_undoes_all_the_handler_did(self, database: Database, handling_with: OpenHandling) -> None:
        def count_and_fail(session, event, runtime) -> None:
            count(session, event, runtime)
            outbox.record(session, OTHER, subject="x", version=1, data={"number": 1})
            session.flush()
            raise RuntimeError("half-way")

        accept(database, message(order()))
        handling_with(count_and_fail).run_once()
        assert effects(database) == []
        with database.reading() as session:
            assert session.execute(select(OUTBOX)).first() is None
        row = only_row(database)
        assert (row.attempts, row.handled_at, row.dead_at) == (1, None, None)
        assert "half-way" in row.last_error

    def test_failures_come_again_later_each_time_and_end_dead(
        self, database: Database, handling_with: OpenHandling
    ) -> None:
        accept(database, message(order()))
        handling = handling_with(fail)
        delays = []
        for _attempt in range(8):
            began = clock.now()
            assert handling.run_once()
            row = only_row(database)
            delays.append(round((row.next_attempt_at - began).total_seconds()))
            make_due(database)
        assert delays[:7] == [5, 20, 80, 320, 1200, 1200, 1200]
        assert row.attempts == 8
        assert row.dead_at
        assert row.last_error == "RuntimeError: the shelf is full"
        assert not handling.run_once()

    def test_a_failed_event_rests_and_holds_up_no_other(self, database: Database, handling_with: OpenHandling) -> None:
        def fail_for_one(session, event, runtime) -> None:
            if event.data["number"] == 1:
                raise RuntimeError("no")
            count(session, event, runtime)

        accept(database, message(order(1)), message(order(2)), message(order(3)))
        handling = handling_with(fail_for_one)
        while handling.run_once():
            pass
        assert effects(database) == [2, 3]

    @pytest.mark.parametrize(
        ("event", "reason"),
        [
            (order(1, UNWANTED), f"store knows no {UNWANTED}"),
            (order(1, "shop.order.counted.v2"), "store knows no shop.order.counted.v2"),
            (
                Event.new(COUNTED, source="shop", subject="x", version=1, data={"number": "many"}),
                "breaks its contract: {'number'",
            ),
            (Event.new(COUNTED, source="shop", subject="x", version=1, data={}), "breaks its contract"),
        ],
        ids=["unknown type", "unknown version", "wrong data", "missing data"],
    )
    def test_what_cannot_succeed_is_dead_at_once(
        self, database: Database, handling_with: OpenHandling, event: Event, reason: str
    ) -> None:
        accept(database, message(event))
        handling = handling_with()
        assert handling.run_once()
        row = only_row(database)
        assert row.dead_at
        assert reason in row.last_error
        assert not handling.run_once()

    def test_members_that_a_newer_producer_added_do_no_harm(
        self, database: Database, handling_with: OpenHandling
    ) -> None:
        data = {"number": 4, "colour": "green"}
        accept(database, message(Event.new(COUNTED, source="shop", subject="x", version=1, data=data)))
        handling_with().run_once()
        assert effects(database) == [4]

    def test_a_failing_database_is_not_the_events_fault(self, sqlite_database: Database, tmp_path: Path) -> None:
        handling = Handling(runtime(service(), sqlite_database, tmp_path))
        with sqlite_database.unit_of_work() as session:
            session.connection().exec_driver_sql("DROP TABLE inbox")
        with pytest.raises(Exception, match="no such table"):
            handling.run_once()

    def test_a_reason_that_no_table_takes_is_written_down_readably(
        self, database: Database, handling_with: OpenHandling
    ) -> None:
        def fail_oddly(session, event, runtime) -> None:
            raise RuntimeError("nul \x00 and half a pair \ud800")

        accept(database, message(order()))
        handling_with(fail_oddly).run_once()
        assert r"nul \0 and half a pair \ud800" in only_row(database).last_error

    def test_the_handler_runs_under_the_ids_of_its_event(self, sqlite_database: Database, tmp_path: Path) -> None:
        seen = []

        def look(session, event, runtime) -> None:
            seen.append(observability.correlation_id())
            seen.append(outbox.record(session, OTHER, subject="x", version=1, data={"number": 1}))

        with observability.correlated("request-4711"):
            event = order()
        accept(sqlite_database, message(event))
        Handling(runtime(service(handlers={COUNTED: look}), sqlite_database, tmp_path)).run_once()
        assert seen[0] == "request-4711"
        assert seen[1].correlationid == "request-4711"
        assert seen[1].causationid == str(event.id)
        assert observability.correlation_id() is None

    def test_several_workers_share_the_work_and_double_nothing(
        self, database: Database, handling_with: OpenHandling
    ) -> None:
        accept(database, *(message(order(number)) for number in range(100)))

        def work(handling: Handling) -> None:
            while handling.run_once():
                pass

        threads = [threading.Thread(target=work, args=(handling_with(),)) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        handling = handling_with()
        while handling.run_once():
            pass
        assert effects(database) == list(range(100))


class EndOfProcess(BaseException):
    """Stands for a process that is gone: nothing after it runs."""


class TestHandlersThatEndTheProcess:
    """Memory used up, a fault in a library: nobody is left to write the failure down."""

    @staticmethod
    def kill(session, event, runtime: Runtime) -> None:
        if event.data["number"] == 13:
            raise EndOfProcess
        count(session, event, runtime)

    def restart(self, database: Database, handling_with: OpenHandling) -> None:
        handling = handling_with(self.kill, careful=True)

        def run() -> None:
            while handling.run_once():
                pass

        with pytest.raises(EndOfProcess):
            run()

    def test_the_event_ends_dead_and_the_others_are_handled(
        self, database: Database, handling_with: OpenHandling
    ) -> None:
        accept(database, *(message(order(number)) for number in (13, 1, 2)))
        for _ in range(8):
            self.restart(database, handling_with)
            make_due(database)
        handling = handling_with(self.kill, careful=True)
        while handling.run_once():
            pass
        assert effects(database) == [1, 2]
        dead = [row for row in rows(database) if row.dead_at]
        assert [row.last_error for row in dead] == [inbox.ENDED]

    def test_it_rests_in_between_so_that_the_others_come_first(
        self, database: Database, handling_with: OpenHandling
    ) -> None:
        accept(database, *(message(order(number)) for number in (13, 1, 2)))
        self.restart(database, handling_with)
        handling = handling_with(self.kill, careful=True)
        while handling.run_once():
            pass
        assert effects(database) == [1, 2]

    def test_a_plain_failure_counts_once(self, database: Database, handling_with: OpenHandling) -> None:
        accept(database, message(order()))
        handling_with(fail, careful=True).run_once()
        row = only_row(database)
        assert (row.attempts, row.last_error) == (1, "RuntimeError: the shelf is full")


class TestReplay:
    def test_a_dead_event_is_handled_once_its_cause_is_gone(
        self, database: Database, handling_with: OpenHandling
    ) -> None:
        event = order(5)
        accept(database, message(event))
        failing = handling_with(fail)
        while not only_row(database).dead_at:
            failing.run_once()
            make_due(database)
        with database.unit_of_work() as session:
            assert inbox.replay(session, event.id)
        assert handling_with().run_once()
        assert effects(database) == [5]
        assert only_row(database).dead_at is None

    def test_what_cannot_be_read_is_dead_again_with_its_reason(
        self, database: Database, handling_with: OpenHandling
    ) -> None:
        accept(database, Message("?", COUNTED, b"{"))
        with database.unit_of_work() as session:
            assert inbox.replay(session, only_row(database).event_id)
        handling_with().run_once()
        row = only_row(database)
        assert row.dead_at
        assert "not JSON" in row.last_error

    def test_only_dead_events_are_replayed(self, database: Database, handling_with: OpenHandling) -> None:
        event = order()
        accept(database, message(event))
        handling_with().run_once()
        with database.unit_of_work() as session:
            assert not inbox.replay(session, event.id)
            assert not inbox.replay(session, order().id)
        assert not handling_with().run_once()


class TestPrune:
    def test_only_what_was_handled_long_ago_goes(
        self, database: Database, handling_with: OpenHandling, time_machine
    ) -> None:
        began = clock.now()  # ids tell the real time, so the test starts with it
        handled, dead, waiting = order(1), order(2, UNWANTED), order(3)
        accept(database, message(handled), message(dead))
        while handling_with().run_once():
            pass
        accept(database, message(waiting))
        assert inbox.prune(database, days=90) == 0
        time_machine.move_to(began + timedelta(days=91))
        assert inbox.prune(database, days=90) == 1
        assert {row.event_id for row in rows(database)} == {dead.id, waiting.id}


def test_figures_tell_what_waits_and_what_is_dead(database: Database, handling_with: OpenHandling) -> None:
    accept(database, message(order(1, UNWANTED)))
    handling_with().run_once()
    accept(database, message(order(2)), message(order(3)))
    with database.reading() as session:
        inbox.measure(session, "figures")
    assert observability.INBOX_DUE.labels("figures")._value.get() == 2
    assert observability.INBOX_DEAD.labels("figures")._value.get() == 1

"""An event leaves exactly when its change is committed, and leaves the table only as published."""

from collections.abc import Callable, Sequence
from datetime import timedelta

import pytest
from sqlalchemy import insert, select, update

from services.chassis import clock, observability, outbox
from services.chassis.bus import BusUnavailable, Message, Outcome
from services.chassis.columns import new_id
from services.chassis.database import Database
from services.chassis.event import MAX_BYTES, Event, handling
from services.chassis.outbox import OUTBOX, Relay
from services.chassis.wake import Stop
from services.chassis.watchdog import Watchdog
from tests.chassis.messaging import COUNTED, EFFECTS, order, record_orders


class FakePublisher:
    """A bus that answers as it is told."""

    def __init__(self) -> None:
        self.published: list[Message] = []
        self.batches: list[int] = []
        self.refuses: dict[str, str] = {}
        self.away: str | None = None
        self.before: Callable[[], None] = lambda: None

    def publish(self, batch: Sequence[Message]) -> Outcome:
        self.before()
        if self.away:
            raise BusUnavailable(self.away)
        self.batches.append(len(batch))
        ids = [message.event_id for message in batch]
        failed = {id: self.refuses[id] for id in ids if id in self.refuses}
        self.published += [message for message in batch if message.event_id not in failed]
        return Outcome([id for id in ids if id not in failed], failed)

    def close(self) -> None: ...


@pytest.fixture
def publisher() -> FakePublisher:
    return FakePublisher()


@pytest.fixture
def relay(database: Database, publisher: FakePublisher) -> Relay:
    return Relay("shop", database, publisher, Watchdog())


def rows(database: Database) -> list:
    with database.reading() as session:
        return list(session.execute(select(OUTBOX).order_by(OUTBOX.c.id)).all())


def record_one(database: Database, number: int = 1) -> Event:
    with database.unit_of_work() as session:
        return outbox.record(session, COUNTED, subject=f"order-{number}", version=3, data={"number": number})


class TestRecord:
    def test_the_envelope_is_cloudevents(self, database: Database) -> None:
        event = record_one(database)
        (row,) = rows(database)
        read = Event.from_bytes(row.envelope)
        assert read.id == event.id == row.event_id
        assert (read.type, read.source, read.subject, read.subjectversion) == (COUNTED, "shop", "order-1", 3)
        assert read.data == {"number": 1}
        assert b'"specversion":"1.0"' in row.envelope

    def test_nothing_is_said_of_a_change_that_failed(self, database: Database) -> None:
        def fail_after_recording() -> None:
            with database.unit_of_work() as session:
                session.execute(insert(EFFECTS).values(event_id=new_id(), number=1))
                outbox.record(session, COUNTED, subject="order-1", version=1, data={"number": 1})
                raise RuntimeError("no")

        with pytest.raises(RuntimeError):
            fail_after_recording()
        assert rows(database) == []

    def test_an_event_too_large_to_travel_is_refused_with_its_change(self, database: Database) -> None:
        def record_much() -> None:
            with database.unit_of_work() as session:
                outbox.record(session, COUNTED, subject="x", version=1, data={"text": "x" * MAX_BYTES})

        with pytest.raises(ValueError, match="bytes"):
            record_much()
        assert rows(database) == []

    @pytest.mark.parametrize("type", ["order.v1", "Shop.order.made.v1", "shop.order.made", "shop.order.made.v0"])
    def test_a_type_out_of_form_is_refused(self, sqlite_database: Database, type: str) -> None:
        with sqlite_database.unit_of_work() as session, pytest.raises(ValueError, match="past verb"):
            outbox.record(session, type, subject="x", version=1, data={})

    def test_an_event_recorded_by_a_handler_names_its_cause(self, sqlite_database: Database) -> None:
        cause = order()
        with handling(cause), sqlite_database.unit_of_work() as session:
            effect = outbox.record(session, COUNTED, subject="x", version=1, data={"number": 1})
        assert effect.causationid == str(cause.id)

    def test_whoever_waits_for_the_outbox_is_woken_by_the_commit_alone(self, database: Database) -> None:
        waker, stop = database.waker(outbox.CHANNEL), Stop()
        waker.wait(stop, 0)  # the first look is free
        with database.unit_of_work() as session:
            outbox.record(session, COUNTED, subject="x", version=1, data={"number": 1})
            assert not waker.wait(stop, 0)
        assert waker.wait(stop, 5)
        assert not waker.wait(stop, 0)
        waker.close()


class TestRelay:
    def test_what_was_committed_is_published_in_order_and_once(
        self, database: Database, relay: Relay, publisher: FakePublisher
    ) -> None:
        record_orders(database, range(3))
        assert relay.run_once() == 3
        assert relay.run_once() == 0
        assert [Event.from_bytes(sent.body).data["number"] for sent in publisher.published] == [0, 1, 2]
        assert [sent.type for sent in publisher.published] == [COUNTED] * 3
        assert all(row.published_at for row in rows(database))

    def test_many_events_go_in_large_batches(self, database: Database, relay: Relay, publisher: FakePublisher) -> None:
        record_orders(database, range(1200))
        while relay.run_once():
            pass
        assert publisher.batches == [500, 500, 200]

    def test_an_absent_bus_is_noted_and_nothing_is_lost(
        self, database: Database, relay: Relay, publisher: FakePublisher
    ) -> None:
        record_orders(database, [1])
        publisher.away = "connection refused"
        for attempt in (1, 2):
            with pytest.raises(BusUnavailable):
                relay.run_once()
            (row,) = rows(database)
            assert (row.attempts, row.last_error, row.published_at) == (attempt, "connection refused", None)
        publisher.away = None
        assert relay.run_once() == 1
        assert rows(database)[0].last_error is None

    def test_a_refused_event_holds_up_no_other(
        self, database: Database, relay: Relay, publisher: FakePublisher
    ) -> None:
        refused = record_one(database, 1)
        publisher.refuses = {str(refused.id): "access refused"}
        record_orders(database, [2])
        assert relay.run_once() == 1
        record_orders(database, [3])
        assert relay.run_once() == 1
        first = rows(database)[0]
        assert (first.published_at, first.attempts, first.last_error) == (None, 1, "access refused")

    def test_a_refused_event_is_tried_again_after_its_rest(
        self, database: Database, relay: Relay, publisher: FakePublisher, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(outbox, "REST_SECONDS", 0)
        refused = record_one(database)
        publisher.refuses = {str(refused.id): "access refused"}
        assert relay.run_once() == 0
        publisher.refuses = {}
        assert relay.run_once() == 1

    def test_two_relays_share_the_rows_or_at_most_repeat_them(
        self, database: Database, relay: Relay, publisher: FakePublisher
    ) -> None:
        record_orders(database, range(10))
        other = FakePublisher()
        second = Relay("shop", database, other, Watchdog())
        publisher.before = lambda: second.run_once() and None
        relay.run_once()
        seen = {message.event_id for message in publisher.published + other.published}
        assert len(seen) == 10
        if database.engine.dialect.name == "postgresql":  # there a claim locks its rows
            assert other.published == []

    def test_writes_go_on_while_the_bus_is_waited_for(
        self, database: Database, relay: Relay, publisher: FakePublisher
    ) -> None:
        record_orders(database, [1])
        publisher.before = lambda: record_orders(database, [2])
        assert relay.run_once() == 1
        publisher.before = lambda: None
        assert relay.run_once() == 1

    def test_a_publish_that_hangs_ends_the_process(
        self, sqlite_database: Database, publisher: FakePublisher, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(outbox, "HANG_SECONDS", 0.05)
        ended = Stop()
        watchdog = Watchdog(ended.set, every_seconds=0.01)
        publisher.before = lambda: ended.wait(10) or pytest.fail("nobody noticed")
        record_orders(sqlite_database, [1])
        Relay("shop", sqlite_database, publisher, watchdog).run_once()
        assert ended.is_set()


class TestPrune:
    def test_only_what_was_published_long_ago_goes(self, database: Database, relay: Relay, time_machine) -> None:
        began = clock.now()  # ids tell the real time, so the test starts with it
        record_orders(database, [1])
        relay.run_once()
        record_orders(database, [2])
        time_machine.move_to(began + timedelta(days=6))
        assert outbox.prune(database, days=7) == 0
        time_machine.move_to(began + timedelta(days=8))
        record_orders(database, [3])
        assert outbox.prune(database, days=7) == 1
        left = [Event.from_bytes(row.envelope).data["number"] for row in rows(database)]
        assert left == [2, 3]


def test_figures_tell_how_long_the_oldest_waits(database: Database, time_machine) -> None:
    time_machine.move_to("2026-03-01T12:00:00Z", tick=False)
    record_orders(database, [1, 2])
    time_machine.move_to("2026-03-01T12:01:30Z", tick=False)
    with database.reading() as session:
        outbox.measure(session, "figures")
    assert observability.OUTBOX_WAITING.labels("figures")._value.get() == 2
    assert observability.OUTBOX_AGE.labels("figures")._value.get() == 90
    with database.unit_of_work() as session:
        session.execute(update(OUTBOX).values(published_at=clock.now()))
    with database.reading() as session:
        outbox.measure(session, "figures")
    assert observability.OUTBOX_WAITING.labels("figures")._value.get() == 0

"""The published examples: each keeps its schema, and every listener takes each twice and in any order."""

import random
import re
from pathlib import Path

import pytest
from sqlalchemy import select

from services.chassis.event import Event
from services.chassis.testing.fixtures import OpenHarness
from services.chassis.testing.harness import EXAMPLES, Harness
from services.contracts import SCHEMAS, SUBSCRIPTIONS
from services.contracts.document import document
from tests.parts import ROOT, SERVICE_NAMES, service

FILES = sorted(EXAMPLES.glob("*.json"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_an_example_keeps_its_schema(path: Path) -> None:
    event = Event.from_bytes(path.read_bytes())
    assert re.sub(r"\.\d+$", "", path.stem) == event.type
    assert event.source == event.type.partition(".")[0]
    SCHEMAS[event.type].load(dict(event.data))


def test_every_event_has_an_example() -> None:
    assert {Event.from_bytes(path.read_bytes()).type for path in FILES} == set(SCHEMAS)


@pytest.mark.parametrize("type", SCHEMAS)
def test_a_newer_producer_may_add_what_the_listener_does_not_know(type: str) -> None:
    data = dict(Harness.example(type).data) | {"added_later": {"anything": [1]}}
    assert SCHEMAS[type].load(data)["added_later"] == {"anything": [1]}


@pytest.mark.parametrize("type", SCHEMAS)
def test_a_schema_refuses_an_event_without_data(type: str) -> None:
    assert SCHEMAS[type].validate({}) != {}


def test_the_document_of_events_is_up_to_date() -> None:
    assert (ROOT / "docs" / "events.md").read_text() == document(), "run `make docs`"


@pytest.mark.parametrize("name", SERVICE_NAMES)
def test_a_listener_comes_to_the_same_state_however_the_examples_arrive(name: str, open_harness: OpenHarness) -> None:
    """Once in order; then each three times, shuffled by a fixed seed. Both end in the same rows."""
    events = [event for event in map(_load, FILES) if event.type in SUBSCRIPTIONS[name]]
    in_order = sorted(events, key=lambda event: (event.subject, event.subjectversion))
    assert events
    once = _state_after(open_harness(service(name)), in_order)
    shuffled = events * 3
    random.Random(7).shuffle(shuffled)
    assert _state_after(open_harness(service(name)), shuffled) == once


def _load(path: Path) -> Event:
    return Event.from_bytes(path.read_bytes())


def _state_after(harness: Harness, events: list[Event]) -> dict[str, list[tuple[object, ...]]]:
    for event in events:
        harness.deliver(_readable_by(harness, event))
    with harness.database.reading() as session:
        return {
            table.name: sorted((_stable(row, table) for row in session.execute(select(table))), key=repr)
            for table in harness.service.metadata.sorted_tables
            if "_" in table.name and table.name.split("_")[0] in SERVICE_NAMES
        }


def _readable_by(harness: Harness, event: Event) -> Event:
    """Return the event with its secrets sealed for this listener; those in the examples are only shapes."""
    secrets = {name: harness.seal(f"https://portal.example/{name}") for name in ("link", "code") if name in event.data}
    return event.with_data(dict(event.data) | secrets)


def _stable(row, table) -> tuple[object, ...]:
    return tuple(value for column, value in zip(table.columns, row, strict=True) if column.name not in ("received_at",))

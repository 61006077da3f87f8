"""Two small services that talk by events, and the databases and buses they can stand on; for tests."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pika
from marshmallow import INCLUDE, Schema, fields
from sqlalchemy import Column, Integer, MetaData, Table, Uuid, insert, select
from sqlalchemy.orm import Session

from services.chassis import outbox, wake
from services.chassis.bus import Bus, Message, Topology
from services.chassis.bus.local import LocalBus
from services.chassis.bus.rabbitmq import RabbitBus
from services.chassis.database import NAMING, Database
from services.chassis.event import Event
from services.chassis.messaging_tables import inbox_table, outbox_table
from services.chassis.runtime import Runtime
from services.chassis.service import Handler, Service
from services.chassis.settings import Settings
from services.chassis.testing import servers

COUNTED = "shop.order.counted.v1"
OTHER = "shop.order.renamed.v1"
UNWANTED = "shop.order.polished.v1"
SUBSCRIPTIONS = {"shop": (), "store": (COUNTED, OTHER), "ledger": (COUNTED,)}
TOPOLOGY = Topology(SUBSCRIPTIONS)


class Counted(Schema):
    """The data of the event in these tests."""

    class Meta:
        unknown = INCLUDE

    number = fields.Integer(required=True)


METADATA = MetaData(naming_convention=NAMING)
outbox_table(METADATA)
inbox_table(METADATA)
EFFECTS = Table(
    "effects",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("event_id", Uuid, nullable=False),
    Column("number", Integer, nullable=False),
)
"""What the handler did. Nothing here would stop it from doing it twice."""

CONTRACTS = SimpleNamespace(
    SERVICES=("shop", "store", "ledger"),
    SCHEMAS={COUNTED: Counted(), OTHER: Counted(), UNWANTED: Counted()},
    SUBSCRIPTIONS=SUBSCRIPTIONS,
)


def count(session: Session, event: Event, runtime: object) -> None:
    """Handle an event: write down that it was."""
    session.execute(insert(EFFECTS).values(event_id=event.id, number=event.data["number"]))
    wake.on_commit(session, "effects")


def service(name: str = "store", handlers: Mapping[str, Handler] | None = None, **parts: Any) -> Service:
    """Return a service that counts; `handlers` replace its own."""
    return Service(
        name=name,
        contracts=CONTRACTS,  # type: ignore[arg-type]
        metadata=METADATA,
        migrations="",
        handlers=handlers if handlers is not None else {COUNTED: count, OTHER: count},
        **parts,
    )


def runtime(of: Service, database: Database, folder: Path, bus_url: str = "") -> Runtime:
    """Return the runtime of a service on `database`."""
    settings = Settings(of.name, CONTRACTS.SERVICES, data=folder, bus_url=bus_url)
    settings.complete()
    settings.database_url = database.url.render_as_string(hide_password=False)
    made = Runtime(of, settings)
    made.database = database  # type: ignore[misc]
    return made


def order(number: int = 1, type: str = COUNTED) -> Event:
    """Return an event, as the shop would record it."""
    return Event.new(type, source="shop", subject=f"order-{number}", version=1, data={"number": number})


def message(event: Event) -> Message:
    """Return an event as it travels."""
    return Message(str(event.id), event.type, event.to_bytes())


def record_orders(database: Database, numbers: Sequence[int], type: str = COUNTED) -> None:
    """Record one event for each number, in one transaction."""
    with database.unit_of_work() as session:
        for number in numbers:
            outbox.record(session, type, subject=f"order-{number}", version=1, data={"number": number})


def effects(database: Database) -> list[int]:
    """Return the numbers of what was handled, in order."""
    with database.reading() as session:
        return sorted(session.execute(select(EFFECTS.c.number)).scalars())


@contextmanager
def open_database(kind: str, folder: Path) -> Iterator[Database]:
    """Yield an empty database with the tables of the services above: `sqlite` or `postgresql`."""
    url = f"sqlite:///{folder / 'service.db'}" if kind == "sqlite" else servers.create_database()
    database = Database(url)
    METADATA.create_all(database.engine)
    yield database
    database.dispose()
    if kind == "postgresql":
        servers.drop_database(database.url.database or "")


def bus_url(kind: str, folder: Path) -> str:
    """Return the address of an empty bus: `local` or `rabbitmq`."""
    return f"local:///{folder / 'bus.db'}" if kind == "local" else empty_broker()


@cache
def _virtual_host() -> str:
    return servers.create_virtual_host()


def empty_broker() -> str:
    """Return the address of a virtual host of this process, without the queues of a test before."""
    url = _virtual_host()
    connection = pika.BlockingConnection(pika.URLParameters(url))
    channel = connection.channel()
    for name in SUBSCRIPTIONS:
        channel.queue_delete(f"{name}.inbox")
        channel.queue_delete(f"{name}.dead")
        channel.exchange_delete(f"{name}.dead")
        channel.exchange_delete(f"{name}.bound.{TOPOLOGY.digest(name)}")
    channel.exchange_delete("events")
    connection.close()
    return url


def bus_at(url: str) -> Bus:
    """Return the bus at `url`."""
    return LocalBus(url.removeprefix("local:///")) if url.startswith("local") else RabbitBus(url)


def until(condition: Callable[[], Any], seconds: float = 20) -> Any:
    """Return what `condition` gives as soon as it is true; fail after `seconds`."""
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        if time.monotonic() > deadline:
            raise AssertionError(f"still not so after {seconds} s: {condition.__name__}")
        time.sleep(0.01)
    return found

"""The command `atrio events`: what waits, what is dead and why, and its replay, without a running service."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import click
from sqlalchemy import Row

from services.chassis import inbox, outbox
from services.chassis.database import Database

PAGE = 200


def event_commands(open_database: Callable[[str], Database], services: Sequence[str]) -> click.Group:
    """Return the group `events` for these services, whose databases `open_database` opens by name."""
    chosen = click.argument("service", type=click.Choice(list(services)))
    limited = click.option("--limit", default=PAGE, show_default=True, help="How many at most.")

    @contextmanager
    def database_of(service: str) -> Iterator[Database]:
        database = open_database(service)
        try:
            yield database
        finally:
            database.dispose()

    @click.group("events", help="Look at a service's events, and replay dead ones.")
    def events() -> None: ...

    @events.command("outbox", help="Events recorded and not yet on the bus.")
    @chosen
    @limited
    def list_outbox(service: str, limit: int) -> None:
        with database_of(service) as database, database.reading() as session:
            for row in outbox.unsent(session, limit=limit):
                _show(row, row.created_at)

    @events.command("inbox", help="Events received and not yet handled.")
    @chosen
    @limited
    def list_inbox(service: str, limit: int) -> None:
        with database_of(service) as database, database.reading() as session:
            for row in inbox.listed(session, dead=False, limit=limit):
                _show(row, row.received_at)

    @events.command("dead", help="Events given up on, with the reason.")
    @chosen
    @limited
    def list_dead(service: str, limit: int) -> None:
        with database_of(service) as database, database.reading() as session:
            for row in inbox.listed(session, dead=True, limit=limit):
                _show(row, row.dead_at)

    @events.command("replay", help="Handle dead events again: one by its id, or all.")
    @chosen
    @click.argument("event_id", type=click.UUID, required=False)
    @click.option("--all", "everything", is_flag=True, help="Every dead event of the service.")
    def replay(service: str, event_id: UUID | None, everything: bool) -> None:
        if bool(event_id) == everything:
            raise click.UsageError("give the id of an event, or --all")
        with database_of(service) as database:
            count = _replay(database, [event_id] if event_id else _dead(database))
        if event_id and not count:
            raise click.ClickException(f"{event_id} is not among the dead events of {service}")
        click.echo(f"{count} to be handled again")

    return events


def _show(row: Row[Any], moment: Any) -> None:
    reason = f"  {row.last_error}" if row.last_error else ""
    click.echo(f"{row.event_id}  {moment:%Y-%m-%d %H:%M:%S}  {row.type}  attempts {row.attempts}{reason}")


def _dead(database: Database) -> Iterator[UUID]:
    after = None
    while True:
        with database.reading() as session:
            rows = inbox.listed(session, dead=True, after=after, limit=PAGE)
        yield from (row.event_id for row in rows)
        if len(rows) < PAGE:
            return
        after = rows[-1].event_id


def _replay(database: Database, ids: Any) -> int:
    count = 0
    for event_id in ids:
        with database.unit_of_work() as session:
            count += inbox.replay(session, event_id)
    return count

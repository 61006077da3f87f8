"""The commands `atrio portal ...`."""

from collections import Counter

import click

from services.chassis.runtime import Runtime
from services.portal.directory.actions import announce_accounts
from services.portal.search.filling import reindex
from services.portal.service import SERVICE


@click.group()
def portal() -> None:
    """Tell the other services what they keep copies of."""


@portal.command("announce-clients")
def announce_clients() -> None:
    """Tell every client anew, so that all copies of them are complete.

    After an upgrade that lets the other services know more of a client than before; it can be run at any time.
    """
    runtime = Runtime(SERVICE)
    try:
        told, last = 0, None
        while True:
            with runtime.database.unit_of_work() as session:
                count, last = announce_accounts(session, after=last)
            told += count
            if last is None:
                break
    finally:
        runtime.dispose()
    click.echo(f"clients told: {told}")


@click.group()
def search() -> None:
    """Tend what the search looks through."""


@search.command("reindex")
def reindex_search() -> None:
    """Make anew what the search finds of requests, documents, people, fields and reviews.

    It can be run at any time, while people search; where it was ended, run it once more.
    """
    runtime = Runtime(SERVICE)
    counts: Counter[str] = Counter()

    def say(kind: str, count: int) -> None:
        counts[kind] += count
        click.echo(f"{kind.replace('_', ' ')}: {counts[kind]}")

    try:
        with runtime.database.engine.connect() as connection:
            made = reindex(connection, say)
    finally:
        runtime.dispose()
    click.echo(f"entries made: {made}")

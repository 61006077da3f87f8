"""The commands `atrio portal ...`."""

import click

from services.chassis.runtime import Runtime
from services.portal.directory.actions import announce_accounts
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

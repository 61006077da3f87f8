"""The command `atrio`."""

import importlib
from collections.abc import Mapping
from typing import Any

import click

from services.contracts import SERVICES

API_NAMES = click.Choice([name for name in SERVICES if name != "gateway"])


class LazyGroup(click.Group):
    """A group whose subcommands live elsewhere and are imported when they are used.

    `elsewhere` has for each name its place, `module:attribute`, and its line of help, so that `--help` imports none.
    """

    def __init__(self, *arguments: Any, elsewhere: Mapping[str, tuple[str, str]], **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.elsewhere = elsewhere

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all subcommands."""
        return sorted([*super().list_commands(ctx), *self.elsewhere])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the subcommand of that name, imported now."""
        if cmd_name not in self.elsewhere:
            return super().get_command(ctx, cmd_name)
        module, attribute = self.elsewhere[cmd_name][0].split(":")
        command: click.Command = getattr(importlib.import_module(module), attribute)
        return command

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; a database that fails is told in a line."""
        try:
            return super().invoke(ctx)
        except Exception as error:
            if type(error).__module__ != "sqlalchemy.exc":
                raise
            reason = " ".join(str(getattr(error, "orig", None) or error).split())
            raise click.ClickException(f"The database fails: {reason}. Is it up to date? Try: atrio migrate") from error

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of subcommands, without importing those that live elsewhere."""
        rows = []
        for name in self.list_commands(ctx):
            if name in self.elsewhere:
                rows.append((name, self.elsewhere[name][1]))
            elif command := super().get_command(ctx, name):
                rows.append((name, command.get_short_help_str(80)))
        with formatter.section("Commands"):
            formatter.write_dl(rows)


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
    elsewhere={
        "create-staff": ("services.identity.commands:create_staff", "Make a member of staff who can sign in."),
        "documents": ("services.documents.commands:documents", "Verify, repair and encrypt stored files."),
        "events": ("deploy.events:events", "Show a service's events; replay dead ones."),
        "smoke": ("deploy.smoke:smoke", "Do the main job on a running installation."),
        "identity": ("services.identity.commands:identity", "Tend the keys that sign every token."),
        "portal": ("services.portal.commands:portal", "Tell the other services of the clients anew."),
        "search": ("services.portal.commands:search", "Make anew what the search looks through."),
        "signing": ("services.signing.commands:signing", "Check sealed documents."),
    },
)
@click.version_option(package_name="atrio")
def main() -> None:
    """Atrio, a client portal that a firm hosts itself.

    `atrio up` runs all of it on this machine. The other commands run and tend single parts; their settings
    come from the environment (docs/operations.md).
    """


@main.command()
@click.option("--demo/--no-demo", default=True, envvar="ATRIO_DEMO", help="Give an empty data folder a demo firm.")
def up(demo: bool) -> None:
    """Run everything on this machine until Ctrl-C."""
    from deploy import local

    local.up(demo=demo)


@main.command()
@click.argument("services", nargs=-1, type=API_NAMES, metavar="[SERVICE]...")
def migrate(services: tuple[str, ...]) -> None:
    """Bring the databases of the services, or of all, up to date."""
    from deploy.migrate import CannotMigrate, migrate_service

    for name in services or API_NAMES.choices:
        try:
            changed = migrate_service(name)
        except CannotMigrate as error:
            raise click.ClickException(str(error)) from None
        click.echo(f"{name}: {'migrated' if changed else 'up to date'}")


@main.command()
@click.argument("part", type=click.Choice(SERVICES), metavar="SERVICE|gateway")
@click.option("--bind", envvar="ATRIO_BIND", help="Address and port to listen on [default: loopback, the part's port].")
def serve(part: str, bind: str | None) -> None:
    """Answer HTTP, for one service or as the gateway."""
    from deploy import programs

    programs.WebProgram(part).serve(bind)


@main.command()
@click.argument("service", type=API_NAMES, metavar="SERVICE")
def worker(service: str) -> None:
    """Move and handle the events of one service, and keep its time."""
    from deploy import programs

    programs.WorkerProgram(service).work()


@main.command()
def broker() -> None:
    """Make RabbitMQ's users, one for each service, with their rights."""
    from deploy.broker import BrokerRefused, set_up_from_environment

    try:
        names = set_up_from_environment()
    except BrokerRefused as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"users of the broker: {', '.join(names)}")


@main.command()
def keys() -> None:
    """Print new secrets, as the .env of docker-compose.yml."""
    from deploy.keys import env_file

    click.echo(env_file(), nl=False)


if __name__ == "__main__":
    main(prog_name="atrio")

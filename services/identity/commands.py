"""Identity's part of the command `atrio`."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click
from marshmallow import ValidationError

from services.chassis.problems import Problem
from services.chassis.runtime import Runtime
from services.identity.factors import actions as factors
from services.identity.factors import totp
from services.identity.passwords import hashing, policy
from services.identity.roles import ROLES
from services.identity.service import SERVICE
from services.identity.staff.actions import create_staff as add_staff
from services.identity.tokens.keys import all_keys, rotate_key
from services.identity.users.addresses import clean_name, email_hash, normal_email
from services.identity.users.models import STAFF
from services.identity.users.queries import find
from services.identity.users.schemas import LOCALES


@contextmanager
def _runtime() -> Iterator[Runtime]:
    runtime = Runtime(SERVICE)
    try:
        yield runtime
    finally:
        runtime.dispose()


@click.group()
def identity() -> None:
    """Tend the keys that sign every token, and let staff in again."""


@identity.command("rotate-keys")
@click.option("--revoke", is_flag=True, help="Believe the old keys no more, at once: for a key that was stolen.")
def rotate_keys(revoke: bool) -> None:
    """Make a new signing key; the old one is published until its last token is over. No session ends."""
    with _runtime() as runtime, runtime.database.unit_of_work() as session:
        kid = rotate_key(session, runtime.sealer, revoke=revoke)
    click.echo(f"new signing key: {kid}")


@identity.command("keys")
def list_keys() -> None:
    """List the keys that sign tokens: since when each signs, and until when it is believed."""
    with _runtime() as runtime, runtime.database.reading() as session:
        for key in all_keys(session):
            until = f"until {key.retired_at:%Y-%m-%d %H:%M:%S}" if key.retired_at else "in use"
            click.echo(f"{key.kid}  signs from {key.active_at:%Y-%m-%d %H:%M:%S}, believed {until} UTC")


@identity.command("reset-second-factor")
@click.argument("email")
def reset_second_factor(email: str) -> None:
    """Forget the second factors of the member of staff EMAIL, who lost them all; the next sign-in sets up new ones.

    For the only owner, whom nobody else can help. Every session of the person ends, and a mail tells them.
    """
    with _runtime() as runtime, runtime.database.unit_of_work() as session:
        user = find(session, STAFF, email_hash(email.strip().lower()))
        if user is None:
            raise click.ClickException(f"Nobody of the staff has the address {email}.")
        factors.reset_second_factor(session, user)
    click.echo(f"{user.name} sets up a second factor at the next sign-in.")


def _checked(check: Any) -> Any:
    def callback(_context: click.Context, _parameter: click.Parameter, value: str) -> str:
        try:
            return str(check(value))
        except ValidationError as error:
            raise click.BadParameter(" ".join(map(str, error.messages))) from None

    return callback


@click.command("create-staff")
@click.argument("email", callback=_checked(normal_email))
@click.option("--name", prompt="Name", callback=_checked(clean_name), help="What the person is called.")
@click.option("--role", type=click.Choice(ROLES), default="owner", show_default=True, help="What the person may do.")
@click.option("--locale", type=click.Choice(LOCALES), default="en", show_default=True, help="The person's language.")
@click.option("--timezone", default="UTC", show_default=True, help="The person's time zone.")
@click.option("--password-prompt", is_flag=True, help="Ask for a password instead of making a link.")
@click.option("--authenticator", is_flag=True, help="Set up an authenticator app too and print its secret.")
def create_staff(
    email: str, name: str, role: str, locale: str, timezone: str, password_prompt: bool, authenticator: bool
) -> None:
    """Make EMAIL a member of staff, and print the link by which that person sets a password.

    The password can be given in ATRIO_STAFF_PASSWORD, or be asked for with --password-prompt. Staff sets up a second
    factor at the first sign-in, unless --authenticator has done it: with the secret in ATRIO_STAFF_AUTHENTICATOR,
    or a new one, which is printed once.
    """
    password = os.environ.get("ATRIO_STAFF_PASSWORD")  # never an option: others on the machine could read it
    if password_prompt and not password:
        password = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    given = os.environ.get("ATRIO_STAFF_AUTHENTICATOR", "")
    secret = (given or totp.new_secret()) if authenticator else None
    if secret and not password:
        raise click.UsageError("--authenticator needs a password: ATRIO_STAFF_PASSWORD or --password-prompt.")
    if secret and not totp.is_secret(secret):
        raise click.UsageError("ATRIO_STAFF_AUTHENTICATOR is not base32 of at least 128 bits.")
    try:
        link = _create(email, name, role, locale, timezone, password, secret)
    except Problem as problem:
        reasons = [text for texts in (problem.errors or {}).values() for text in texts]
        raise click.ClickException(" ".join(reasons) or problem.detail or problem.title) from None
    click.echo(f"{name} <{email}> is {role}.")
    if secret and not given:
        click.echo(f"Authenticator app, shown once: {secret}")
    click.echo(f"Set the password within 7 days, once:\n{link}" if link else "They can sign in now.")


def _create(
    email: str, name: str, role: str, locale: str, timezone: str, password: str | None, secret: str | None
) -> str | None:
    if password:
        policy.check(password, email, name)
    password_hash = hashing.hash_password(password) if password else None
    with _runtime() as runtime, runtime.database.unit_of_work() as session:
        link = add_staff(
            session,
            runtime.sealer,
            runtime.settings.public_url,
            email=email,
            name=name,
            role=role,
            locale=locale,
            timezone=timezone,
            password_hash=password_hash,
        )
        if secret and (user := find(session, STAFF, email_hash(email))):
            factors.set_totp(session, runtime.sealer, user, secret)
        return link

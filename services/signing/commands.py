"""The commands `atrio signing ...`."""

import dataclasses
import hashlib
import sys
from pathlib import Path
from uuid import UUID

import click
import orjson
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from services.chassis.runtime import Runtime
from services.signing import audit, queries, verification


@click.group()
def signing() -> None:
    """Check sealed documents and the evidence behind them."""


@signing.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--certificate",
    "certificate_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="PEM file of the installation's certificates; then no database is asked.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the verdict as JSON.")
def verify(file: Path, certificate_file: Path | None, as_json: bool) -> None:
    """Say whether FILE was sealed here and is untouched since. Ends with 1 if it is not.

    With --certificate (see `atrio signing certificate`) it works anywhere, without database and network; the hash
    is then not compared with the record.
    """
    verdict = _offline(file, certificate_file) if certificate_file else _with_record(file)
    if as_json:
        click.echo(orjson.dumps(dataclasses.asdict(verdict), option=orjson.OPT_INDENT_2))
    elif verdict.valid:
        click.echo(f"Valid: sealed by {verdict.signer} on {verdict.signed_at:%Y-%m-%d %H:%M:%S} UTC")
        click.echo(f"SHA-256 {verdict.sha256}" + ("" if verdict.recorded else " (not compared with the record)"))
    else:
        click.echo(f"Not valid: {verdict.reason}\nSHA-256 {verdict.sha256}")
    sys.exit(0 if verdict.valid else 1)


def _offline(file: Path, certificate_file: Path) -> verification.Verdict:
    found = x509.load_pem_x509_certificates(certificate_file.read_bytes())
    return verification.verify(file.read_bytes(), [one.public_bytes(Encoding.DER) for one in found])


def _with_record(file: Path) -> verification.Verdict:
    data = file.read_bytes()
    with _runtime().database.reading() as session:
        recorded = queries.recorded_hashes(session, hashlib.sha256(data).hexdigest())
        return verification.verify(data, queries.certificates(session), recorded)


@signing.command()
def certificate() -> None:
    """Print the installation's certificates as PEM, for whoever checks documents elsewhere."""
    with _runtime().database.reading() as session:
        for der in queries.certificates(session):
            click.echo(x509.load_der_x509_certificate(der).public_bytes(Encoding.PEM).decode(), nl=False)


@signing.command("audit")
@click.argument("sign_request_id", type=click.UUID)
@click.option("--head", help="The last hash printed in the certificate of completion, to be found in the chain.")
def show_audit(sign_request_id: UUID, head: str | None) -> None:
    """Show the audit chain of a sign request. Ends with 1 if it was altered."""
    with _runtime().database.reading() as session:
        steps = audit.load(session, sign_request_id)
    if not steps:
        raise click.ClickException("There is no such sign request.")
    for step in steps:
        click.echo(
            f"{step.sequence:3} {step.at:%Y-%m-%d %H:%M:%S} {step.action:10} {step.actor['name']:24} {step.hash}"
        )
    broken_at = audit.verify_chain(steps, head)
    click.echo("The chain is whole." if broken_at is None else f"The chain is broken at step {broken_at}.")
    sys.exit(0 if broken_at is None else 1)


def _runtime() -> Runtime:
    from services.signing.service import SERVICE

    return Runtime(SERVICE)

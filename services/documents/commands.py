"""The commands `atrio documents ...`."""

import dataclasses
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import click
import orjson

from services.chassis.blobs_sealed import SealedBlobs
from services.chassis.runtime import Runtime
from services.documents.storage import actions, checking
from services.documents.storage.checking import Finding, Step

WORDS = {
    "missing": "The file is not there",
    "wrong_size": "The file has another size",
    "wrong_sha256": "The file has another content",
    "unreadable": "The file cannot be decrypted",
    "orphan": "No document has this file",
}


@click.group()
def documents() -> None:
    """Compare documents with their stored files; repair; encrypt with a new key."""


@documents.command()
@click.option("--quick", is_flag=True, help="Compare sizes only, not contents.")
@click.option("--json", "as_json", is_flag=True, help="Print one line of JSON for each finding, and one for the sum.")
def verify(quick: bool, as_json: bool) -> None:
    """Compare every document with its stored file, both ways. Ends with 1 where something is missing or wrong."""
    found: Counter[str] = Counter()
    with _runtime() as runtime:
        for finding in _findings(runtime, quick=quick, silent=as_json):
            found[finding.kind] += 1
            _say(finding, as_json)
    if as_json:
        click.echo(orjson.dumps({"findings": found}))
    elif not found:
        click.echo("Every document has its file, and every file its document.")
    sys.exit(1 if sum(found.values()) else 0)


@documents.command()
@click.option("--dry-run", is_flag=True, help="Say what would be done, and do nothing.")
def repair(dry_run: bool) -> None:
    """Mark documents whose file is lost and tell staff; remove files of no document that are older than a day.

    May be stopped and run again at any time. What was marked and is there again, from a backup, is opened again.
    """
    done: Counter[str] = Counter()
    with _runtime() as runtime:
        back = 0 if dry_run else actions.take_back(runtime)
        for finding in _findings(runtime, quick=False, silent=False):
            if dry_run or actions.repair(runtime, finding):
                done[finding.kind] += 1
                _say(finding, as_json=False)
    lost = sum(done[kind] for kind in actions.FILES)
    click.echo(
        f"{'Would be marked' if dry_run else 'Marked'} as lost: {lost}. "
        f"{'Would be removed' if dry_run else 'Removed'}: {done['orphan']}. Found again: {back}."
    )


@documents.command("rotate-key")
def rotate_key() -> None:
    """Encrypt every stored file with ATRIO_BLOB_KEY that is not yet, while Atrio runs. May be stopped and run again.

    ATRIO_BLOB_OLD_KEYS must hold the key of before until this has ended. Files of all services are encrypted anew.
    """
    with _runtime() as runtime:
        if not runtime.settings.blob_key:
            raise click.ClickException("There is no key: set ATRIO_BLOB_KEY.")
        changed = sum(_seal_all(runtime, service) for service in runtime.service.contracts.SERVICES)
    click.echo(f"Encrypted anew: {changed} files. Keys of before are not needed any more.")


def _seal_all(runtime: Runtime, service: str) -> int:
    from services.chassis.blobs import open_blobs

    blobs, changed = open_blobs(runtime.settings.files_url, service, runtime.settings.blob_keys()), 0
    assert isinstance(blobs, SealedBlobs)
    for stored in blobs.stored():
        try:
            if blobs.needs_sealing(stored.key):
                blobs.seal_again(stored.key)
                changed += 1
        except LookupError as error:
            if blobs.exists(stored.key):  # else it was deleted meanwhile
                raise click.ClickException(str(error)) from error
    return changed


def _findings(runtime: Runtime, *, quick: bool, silent: bool) -> Iterator[Finding]:
    with runtime.database.reading() as session:
        count = checking.count_versions(session)
    with _bar(count, silent) as step:
        yield from checking.check_versions(runtime, quick=quick, step=step)
    yield from checking.check_files(runtime)


@contextmanager
def _bar(count: int, silent: bool) -> Iterator[Step]:
    if silent or not sys.stderr.isatty():
        yield lambda: None
        return
    with click.progressbar(length=count, label="Documents", file=sys.stderr) as bar:
        yield lambda: bar.update(1)


def _say(finding: Finding, as_json: bool) -> None:
    if as_json:
        click.echo(orjson.dumps(dataclasses.asdict(finding)))
        return
    about = f" (document {finding.document_id})" if finding.document_id else ""
    detail = f": {finding.detail}" if finding.detail else ""
    click.echo(f"{WORDS[finding.kind]}: {finding.key}{about}{detail}")


@contextmanager
def _runtime() -> Iterator[Runtime]:
    from services.documents.service import SERVICE

    runtime = Runtime(SERVICE)
    try:
        yield runtime
    finally:
        runtime.dispose()

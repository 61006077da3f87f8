"""Rows and stored files, compared both ways and repaired; files encrypted with a new key."""

import json
import os
from base64 import b64encode
from pathlib import Path
from uuid import UUID

import pytest
import time_machine
from click.testing import CliRunner, Result

from services.chassis.columns import new_id
from services.chassis.testing.harness import Harness, environment
from services.documents.commands import documents
from services.documents.scanning.models import Scanner
from tests.documents.samples import PDF, uploaded

KEY = b64encode(b"k" * 32).decode()


def command(harness: Harness, *words: str, **settings: str) -> Result:
    url = harness.database.url.render_as_string(hide_password=False)
    with environment(ATRIO_DATA=str(harness.folder), ATRIO_DOCUMENTS_DATABASE_URL=url, **settings):
        return CliRunner().invoke(documents, list(words), catch_exceptions=False)


def place_of(harness: Harness, content: bytes) -> Path:
    [found] = [
        path for path in (harness.folder / "files").rglob("*") if path.is_file() and path.read_bytes() == content
    ]
    return found


def orphan(harness: Harness, *, days: float) -> Path:
    key = new_id().hex
    path = harness.folder / "files" / "documents" / key[-2:] / key
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"nobody's")
    past = path.stat().st_mtime - days * 86400
    os.utime(path, (past, past))
    return path


def test_what_is_whole_is_found_whole(harness: Harness, account: UUID) -> None:
    uploaded(harness.staff(), account)
    result = command(harness, "verify")
    assert (result.exit_code, result.output) == (0, "Every document has its file, and every file its document.\n")


@pytest.mark.parametrize(
    ("damage", "kind"),
    [
        (lambda path: path.unlink(), "missing"),
        (lambda path: path.write_bytes(PDF[:-1]), "wrong_size"),
        (lambda path: path.write_bytes(b"X" + PDF[1:]), "wrong_sha256"),
    ],
)
def test_what_is_lost_is_found_marked_and_told_once(harness: Harness, account: UUID, damage, kind: str) -> None:
    staff = harness.staff()
    lost, whole = uploaded(staff, account), uploaded(staff, account, PDF + b"other")
    path = place_of(harness, PDF)
    damage(path)
    result = command(harness, "verify", "--json")
    finding, summary = (json.loads(line) for line in result.output.splitlines())
    assert (result.exit_code, finding["kind"], finding["document_id"]) == (1, kind, lost["id"])
    assert summary == {"findings": {kind: 1}}
    assert "Would be marked as lost: 1" in command(harness, "repair", "--dry-run").output
    assert not harness.recorded("documents.document.lost.v1")
    assert "Marked as lost: 1" in command(harness, "repair").output
    assert "Marked as lost: 0" in command(harness, "repair").output
    [told] = harness.recorded("documents.document.lost.v1")
    assert (str(told.data["id"]), told.data["lost_version"]) == (lost["id"], 1)
    assert staff.get(f"/v1/documents/{lost['id']}/content").json["code"] == "file_lost"
    assert staff.get(f"/v1/documents/{whole['id']}/content").status_code == 200
    path.write_bytes(PDF)  # out of a backup
    assert "Found again: 1" in command(harness, "repair").output
    assert staff.get(f"/v1/documents/{lost['id']}/content").data == PDF


def test_what_comes_back_from_a_backup_is_checked_for_viruses(harness: Harness, account: UUID) -> None:
    staff = harness.staff()
    document = uploaded(staff, account)
    path = place_of(harness, PDF)
    path.unlink()
    command(harness, "repair")
    with harness.database.unit_of_work() as session:
        session.add(Scanner(id=1, on=True))
    path.write_bytes(PDF)
    assert "Found again: 1" in command(harness, "repair").output
    assert staff.get(f"/v1/documents/{document['id']}/content").json["code"] == "being_checked"


def test_files_of_nobody_go_after_a_day(harness: Harness, account: UUID) -> None:
    uploaded(harness.staff(), account)
    young, old = orphan(harness, days=0.5), orphan(harness, days=2)
    other = harness.folder / "files" / "documents" / "previews" / "of-another-room"
    other.parent.mkdir()
    other.write_bytes(b"not ours to judge")
    assert command(harness, "verify").exit_code == 1
    assert "Would be removed: 2" in command(harness, "repair", "--dry-run").output
    assert old.exists()
    command(harness, "repair")
    assert (young.exists(), old.exists(), other.exists()) == (True, False, True)
    with time_machine.travel(young.stat().st_mtime + 2 * 86400, tick=False):
        command(harness, "repair")
    assert not young.exists()
    assert command(harness, "verify").exit_code == 0


def test_files_are_encrypted_with_a_new_key_while_they_are_read(harness: Harness, account: UUID) -> None:
    staff = harness.staff()
    document = uploaded(staff, account)
    path = place_of(harness, PDF)
    assert command(harness, "rotate-key").exit_code == 1
    assert "Encrypted anew: 1 files" in command(harness, "rotate-key", ATRIO_BLOB_KEY=KEY).output
    assert "Encrypted anew: 0 files" in command(harness, "rotate-key", ATRIO_BLOB_KEY=KEY).output
    assert PDF not in path.read_bytes()
    assert command(harness, "verify", ATRIO_BLOB_KEY=KEY).exit_code == 0
    assert command(harness, "verify").exit_code == 1  # the control: without the key it is not what was stored
    harness.runtime.settings.blob_key = KEY
    del harness.runtime.blobs  # opened with the key when it is next used
    answer = staff.get(f"/v1/documents/{document['id']}/content", headers={"Range": "bytes=1-4"})
    assert (answer.status_code, answer.data) == (206, PDF[1:5])
    newer = b64encode(b"n" * 32).decode()
    assert command(harness, "rotate-key", ATRIO_BLOB_KEY=newer).exit_code == 1  # the old one is not given
    assert "Encrypted anew: 1" in command(harness, "rotate-key", ATRIO_BLOB_KEY=newer, ATRIO_BLOB_OLD_KEYS=KEY).output
    assert command(harness, "verify", ATRIO_BLOB_KEY=newer).exit_code == 0

"""Kinds of file that the firm does not take from its clients."""

from uuid import UUID

from services.chassis.testing.harness import Harness
from services.documents.uploads.content_types import OLE, XML, ZIP
from services.documents.uploads.kinds import GROUPS
from tests.documents.samples import PDF, PNG, send, zipped

SETTINGS = "portal.settings.saved.v1"


def say(harness: Harness, version: int, **switches: bool) -> None:
    told = harness.example(SETTINGS).data["switches"]
    harness.deliver(SETTINGS, {"switches": told | switches}, version=version)


def test_a_group_that_is_off_is_refused_to_clients_alone(harness: Harness, account: UUID) -> None:
    client = harness.client(account)
    assert send(client, account, PNG, "scan.png").status_code == 201
    say(harness, 8, files_images=False, files_archives=False)
    for content, name in ((PNG, "scan.png"), (PNG, "scan.pdf"), (zipped(a=b"x"), "all.zip")):
        answer = send(client, account, content, name)
        assert (answer.status_code, answer.json["code"]) == (422, "type_switched_off")
    assert send(client, account, PDF, "scan.pdf").status_code == 201
    assert send(client, account, zipped(a=b"x"), "letter.docx").status_code == 201
    assert send(harness.staff(), account, PNG, "scan.png").status_code == 201
    assert not list((harness.folder / "files" / "documents" / ".unfinished").iterdir())
    say(harness, 9, files_images=True)
    assert send(client, account, PNG, "scan.png").status_code == 201


def test_every_kind_but_pdf_is_in_one_group() -> None:
    kinds = [kind for group in GROUPS.values() for kind in group]
    assert len(kinds) == len(set(kinds))
    assert {*OLE.kinds.values(), *ZIP.kinds.values(), *XML.kinds.values()} <= set(kinds)
    assert "application/pdf" not in kinds

"""Checks for viruses: what is not checked cannot be opened, what is infected is held back, an outage is told."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import time_machine

from services.chassis.testing.fixtures import OpenHarness
from services.chassis.testing.harness import Harness
from services.documents.scanning import senders
from services.documents.scanning.clamd import ScannerDown, TooLarge
from services.documents.service import SERVICE
from tests.documents.samples import PDF, send, uploaded

VIRUS = PDF + b"VIRUS"


class Daemon:
    """What stands in for ClamAV: finds VIRUS, unless it is down."""

    def __init__(self) -> None:
        self.error: Exception | None = None

    def check(self, pieces: Any) -> str | None:
        content = b"".join(pieces)
        if self.error:
            raise self.error
        return "Test.Virus" if b"VIRUS" in content else None


@pytest.fixture
def daemon(monkeypatch: pytest.MonkeyPatch) -> Daemon:
    daemon = Daemon()
    monkeypatch.setattr(senders, "Clamd", lambda url, seconds: daemon)
    return daemon


@pytest.fixture
def harness(open_harness: OpenHarness, daemon: Daemon) -> Harness:
    return open_harness(SERVICE, ATRIO_CLAMAV="tcp://127.0.0.1:1")


def check(harness: Harness) -> int:
    return harness.run_sender("scan")


def status_of(browser: Any, document: dict[str, Any], what: str = "content") -> tuple[int, str | None]:
    answer = browser.get(f"/v1/documents/{document['id']}/{what}")
    return answer.status_code, answer.json.get("code") if answer.is_json else None


def test_nobody_opens_a_file_before_it_was_checked(harness: Harness, account: UUID) -> None:
    client, staff = harness.client(account), harness.staff()
    document = uploaded(client, account)
    assert document["scan"] == "waiting"
    for browser in (client, staff, harness.peer("signing")):
        assert status_of(browser, document) == (409, "being_checked")
    assert staff.post(f"/v1/documents/{document['id']}/share").json["code"] == "being_checked"
    assert check(harness) == 1
    assert client.get(f"/v1/documents/{document['id']}/content").data == PDF
    assert staff.get(f"/v1/documents/{document['id']}").json["scan"] == "clean"


def test_without_a_scanner_a_file_is_open_at_once(open_harness: OpenHarness, account: UUID) -> None:
    plain = open_harness(SERVICE)
    document = uploaded(plain.client(account), account)
    assert document["scan"] is None
    assert status_of(plain.client(account), document)[0] == 200
    assert plain.staff().get("/v1/scanner").json["on"] is False


def test_what_staff_shares_with_the_upload_is_shared_when_it_is_clean(harness: Harness, account: UUID) -> None:
    staff, client = harness.staff(), harness.client(account)
    document = uploaded(staff, account, share="true")
    assert not document["shared"]
    assert status_of(client, document, "")[0] == 404
    assert not harness.recorded("documents.document.shared.v1")
    check(harness)
    assert status_of(client, document)[0] == 200
    assert harness.recorded("documents.document.shared.v1")[0].data["shared_by"]["name"] == "Lucía Marín"


def test_an_infected_file_is_held_back_and_told(harness: Harness, account: UUID) -> None:
    client, staff = harness.client(account), harness.staff()
    document = uploaded(client, account, VIRUS)
    check(harness)
    for browser in (client, staff, harness.peer("signing")):
        assert status_of(browser, document) == (404, "not_found")
    told = harness.recorded("documents.document.quarantined.v1")[0].data
    assert (told["reason"], told["found"], told["status"]) == ("infected", "Test.Virus", "quarantined")
    [held] = staff.get("/v1/quarantine").json["items"]
    assert (held["id"], held["why"], held["uploaded_by"]["name"]) == (document["id"], "infected", "Ana Acosta")
    assert staff.post(f"/v1/documents/{document['id']}/share").status_code == 409


def test_a_deleted_document_that_is_held_back_is_restored_into_quarantine(harness: Harness, account: UUID) -> None:
    staff = harness.staff()
    document = uploaded(staff, account, VIRUS)
    assert staff.delete(f"/v1/documents/{document['id']}").status_code == 204
    check(harness)
    assert staff.post(f"/v1/documents/{document['id']}/restore").json["status"] == "quarantined"
    assert status_of(staff, document)[0] == 404


def test_staff_releases_with_a_reason_and_needs_the_permission(harness: Harness, account: UUID) -> None:
    staff = harness.staff()
    document = uploaded(staff, account, VIRUS, share="true")
    check(harness)
    path = f"/v1/documents/{document['id']}/release"
    assert harness.staff("documents.write").post(path, json={"reason": "Fine"}).status_code == 403
    assert staff.post(path, json={"reason": "   "}).status_code == 422
    released = staff.post(path, json={"reason": "A macro of our own"}).json
    assert (released["status"], released["scan"], released["shared"]) == ("available", "released", True)
    assert status_of(harness.client(account), document)[0] == 200
    told = harness.recorded("documents.document.released.v1")[0].data
    assert (told["reason"], told["released_by"]["name"]) == ("A macro of our own", "Lucía Marín")
    assert staff.post(path, json={"reason": "Again"}).json["code"] == "not_quarantined"
    history = staff.get(f"/v1/documents/{document['id']}/history").json["items"]
    assert {"quarantined", "released"} <= {entry["action"] for entry in history}


def test_what_is_discarded_has_no_bytes_and_no_way_back(harness: Harness, account: UUID) -> None:
    staff = harness.staff()
    document = uploaded(staff, account, VIRUS)
    check(harness)
    assert files(harness) == 1
    assert staff.post(f"/v1/documents/{document['id']}/discard").status_code == 204
    assert files(harness) == 0
    assert staff.post(f"/v1/documents/{document['id']}/restore").json["code"] == "content_removed"
    assert staff.get("/v1/quarantine").json["items"] == []


def files(harness: Harness) -> int:
    return sum(1 for path in (harness.folder / "files").rglob("*") if path.is_file())


@pytest.fixture
def at() -> Iterator[Callable[..., None]]:
    with time_machine.travel("2026-11-20T09:00:00Z", tick=False) as clock:
        yield clock.shift


def test_a_scanner_that_is_down_keeps_files_closed_and_is_told_once(
    harness: Harness, account: UUID, daemon: Daemon, at: Callable[..., None]
) -> None:
    document = uploaded(harness.client(account), account)
    daemon.error = ScannerDown("Connection refused")
    assert check(harness) == 0
    assert status_of(harness.staff(), document) == (409, "being_checked")
    harness.run_timer("tell_of_scanner_outage")
    assert not harness.recorded("documents.scanner.failed.v1")
    at(15 * 60 + 1)
    check(harness)
    harness.run_timer("tell_of_scanner_outage")
    harness.run_timer("tell_of_scanner_outage")
    [told] = harness.recorded("documents.scanner.failed.v1")
    assert (told.data["waiting"], told.data["error"]) == (1, "Connection refused")
    state = harness.staff().get("/v1/scanner").json
    assert state["down_since"]
    assert state["waiting"] == 1
    daemon.error = None
    at(301)
    assert check(harness) == 1
    assert status_of(harness.staff(), document)[0] == 200
    assert len(harness.recorded("documents.scanner.recovered.v1")) == 1
    assert harness.staff().get("/v1/scanner").json["down_since"] is None


def test_tries_come_ever_later(harness: Harness, account: UUID, daemon: Daemon, at: Callable[..., None]) -> None:
    uploaded(harness.client(account), account)
    daemon.error = ScannerDown("down")
    check(harness)
    for number, pause in enumerate((5, 10, 20, 40, 80, 160, 300, 300), start=1):
        at(pause - 1)
        check(harness)
        assert _attempts(harness) == number
        at(1)
        check(harness)
        assert _attempts(harness) == number + 1


def _attempts(harness: Harness) -> int:
    from services.documents.scanning.models import Scan

    with harness.database.reading() as session:
        return int(session.query(Scan).one().attempts)


def test_what_is_too_large_is_for_staff_to_decide(open_harness: OpenHarness, daemon: Daemon, account: UUID) -> None:
    harness = open_harness(SERVICE, ATRIO_CLAMAV="tcp://127.0.0.1:1", ATRIO_CLAMAV_LIMIT="100")
    small, large = uploaded(harness.staff(), account), uploaded(harness.staff(), account, PDF + b" " * 100)
    daemon.error = None
    check(harness)
    assert status_of(harness.staff(), small)[0] == 200
    assert status_of(harness.staff(), large)[0] == 404
    daemon.error = TooLarge("size limit exceeded")
    third = uploaded(harness.staff(), account)
    check(harness)
    assert status_of(harness.staff(), third)[0] == 404
    assert {held["why"] for held in harness.staff().get("/v1/quarantine").json["items"]} == {"too_large"}


def test_a_file_that_is_gone_is_not_passed(harness: Harness, account: UUID) -> None:
    document = uploaded(harness.staff(), account)
    for path in Path(harness.folder / "files").rglob("*"):
        if path.is_file():
            path.unlink()
    check(harness)
    assert status_of(harness.staff(), document)[0] == 404
    assert harness.staff().get("/v1/quarantine").json["items"][0]["why"] == "missing"


def test_another_firms_staff_sees_no_quarantine_of_others(harness: Harness, account: UUID) -> None:
    uploaded(harness.staff(), account, VIRUS)
    check(harness)
    assigned = harness.staff(assigned_only=True)
    assert assigned.get("/v1/quarantine").json["items"] == []
    assert send(harness.client(account), account).status_code == 201

"""Uploads in pieces as tus 1.0 has it: offsets, breaks, checksums, ends, quotas; and nothing left behind."""

import base64
import hashlib
from datetime import timedelta
from typing import Any
from unittest import mock
from uuid import UUID

import pytest
import time_machine
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from services.chassis import clock
from services.chassis.columns import new_id
from services.chassis.testing.fixtures import OpenHarness
from services.chassis.testing.harness import Browser, Harness
from services.documents.library.models import Document
from services.documents.service import SERVICE
from services.documents.uploads.resumable import receiving
from services.documents.uploads.resumable.models import ResumableUpload, UploadPart
from tests.documents.samples import PDF, sha256

CONTENT = PDF + bytes(range(256)) * 200
TUS = {"Tus-Resumable": "1.0.0"}
BODY = TUS | {"Content-Type": "application/offset+octet-stream"}


def begin(who: Browser, account: UUID | None, size: int = len(CONTENT), **more: Any) -> TestResponse:
    headers = TUS | {"Upload-Length": str(size)} | more.pop("headers", {})
    name = base64.b64encode("Año 1.pdf".encode()).decode()
    query = "&".join([*([f"account_id={account}"] if account else []), *(f"{k}={v}" for k, v in more.items())])
    return who.post(f"/v1/uploads?{query}", headers={"Upload-Metadata": f"filename {name},is_scan"} | headers)


def begun(who: Browser, account: UUID, **more: Any) -> str:
    answer = begin(who, account, **more)
    assert answer.status_code == 201, answer.text
    return str(answer.headers["Location"])


def patch(who: Browser, place: str, offset: int, content: bytes, **headers: str) -> TestResponse:
    return who.patch(place, data=content, headers=BODY | {"Upload-Offset": str(offset)} | headers)


def head(who: Browser, place: str) -> TestResponse:
    return who.open("HEAD", place, headers=TUS)


def rows(harness: Harness, model: Any) -> int:
    with harness.database.reading() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def files(harness: Harness) -> list[str]:
    return [path.name for path in (harness.folder / "files").rglob("*") if path.is_file()]


def assert_nothing_stayed(harness: Harness) -> None:
    assert [rows(harness, model) for model in (Document, ResumableUpload, UploadPart)] == [0, 0, 0]
    assert files(harness) == []


def content_of(who: Browser, document_id: str) -> bytes:
    return who.get(f"/v1/documents/{document_id}/content").data


def test_what_is_spoken_here(harness: Harness) -> None:
    answer = harness.anyone().open("OPTIONS", "/v1/uploads")
    assert answer.status_code == 204
    assert answer.headers["Tus-Version"] == "1.0.0"
    assert set(answer.headers["Tus-Extension"].split(",")) == {
        "creation", "creation-with-upload", "termination", "checksum", "expiration",
    }  # fmt: skip
    assert "sha1" in answer.headers["Tus-Checksum-Algorithm"]
    assert int(answer.headers["Tus-Max-Size"]) == 2 * 1024**3


def test_a_file_in_three_pieces_is_one_document(harness: Harness, account: UUID) -> None:
    staff = harness.staff(id=new_id())
    place = begun(staff, account, share="true")
    assert head(staff, place).headers["Upload-Offset"] == "0"
    for start, end in ((0, 9000), (9000, 30000), (30000, len(CONTENT))):
        answer = patch(staff, place, start, CONTENT[start:end])
        assert (answer.status_code, answer.headers["Upload-Offset"]) == (204, str(end))
        assert head(staff, place).headers["Upload-Offset"] == str(end)
    document_id = answer.headers["Upload-Document"]
    document = staff.get(f"/v1/documents/{document_id}").json
    assert (document["name"], document["sha256"], document["shared"]) == ("Año 1.pdf", sha256(CONTENT), True)
    assert content_of(staff, document_id) == CONTENT
    assert len(files(harness)) == 1, "the pieces are gone"
    assert rows(harness, UploadPart) == 0
    assert head(staff, place).headers["Upload-Document"] == document_id, "who lost the last answer asks again"


def test_a_small_file_comes_with_the_creation_and_is_stored_once(harness: Harness, account: UUID) -> None:
    ana = harness.client(account, id=new_id())
    answer = ana.post("/v1/uploads", data=PDF, headers=BODY | {"Upload-Length": str(len(PDF))})
    assert (answer.status_code, answer.headers["Upload-Offset"]) == (201, str(len(PDF)))
    assert content_of(ana, answer.headers["Upload-Document"]) == PDF
    assert len(files(harness)) == 1
    (event,) = harness.recorded("documents.document.uploaded.v1")
    assert event.data["origin"] == "client"


def test_a_break_keeps_what_came(harness: Harness, account: UUID) -> None:
    staff = harness.staff(id=new_id())
    place = begun(staff, account)
    announced = {"CONTENT_LENGTH": str(len(CONTENT))}
    headers = BODY | {"Upload-Offset": "0"}
    cut = staff.patch(place, data=CONTENT[:20000], headers=headers, environ_overrides=announced)
    assert (cut.status_code, cut.json["code"]) == (400, "incomplete_body")
    assert head(staff, place).headers["Upload-Offset"] == "20000"
    assert patch(staff, place, 20000, CONTENT[20000:]).status_code == 204
    assert staff.get(f"/v1/documents/{head(staff, place).headers['Upload-Document']}").json["sha256"] == sha256(CONTENT)


def test_long_calls_are_stored_bit_by_bit(harness: Harness, account: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receiving, "PART", 1)  # a part for each piece that is read
    staff, content = harness.staff(id=new_id()), PDF + bytes(3 * 1024 * 1024)
    place = begun(staff, account, size=len(content) + 1)
    assert patch(staff, place, 0, content).status_code == 204
    assert rows(harness, UploadPart) == 4
    last = patch(staff, place, len(content), b"x")
    assert content_of(staff, last.headers["Upload-Document"]) == content + b"x"


def test_two_at_once_from_one_offset(harness: Harness, account: UUID) -> None:
    staff = harness.staff(id=new_id())
    place, store, inner = begun(staff, account), receiving.store, []

    def slow_store(*arguments: Any) -> Any:
        if not inner:
            inner.append(None)
            inner.append(patch(harness.with_token(staff.token or ""), place, 0, CONTENT[:100]).status_code)
        return store(*arguments)

    with mock.patch("services.documents.uploads.resumable.receiving.store", slow_store):
        late = patch(staff, place, 0, CONTENT[:500])
    assert inner[1] == 204
    assert (late.status_code, late.json["code"]) == (409, "other_offset")
    assert head(staff, place).headers["Upload-Offset"] == "100"
    assert len(files(harness)) == 1, "what came second is thrown away"
    assert patch(staff, place, 0, CONTENT).status_code == 409
    assert patch(staff, place, 100, CONTENT[100:]).status_code == 204


def test_checksums(harness: Harness, account: UUID) -> None:
    staff = harness.staff(id=new_id())
    place = begun(staff, account)
    good = base64.b64encode(hashlib.sha1(CONTENT[:9000], usedforsecurity=False).digest()).decode()
    wrong = patch(staff, place, 0, CONTENT[1:9001], **{"Upload-Checksum": f"sha1 {good}"})
    assert wrong.status_code == 460
    assert (head(staff, place).headers["Upload-Offset"], files(harness)) == ("0", [])
    assert patch(staff, place, 0, CONTENT[:9000], **{"Upload-Checksum": f"sha1 {good}"}).status_code == 204
    assert patch(staff, place, 9000, b"x", **{"Upload-Checksum": "crc32 AAAA"}).status_code == 400
    assert patch(staff, place, 9000, b"x", **{"Upload-Checksum": "sha1 %"}).status_code == 400


def test_calls_that_are_not_tus(harness: Harness, account: UUID) -> None:
    staff = harness.staff(id=new_id())
    place = begun(staff, account)
    other = staff.patch(place, data=b"x", headers=BODY | {"Tus-Resumable": "0.2.2", "Upload-Offset": "0"})
    assert (other.status_code, other.headers["Tus-Version"]) == (412, "1.0.0")
    assert staff.patch(place, data=b"x", headers=TUS | {"Upload-Offset": "0"}).status_code == 415
    assert staff.patch(place, data=b"x", headers=BODY).status_code == 400
    assert patch(staff, place, 0, CONTENT + b"more").status_code == 413
    assert begin(staff, account, headers={"Upload-Length": "-1"}).status_code == 400
    assert begin(staff, account, headers={"Upload-Defer-Length": "1"}).status_code == 400
    assert begin(staff, account, headers={"Upload-Metadata": "filename %%"}).status_code == 400
    assert begin(staff, account, size=0).status_code == 422
    assert begin(staff, None).status_code == 422
    assert begin(staff, account, size=3 * 1024**3).json["code"] == "too_large"


def test_what_is_not_taken_ends_the_upload(harness: Harness, account: UUID) -> None:
    staff = harness.staff(id=new_id())
    place = begun(staff, account)
    refused = patch(staff, place, 0, b"MZ" + bytes(len(CONTENT) - 2))
    assert (refused.status_code, refused.json["code"]) == (422, "type_not_allowed")
    assert head(staff, place).status_code == 404
    assert_nothing_stayed(harness)


def test_others_uploads_are_not_there(harness: Harness, account: UUID) -> None:
    ana = harness.client(account, id=new_id())
    place = begun(ana, account)
    for other in (harness.client(account, id=new_id()), harness.staff(id=new_id()), harness.client(new_id())):
        assert head(other, place).status_code == 404
        assert patch(other, place, 0, CONTENT).status_code == 404
        assert other.delete(place, headers=TUS).status_code == 404
    assert begin(harness.client(new_id()), account).status_code == 404
    assert patch(ana, place, 0, CONTENT).status_code == 204, "control"


def test_uploads_are_thrown_away_when_asked_or_over(harness: Harness, account: UUID) -> None:
    staff = harness.staff(id=new_id())
    for _ in range(2):
        place = begun(staff, account)
        patch(staff, place, 0, CONTENT[:9000])
        patch(staff, place, 9000, CONTENT[9000:9100])
    assert staff.delete(place, headers=TUS).status_code == 204
    assert head(staff, place).status_code == 404
    assert len(files(harness)) == 2
    done = begun(staff, account)
    assert patch(staff, done, 0, CONTENT).status_code == 204
    with time_machine.travel(clock.now() + timedelta(hours=25)):
        harness.run_timer("sweep_uploads")
    assert (rows(harness, ResumableUpload), rows(harness, UploadPart), len(files(harness))) == (0, 0, 1)
    assert rows(harness, Document) == 1, "what became a document stays"


def test_a_repeated_creation_is_one_upload(harness: Harness, account: UUID) -> None:
    staff, key = harness.staff(id=new_id()), {"Idempotency-Key": "u-1"}
    assert begun(staff, account, headers=key) == begun(staff, account, headers=key)
    assert begin(staff, account, size=5, headers=key).json["code"] == "idempotency_key_reused"


def test_a_kill_before_the_filing_is_made_good(harness: Harness, account: UUID) -> None:
    staff = harness.staff(id=new_id())
    place = begun(staff, account)
    patch(staff, place, 0, CONTENT[:9000])
    killed = mock.patch("services.documents.uploads.resumable.receiving._finish", side_effect=KeyboardInterrupt)
    with killed, pytest.raises(KeyboardInterrupt):
        patch(staff, place, 9000, CONTENT[9000:])
    assert rows(harness, Document) == 0
    assert content_of(staff, head(staff, place).headers["Upload-Document"]) == CONTENT


@pytest.mark.parametrize("first", [len(CONTENT), 9000], ids=["one part", "two parts"])
def test_a_kill_after_the_filing_costs_no_bytes(harness: Harness, account: UUID, first: int) -> None:
    staff = harness.staff(id=new_id())
    place = begun(staff, account)
    with mock.patch("services.documents.uploads.resumable.receiving._clear"):
        patch(staff, place, 0, CONTENT[:first])
        if first < len(CONTENT):
            patch(staff, place, first, CONTENT[first:])
    document_id = head(staff, place).headers["Upload-Document"]
    with time_machine.travel(clock.now() + timedelta(hours=25)):
        harness.run_timer("sweep_uploads")
        assert content_of(harness.staff(), document_id) == CONTENT
    assert (rows(harness, UploadPart), len(files(harness))) == (0, 1)


def test_a_full_disk_leaves_nothing(harness: Harness, account: UUID) -> None:
    staff = harness.staff(id=new_id())
    place = begun(staff, account)
    patch(staff, place, 0, CONTENT[:9000])
    with mock.patch("os.fsync", side_effect=OSError(28, "no space")):
        answer = patch(staff, place, 9000, CONTENT[9000:])
    assert (answer.status_code, answer.json["code"]) == (507, "storage_full")
    assert_nothing_stayed(harness)


def test_switched_off_uploads_end_what_has_begun(harness: Harness, account: UUID) -> None:
    ana = harness.client(account, id=new_id())
    place = begun(ana, account)
    harness.deliver("portal.settings.saved.v1", {"switches": {"share_documents": False}, "version": 999})
    for answer in (patch(ana, place, 0, CONTENT), begin(ana, account)):
        assert (answer.status_code, answer.json["code"]) == (403, "uploads_switched_off")


def test_a_quota_holds_at_the_beginning_and_the_end(open_harness: OpenHarness, account: UUID) -> None:
    harness = open_harness(SERVICE)
    staff, ana = harness.staff(id=new_id()), harness.client(account, id=new_id())
    assert staff.put("/v1/quota", json={"bytes": 60_000}).status_code == 204
    place = begun(ana, account)
    refused = begin(ana, account)
    assert (refused.status_code, refused.json["code"], refused.json["quota"]) == (413, "quota_exceeded", 60_000)
    path = f"/v1/accounts/{account}"
    assert ana.post(f"{path}/documents?name=a.pdf", data=PDF + bytes(20_000)).json["code"] == "quota_exceeded"
    assert begin(ana, account, size=100).status_code == 201, "control: there is room for less"
    assert patch(ana, place, 0, CONTENT).status_code == 204
    assert ana.get(f"{path}/quota").json == {
        "account_id": str(account), "used": len(CONTENT), "quota": 60_000, "own": False, "default": 60_000,
    }  # fmt: skip
    assert staff.put(f"{path}/quota", json={"bytes": None}).status_code == 204
    assert begin(ana, account).status_code == 201
    assert staff.put(f"{path}/quota", json={"bytes": 10}).status_code == 204
    assert begin(staff, account).json["code"] == "quota_exceeded"
    assert staff.delete(f"{path}/quota").status_code == 204
    assert ana.get(f"{path}/quota").json["quota"] == 60_000
    assert harness.client(new_id()).get(f"{path}/quota").status_code == 404
    assert staff.put("/v1/quota", json={"bytes": -1}).status_code == 422

"""Taking bytes in: limits, checksums, repetitions, and nothing left behind when it goes wrong."""

import errno
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from unittest import mock
from uuid import UUID

import pytest
import time_machine
from sqlalchemy import func, select

from services.chassis import clock
from services.chassis.columns import new_id
from services.chassis.testing.fixtures import OpenHarness
from services.chassis.testing.harness import Harness
from services.documents.library.models import Document, Version
from services.documents.service import SERVICE
from services.documents.uploads import filing, receiving
from services.documents.uploads.models import IdempotencyKey, Upload
from tests.documents.samples import PDF, send, sha256, uploaded


def rows(harness: Harness, model: Any) -> int:
    with harness.database.reading() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def files(harness: Harness) -> list[str]:
    return [path.name for path in (harness.folder / "files").rglob("*") if path.is_file()]


def assert_nothing_stayed(harness: Harness) -> None:
    assert (rows(harness, Document), rows(harness, Version), rows(harness, Upload)) == (0, 0, 0)
    assert files(harness) == []
    assert harness.recorded() == []


def test_a_form_is_not_a_file(harness: Harness, account: UUID) -> None:
    answer = harness.staff().post(
        f"/v1/accounts/{account}/documents", data=PDF, content_type="multipart/form-data; boundary=x"
    )
    assert (answer.status_code, answer.json["code"]) == (415, "unsupported_media_type")


def test_an_empty_file_is_refused(harness: Harness, account: UUID) -> None:
    answer = harness.staff().post(f"/v1/accounts/{account}/documents", environ_overrides={"CONTENT_LENGTH": "0"})
    assert (answer.status_code, answer.json["code"]) == (422, "empty_file")


@pytest.mark.parametrize("announced", [True, False])
def test_too_large(open_harness: OpenHarness, account: UUID, announced: bool) -> None:
    harness = open_harness(SERVICE, ATRIO_UPLOAD_LIMIT="1000")
    content = PDF + bytes(2000)
    more: dict[str, Any] = {} if announced else {"headers": {"Transfer-Encoding": "chunked"}}
    answer = send(harness.staff(), account, content, **more)
    assert (answer.status_code, answer.json["code"], answer.json["limit"]) == (413, "too_large", 1000)
    assert_nothing_stayed(harness)
    assert send(harness.staff(), account, PDF + bytes(1000 - len(PDF))).status_code == 201


def test_without_a_length(harness: Harness, account: UUID) -> None:
    answer = harness.staff().post(f"/v1/accounts/{account}/documents", environ_overrides={"CONTENT_LENGTH": ""})
    assert (answer.status_code, answer.json["code"]) == (411, "length_required")


def test_fewer_bytes_than_announced_leave_nothing(harness: Harness, account: UUID) -> None:
    announced = {"CONTENT_LENGTH": str(len(PDF) + 5)}
    answer = harness.staff().post(f"/v1/accounts/{account}/documents", data=PDF, environ_overrides=announced)
    assert (answer.status_code, answer.json["code"]) == (400, "incomplete_body")
    assert_nothing_stayed(harness)


def test_a_checksum_is_held_against_the_bytes(harness: Harness, account: UUID) -> None:
    staff = harness.staff()
    wrong = send(staff, account, PDF, headers={"X-Content-SHA256": sha256(b"other")})
    assert (wrong.status_code, wrong.json["code"]) == (400, "checksum_mismatch")
    assert_nothing_stayed(harness)
    assert send(staff, account, PDF, headers={"X-Content-SHA256": "abc"}).status_code == 422
    assert send(staff, account, PDF, headers={"X-Content-SHA256": sha256(PDF)}).status_code == 201


def test_a_repeated_upload_is_one_document(harness: Harness, account: UUID) -> None:
    staff, key = harness.staff(), {"Idempotency-Key": "k-1"}
    first = uploaded(staff, account, headers=key)
    again = send(staff, account, headers=key)
    assert (again.status_code, again.json["id"]) == (201, first["id"])
    chunked = send(staff, account, headers=key | {"Transfer-Encoding": "chunked"})
    assert chunked.json["id"] == first["id"]
    assert (rows(harness, Document), len(files(harness)), rows(harness, Upload)) == (1, 1, 0)
    for other in ({"content": PDF + b"x"}, {"name": "Otro.pdf"}, {"share": "true"}):
        reused = send(staff, account, headers=key, **other)
        assert (reused.status_code, reused.json["code"]) == (422, "idempotency_key_reused")
    assert uploaded(harness.staff(), account, headers=key)["id"] != first["id"]  # another person's key
    assert send(staff, account, headers={"Idempotency-Key": "a b"}).status_code == 422


def test_the_same_key_at_the_same_time_is_one_document(harness: Harness, account: UUID) -> None:
    staff, key = harness.staff(), {"Idempotency-Key": "k-2"}
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: send(staff, account, headers=key), range(12)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json["id"] for answer in answers}) == 1
    assert (rows(harness, Document), len(files(harness)), rows(harness, Upload)) == (1, 1, 0)


def test_keys_are_forgotten_after_a_week(harness: Harness, account: UUID) -> None:
    uploaded(harness.staff(), account, headers={"Idempotency-Key": "k-3"})
    harness.run_timer("sweep_uploads")
    assert rows(harness, IdempotencyKey) == 1
    with time_machine.travel(clock.now() + timedelta(days=8)):
        harness.run_timer("sweep_uploads")
    assert rows(harness, IdempotencyKey) == 0
    assert rows(harness, Document) == 1


@pytest.mark.parametrize(
    ("number", "status", "code"),
    [(errno.ENOSPC, 507, "storage_full"), (errno.EDQUOT, 507, "storage_full"), (errno.EIO, 503, "unavailable")],
)
def test_a_disk_that_fails_leaves_nothing(harness: Harness, account: UUID, number: int, status: int, code: str) -> None:
    with mock.patch("os.fsync", side_effect=OSError(number, "no")):
        answer = send(harness.staff(), account)
    assert (answer.status_code, answer.json["code"]) == (status, code)
    assert_nothing_stayed(harness)


def test_an_object_store_that_fails_leaves_nothing(harness: Harness, account: UUID) -> None:
    class Failing:
        def write(self, _key: str, pieces: Any) -> None:
            next(iter(pieces))
            raise RuntimeError("the store answered 500")

        def delete(self, _key: str) -> None:
            """There is nothing to delete."""

    harness.runtime.blobs = Failing()  # type: ignore[misc, assignment]
    assert send(harness.staff(), account).status_code == 503
    assert_nothing_stayed(harness)


def test_a_database_that_fails_at_the_end_leaves_nothing(harness: Harness, account: UUID) -> None:
    with mock.patch("services.documents.library.actions.add_document", side_effect=RuntimeError("x")):
        assert send(harness.staff(), account).status_code == 500
    assert_nothing_stayed(harness)


def test_a_commit_whose_answer_is_lost_keeps_its_file(harness: Harness, account: UUID) -> None:
    """The document is there, so its bytes must be, although the sender was told of an error."""
    from sqlalchemy.orm import Session

    commit, count = Session.commit, iter(range(100))

    def commit_and_lose(session: Session) -> None:
        commit(session)
        if next(count) == 1:  # the first commit is that of the upload's row, the second the document's
            raise ConnectionResetError

    with mock.patch.object(Session, "commit", commit_and_lose):
        assert send(harness.staff(), account).status_code >= 500
    assert (rows(harness, Document), len(files(harness))) == (1, 1)
    (document,) = harness.staff().get("/v1/documents").json["items"]
    assert harness.staff().get(f"/v1/documents/{document['id']}/content").data == PDF


def test_what_a_killed_upload_left_is_swept(harness: Harness, account: UUID) -> None:
    def killed(*_: object) -> None:
        raise SystemExit

    kept = uploaded(harness.staff(), account)
    with (
        mock.patch("services.documents.uploads.receiving._file", killed),
        mock.patch("services.documents.uploads.receiving._abandon", killed),
        pytest.raises(SystemExit),
    ):
        send(harness.staff(), account)
    assert (rows(harness, Upload), len(files(harness))) == (1, 2)
    harness.run_timer("sweep_uploads")
    assert rows(harness, Upload) == 1  # it may be on its way still
    with time_machine.travel(clock.now() + timedelta(hours=25)):
        harness.run_timer("sweep_uploads")
    assert (rows(harness, Upload), len(files(harness))) == (0, 1)
    assert harness.staff().get(f"/v1/documents/{kept['id']}/content").data == PDF


def test_an_upload_that_was_swept_is_not_filed(harness: Harness, account: UUID) -> None:

    store = filing.store

    def slow_store(*arguments: Any) -> Any:
        receiving.sweep(harness.runtime, timedelta(seconds=-1))
        return store(*arguments)

    with mock.patch("services.documents.uploads.receiving.store", slow_store):
        answer = send(harness.staff(), account)
    assert (answer.status_code, answer.json["code"]) == (408, "upload_too_slow")
    assert_nothing_stayed(harness)


def test_nothing_is_written_before_the_caller_is_known(harness: Harness, account: UUID) -> None:
    class Untouchable:
        def read(self, *_: object) -> bytes:
            raise AssertionError("the body was read")

    path = f"/v1/accounts/{account}/documents"
    overrides = {"wsgi.input": Untouchable(), "CONTENT_LENGTH": "100"}
    assert harness.anyone().post(path, environ_overrides=overrides).status_code == 401
    assert harness.client(new_id()).post(path, environ_overrides=overrides).status_code == 404


def test_headers_and_queries_that_are_wrong(harness: Harness, account: UUID) -> None:
    staff = harness.staff()
    assert send(staff, account, share="perhaps").status_code == 422
    assert send(staff, account, request_id="x").status_code == 422
    assert staff.post("/v1/accounts/not-an-id/documents", data=PDF).status_code == 404

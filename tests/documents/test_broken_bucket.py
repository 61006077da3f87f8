"""A bucket that fails: what it refuses for a moment is sent again, what it refuses for good leaves no row."""

import re
from collections.abc import Callable
from uuid import UUID

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from services.chassis.testing.fixtures import OpenHarness
from services.chassis.testing.harness import Harness
from services.documents.service import SERVICE
from tests.documents.samples import PDF, send


class Bucket:
    """An S3 that keeps what is put, in parts too, and answers the first `failures` of them with 500."""

    def __init__(self, failures: int) -> None:
        self.failures, self.puts, self.kept = failures, 0, dict[str, bytes]()
        self._parts: dict[str, bytes] = {}

    def answer(self, request: Request) -> Response:
        if request.method == "PUT":
            return self._put(request)
        if request.method == "POST" and "uploads" in request.args:
            return Response("<InitiateMultipartUploadResult><UploadId>1</UploadId></InitiateMultipartUploadResult>")
        if request.method == "POST":
            self.kept[request.path] = self._parts.pop(request.path)
            return Response('<CompleteMultipartUploadResult><ETag>"1"</ETag></CompleteMultipartUploadResult>')
        if request.method == "DELETE":
            return Response(status=204)
        body = self.kept.get(request.path)
        if body is None:
            return Response("<Error><Code>NoSuchKey</Code></Error>", 404)
        span = {"ETag": '"1"', "Content-Range": f"bytes 0-{len(body) - 1}/{len(body)}"}
        return Response(body, 206, span | {"Last-Modified": "Fri, 20 Nov 2026 09:00:00 GMT"})

    def _put(self, request: Request) -> Response:
        self.puts += 1
        if self.puts <= self.failures:
            return Response("<Error><Code>InternalError</Code></Error>", 500)
        kept = self._parts if "partNumber" in request.args else self.kept
        kept[request.path] = request.get_data()
        return Response(headers={"ETag": '"1"'})


@pytest.fixture
def on_bucket(
    open_harness: OpenHarness, httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch
) -> Callable[[int], tuple[Harness, Bucket]]:
    def open_one(failures: int) -> tuple[Harness, Bucket]:
        bucket = Bucket(failures)
        httpserver.expect_request(re.compile(".*")).respond_with_handler(bucket.answer)
        access = {"AWS_ENDPOINT": httpserver.url_for(""), "AWS_ALLOW_HTTP": "true", "AWS_REGION": "us-east-1"}
        for name, value in (access | {"AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x"}).items():
            monkeypatch.setenv(name, value)
        return open_harness(SERVICE, ATRIO_FILES_URL="s3://files/atrio"), bucket

    return open_one


def test_what_fails_for_a_moment_is_sent_again_and_kept_once(on_bucket, account: UUID) -> None:
    harness, bucket = on_bucket(2)
    answer = send(harness.staff(), account)
    assert answer.status_code == 201
    assert (bucket.puts, list(bucket.kept.values())) == (3, [PDF])
    assert harness.staff().get(f"/v1/documents/{answer.json['id']}/content").data == PDF


def test_what_fails_for_good_leaves_no_row(on_bucket, account: UUID) -> None:
    harness, bucket = on_bucket(1000)
    answer = send(harness.staff(), account)
    assert (answer.status_code, answer.json["code"]) == (503, "unavailable")
    assert harness.staff().get("/v1/documents").json["items"] == []
    assert not harness.recorded("documents.document.uploaded.v1")
    assert 1 < bucket.puts < 10

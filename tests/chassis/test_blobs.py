"""Stored files: one class of tests for the local folder and for S3."""

import hashlib
import os
from base64 import b64encode
from collections.abc import Iterator

import boto3
import pytest
from moto.server import ThreadedMotoServer

from services.chassis.blobs import BlobMissing, Blobs, open_blobs
from services.chassis.blobs_sealed import BlobKeys

PIECE = 1024 * 1024


@pytest.fixture(scope="module")
def s3_url() -> Iterator[str]:
    server = ThreadedMotoServer("127.0.0.1", 0)
    server.start()
    _, port = server.get_host_and_port()
    settings = {
        "AWS_ENDPOINT": f"http://127.0.0.1:{port}",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_REGION": "us-east-1",
        "AWS_ALLOW_HTTP": "true",
    }
    with pytest.MonkeyPatch.context() as patch:
        for name, value in settings.items():
            patch.setenv(name, value)
        client = boto3.client("s3", endpoint_url=settings["AWS_ENDPOINT"], region_name="us-east-1")
        client.create_bucket(Bucket="files")
        yield "s3://files/atrio"
    server.stop()


@pytest.fixture(params=["file", "s3", "file, encrypted", "s3, encrypted"])
def blobs(request: pytest.FixtureRequest, tmp_path) -> Blobs:
    url = request.getfixturevalue("s3_url") if "s3" in request.param else f"file://{tmp_path}/files"
    keys = BlobKeys.of(b64encode(bytes(32)).decode()) if "encrypted" in request.param else None
    return open_blobs(url, "documents", keys)


class TestBlobs:
    def test_gives_back_what_was_written(self, blobs: Blobs) -> None:
        content = os.urandom(3 * PIECE + 17)
        pieces = [content[start : start + 70_000] for start in range(0, len(content), 70_000)]
        blob = blobs.write("ab/cd-1", pieces)
        assert (blob.size, blob.sha256) == (len(content), hashlib.sha256(content).hexdigest())
        assert b"".join(blobs.read("ab/cd-1")) == content
        assert blobs.size("ab/cd-1") == len(content)

    @pytest.mark.parametrize(("start", "end"), [(0, 1), (5, 10), (PIECE - 1, PIECE + 1), (7, None), (3, 3)])
    def test_reads_a_part(self, blobs: Blobs, start: int, end: int | None) -> None:
        content = os.urandom(PIECE + 100)
        blobs.write("part", [content])
        assert b"".join(blobs.read("part", start, end)) == content[start:end]

    def test_holds_an_empty_file(self, blobs: Blobs) -> None:
        assert blobs.write("empty", []).size == 0
        assert b"".join(blobs.read("empty")) == b""

    def test_a_write_that_breaks_off_leaves_nothing(self, blobs: Blobs) -> None:
        def broken() -> Iterator[bytes]:
            yield b"half"
            raise ConnectionError("the sender went away")

        with pytest.raises(Exception, match="the sender went away"):
            blobs.write("broken", broken())
        assert not blobs.exists("broken")

    def test_a_broken_overwrite_keeps_what_was_there(self, blobs: Blobs) -> None:
        blobs.write("kept", [b"first"])

        def broken() -> Iterator[bytes]:
            yield b"second"
            raise ConnectionError("the sender went away")

        with pytest.raises(Exception, match="the sender went away"):
            blobs.write("kept", broken())
        assert b"".join(blobs.read("kept")) == b"first"

    def test_says_that_a_file_is_missing(self, blobs: Blobs) -> None:
        with pytest.raises(BlobMissing):
            blobs.size("nowhere")
        with pytest.raises(BlobMissing):
            b"".join(blobs.read("nowhere"))

    def test_deletes_once_and_again(self, blobs: Blobs) -> None:
        blobs.write("gone", [b"x"])
        blobs.delete("gone")
        blobs.delete("gone")
        assert not blobs.exists("gone")

    @pytest.mark.parametrize(
        "key", ["../up", "/etc/passwd", "a/../b", "", "a//b", "a\x00b", ".hidden", "a/.unfinished/b"]
    )
    def test_refuses_a_key_that_could_leave_the_folder(self, blobs: Blobs, key: str) -> None:
        with pytest.raises(ValueError, match="no key"):
            blobs.write(key, [b"x"])


def test_services_do_not_see_each_others_files(tmp_path) -> None:
    open_blobs(f"file://{tmp_path}", "documents").write("a", [b"x"])
    assert not open_blobs(f"file://{tmp_path}", "signing").exists("a")


def test_what_a_killed_process_left_is_swept(tmp_path) -> None:
    blobs = open_blobs(f"file://{tmp_path}", "documents")
    left = tmp_path / "documents" / ".unfinished" / "left"
    left.write_bytes(b"half a file")
    assert blobs.sweep(older_than_seconds=3600) == 0
    os.utime(left, (0, 0))
    assert blobs.sweep(older_than_seconds=3600) == 1
    assert not left.exists()

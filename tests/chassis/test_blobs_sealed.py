"""Files encrypted with the firm's key: any range comes back, nothing that was changed or cut off does."""

from base64 import b64encode
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.chassis.blobs import LocalBlobs
from services.chassis.blobs_sealed import (
    CHUNK,
    HEADER,
    TAG,
    BlobKeys,
    KeyMissing,
    SealedBlobs,
    Tampered,
)

OLD, NEW = b64encode(b"o" * 32).decode(), b64encode(b"n" * 32).decode()
SIZES = (0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, 3 * CHUNK + 77)
FEW = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def content_of(size: int) -> bytes:
    return bytes(number * 31 % 251 for number in range(min(size, 4096))) * (size // 4096 + 1)


@pytest.fixture
def plain(tmp_path: Path) -> LocalBlobs:
    return LocalBlobs(tmp_path / "files")


@pytest.fixture
def blobs(plain: LocalBlobs) -> SealedBlobs:
    return SealedBlobs(plain, BlobKeys.of(NEW, [OLD]))


def read(blobs: SealedBlobs, key: str, start: int = 0, end: int | None = None) -> bytes:
    return b"".join(blobs.read(key, start, end))


@FEW
@given(size=st.sampled_from(SIZES), start=st.integers(0, 4 * CHUNK), length=st.integers(0, 4 * CHUNK), data=st.data())
def test_every_range_is_that_of_the_plain_file(
    blobs: SealedBlobs, size: int, start: int, length: int, data: st.DataObject
) -> None:
    content = content_of(size)[:size]
    cut = data.draw(st.integers(0, size))
    found = blobs.write("a/b", [content[:cut], content[cut:]])
    assert found.size == size == blobs.size("a/b")
    assert read(blobs, "a/b", start, start + length) == content[start : start + length]
    assert read(blobs, "a/b") == content


@FEW
@given(size=st.sampled_from(SIZES), data=st.data())
def test_nothing_that_was_cut_off_or_altered_is_read(
    blobs: SealedBlobs, plain: LocalBlobs, size: int, data: st.DataObject
) -> None:
    blobs.write("a/b", [content_of(size)[:size]])
    whole = b"".join(plain.read("a/b"))
    place = data.draw(st.integers(len(b"\0ATRIO\x01\n"), len(whole) - 1))
    cut, flipped = whole[:place], whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :]
    for damaged in (cut, flipped, whole + b"\0", whole + whole[HEADER:]):
        plain.write("a/b", [damaged])
        with pytest.raises((Tampered, KeyMissing)):
            read(blobs, "a/b")
    plain.write("a/b", [whole])
    assert read(blobs, "a/b") == content_of(size)[:size]  # the control


def test_a_range_of_a_file_cut_at_a_chunk_is_not_read(blobs: SealedBlobs, plain: LocalBlobs) -> None:
    blobs.write("a/b", [content_of(3 * CHUNK)])
    plain.write("a/b", [b"".join(plain.read("a/b"))[: HEADER + 2 * (CHUNK + TAG)]])
    with pytest.raises(Tampered):
        read(blobs, "a/b", 0, 10)


def test_no_file_stands_in_for_another_and_no_chunk_moves(blobs: SealedBlobs, plain: LocalBlobs) -> None:
    blobs.write("a/b", [content_of(2 * CHUNK)])
    whole = b"".join(plain.read("a/b"))
    plain.write("a/c", [whole])
    with pytest.raises(Tampered):
        read(blobs, "a/c")
    first, second = HEADER, HEADER + CHUNK + TAG
    plain.write("a/b", [whole[:first], whole[second:], whole[first:second]])
    with pytest.raises(Tampered):
        read(blobs, "a/b")


def test_the_content_is_not_to_be_seen_in_the_store(blobs: SealedBlobs, plain: LocalBlobs) -> None:
    blobs.write("a/b", [b"Confidential" * 100])
    assert b"Confidential" not in b"".join(plain.read("a/b"))
    blobs.write("a/c", [b"Confidential" * 100])
    assert b"".join(plain.read("a/b"))[HEADER:] != b"".join(plain.read("a/c"))[HEADER:]


def test_plain_files_stay_readable_and_are_sealed_by_rotation(blobs: SealedBlobs, plain: LocalBlobs) -> None:
    plain.write("a/b", [b"of before"])
    assert (read(blobs, "a/b"), blobs.size("a/b"), blobs.needs_sealing("a/b")) == (b"of before", 9, True)
    blobs.seal_again("a/b")
    assert (read(blobs, "a/b"), blobs.needs_sealing("a/b")) == (b"of before", False)
    assert b"of before" not in b"".join(plain.read("a/b"))


def test_a_new_key_takes_over_and_the_old_one_is_not_needed_then(plain: LocalBlobs) -> None:
    SealedBlobs(plain, BlobKeys.of(OLD)).write("a/b", [b"content"])
    both, alone = SealedBlobs(plain, BlobKeys.of(NEW, [OLD])), SealedBlobs(plain, BlobKeys.of(NEW))
    with pytest.raises(KeyMissing):
        read(alone, "a/b")
    both.seal_again("a/b")
    assert read(alone, "a/b") == b"content"


def test_a_key_has_32_bytes() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        BlobKeys.of(b64encode(b"short").decode())

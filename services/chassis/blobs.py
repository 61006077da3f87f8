"""Stored files: a local folder or S3, one interface. Keys are made by us, never taken from a file's name."""

import hashlib
import os
import re
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Protocol, cast
from urllib.parse import urlsplit

from services.chassis.columns import new_id

if TYPE_CHECKING:
    from obstore.store import S3Store

    from services.chassis.blobs_sealed import BlobKeys

PIECE, SPAN = 1024 * 1024, 4 * 1024 * 1024
KEY = re.compile(r"^[A-Za-z0-9][A-Za-z0-9_-]*(/[A-Za-z0-9][A-Za-z0-9._-]*)*$")
UNFINISHED = ".unfinished"


class BlobMissing(LookupError):
    """There is no stored file of that key."""


@dataclass(frozen=True)
class Blob:
    """What was stored: its size in bytes and the SHA-256 of its content in hex."""

    key: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Stored:
    """A file as the store lists it: its size there and when it was written, in seconds since 1970."""

    key: str
    size: int
    written_at: float


class Blobs(Protocol):
    """A place for files. What `write` returned is there, whole, whatever happens afterwards."""

    def write(self, key: str, pieces: Iterable[bytes]) -> Blob:
        """Store the pieces under `key` and return what was stored; if `pieces` raises, nothing remains."""
        ...

    def read(self, key: str, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """Yield the bytes from `start` up to, not including, `end` in pieces of 1 MiB; raise `BlobMissing`."""
        ...

    def size(self, key: str) -> int:
        """Return the size in bytes; raise `BlobMissing`."""
        ...

    def exists(self, key: str) -> bool:
        """Return whether a file is stored under `key`."""
        ...

    def delete(self, key: str) -> None:
        """Remove the file, if it is there."""
        ...

    def stored(self) -> Iterator[Stored]:
        """Yield every file that is stored, in no order."""
        ...

    def sweep(self, older_than_seconds: float) -> int:
        """Remove what broken-off writes left behind, if older than that; return how many files went."""
        ...


def open_blobs(url: str, service: str, keys: "BlobKeys | None" = None) -> Blobs:
    """Return the files of `service` at `url` (`file:///folder` or `s3://bucket/prefix`), encrypted with `keys`."""
    blobs = _open_plain(url, service)
    if keys is None or not keys.known:
        return blobs
    from services.chassis.blobs_sealed import SealedBlobs

    return SealedBlobs(blobs, keys)


def _open_plain(url: str, service: str) -> Blobs:
    parts = urlsplit(url)
    if parts.scheme == "file":
        return LocalBlobs(Path(parts.path) / service)
    if parts.scheme == "s3":
        from obstore.store import from_url  # 2 MB, for S3 alone

        retries: Any = {"max_retries": 4, "retry_timeout": timedelta(seconds=30)}
        # What is given here stands for all that the environment says of the client, so that is said again.
        limits: Any = {"connect_timeout": "5s", "timeout": "60s", "allow_http": _allows_http()}
        store = from_url(f"{url.rstrip('/')}/{service}", retry_config=retries, client_options=limits)
        return ObjectBlobs(cast("S3Store", store))
    raise ValueError(f"ATRIO_FILES_URL is {parts.scheme}://, not file:// or s3://")


def _allows_http() -> bool:
    return os.environ.get("AWS_ALLOW_HTTP", "").lower() in ("1", "true", "yes", "on")


def _checked(key: str) -> str:
    if not KEY.match(key):
        raise ValueError(f"{key!r} is no key of a stored file")
    return key


def hashed(pieces: Iterable[bytes], found: list[int], digest: "hashlib._Hash") -> Iterator[bytes]:
    """Yield the pieces as they are, adding their length to `found` and their bytes to `digest`."""
    for piece in pieces:
        digest.update(piece)
        found[0] += len(piece)
        yield piece


class LocalBlobs:
    """Files below a folder. Written aside, synced, renamed, and the folder synced: a power cut loses nothing.

    Not over obstore, whose local store does not sync what it writes.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._aside = folder / UNFINISHED
        self._aside.mkdir(parents=True, exist_ok=True)

    def write(self, key: str, pieces: Iterable[bytes]) -> Blob:
        place = self.folder / _checked(key)
        aside = self._aside / str(new_id())
        size, digest = [0], hashlib.sha256()
        try:
            with aside.open("xb") as file:
                for piece in hashed(pieces, size, digest):
                    file.write(piece)
                file.flush()
                os.fsync(file.fileno())
            self._make_folder(place.parent)
            aside.replace(place)
            _sync_folder(place.parent)
        except BaseException:
            aside.unlink(missing_ok=True)
            raise
        return Blob(key, size[0], digest.hexdigest())

    def _make_folder(self, folder: Path) -> None:
        if folder.exists():
            return
        folder.mkdir(parents=True, exist_ok=True)
        while folder != self.folder:  # a new folder is an entry in the one above it, which is synced too
            folder = folder.parent
            _sync_folder(folder)

    def read(self, key: str, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        try:
            file = (self.folder / _checked(key)).open("rb")
        except FileNotFoundError:
            raise BlobMissing(key) from None
        return self._pieces(file, start, end)

    @staticmethod
    def _pieces(file: BinaryIO, start: int, end: int | None) -> Iterator[bytes]:
        with file as opened:
            opened.seek(start)
            left = None if end is None else end - start
            while left is None or left > 0:
                piece = opened.read(PIECE if left is None else min(PIECE, left))
                if not piece:
                    return
                left = None if left is None else left - len(piece)
                yield piece

    def size(self, key: str) -> int:
        try:
            return (self.folder / _checked(key)).stat().st_size
        except FileNotFoundError:
            raise BlobMissing(key) from None

    def exists(self, key: str) -> bool:
        return (self.folder / _checked(key)).is_file()

    def delete(self, key: str) -> None:
        (self.folder / _checked(key)).unlink(missing_ok=True)

    def stored(self) -> Iterator[Stored]:
        for folder, folders, names in os.walk(self.folder):
            if folder == str(self.folder) and UNFINISHED in folders:
                folders.remove(UNFINISHED)
            for name in names:
                path = Path(folder, name)
                try:
                    facts = path.stat()
                except FileNotFoundError:  # deleted since
                    continue
                yield Stored(path.relative_to(self.folder).as_posix(), facts.st_size, facts.st_mtime)

    def sweep(self, older_than_seconds: float) -> int:
        limit = time.time() - older_than_seconds
        old = [path for path in self._aside.iterdir() if path.stat().st_mtime < limit]
        for path in old:
            path.unlink(missing_ok=True)
        return len(old)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


class ObjectBlobs:
    """Files in an S3-compatible store; a write is one upload in parts, seen only when it is whole."""

    def __init__(self, store: "S3Store") -> None:
        import obstore

        self._store, self._calls = store, obstore

    def write(self, key: str, pieces: Iterable[bytes]) -> Blob:
        size, digest = [0], hashlib.sha256()
        self._calls.put(self._store, _checked(key), hashed(pieces, size, digest), chunk_size=8 * PIECE)
        return Blob(key, size[0], digest.hexdigest())

    def read(self, key: str, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        stop = self.size(key) if end is None else end
        if stop <= start:
            return iter(())
        return self._following(key, self._span(key, start, stop), start, stop)

    def _following(self, key: str, span: bytes, start: int, stop: int) -> Iterator[bytes]:
        # A request for each span: one over all would pass its time limit where the reader is slow.
        while True:
            yield from (span[place : place + PIECE] for place in range(0, len(span), PIECE))
            start += SPAN
            if start >= stop or len(span) < SPAN:
                return
            span = self._span(key, start, stop)

    def _span(self, key: str, start: int, stop: int) -> bytes:
        try:
            return bytes(self._calls.get_range(self._store, _checked(key), start=start, end=min(start + SPAN, stop)))
        except FileNotFoundError:
            raise BlobMissing(key) from None

    def size(self, key: str) -> int:
        try:
            return self._calls.head(self._store, _checked(key))["size"]
        except FileNotFoundError:
            raise BlobMissing(key) from None

    def exists(self, key: str) -> bool:
        try:
            self.size(key)
        except BlobMissing:
            return False
        return True

    def delete(self, key: str) -> None:
        self._calls.delete(self._store, _checked(key))

    def stored(self) -> Iterator[Stored]:
        for page in self._calls.list(self._store):
            for one in page:
                yield Stored(one["path"], one["size"], one["last_modified"].timestamp())

    def sweep(self, older_than_seconds: float) -> int:
        return 0  # the store drops uploads that were never completed

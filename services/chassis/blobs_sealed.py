"""Stored files encrypted with the firm's key: AES-256-GCM in chunks, so that a range is read without the rest.

The construction is STREAM (Hoang, Reyhanitabar, Rogaway, Vizár 2015, section 5): each chunk is sealed under a nonce
that holds its number and whether it is the last, so that chunks cannot be moved, left out or cut off. Each file has
a key of its own, made by HKDF (RFC 5869) from the firm's key and a random salt; the header and the file's name in the
store are authenticated with every chunk, so that no file can stand in for another. docs/decisions/0021 has the format.
"""

import hashlib
import os
import struct
from base64 import b64decode
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from services.chassis.blobs import Blob, BlobMissing, Blobs, Stored, hashed

MAGIC = b"\0ATRIO\x01\n"
"""Begins with a zero byte, as nothing does that may be uploaded: a plain file is never taken for a sealed one."""
CHUNK, TAG, SALT, KEY_ID = 64 * 1024, 16, 16, 8
HEADER, SEALED = len(MAGIC) + KEY_ID + SALT, CHUNK + TAG


class Tampered(ValueError):
    """What is stored is not what was written: altered, cut off, or another file's."""


class KeyMissing(LookupError):
    """The file was sealed with a key that is not given here."""


@dataclass(frozen=True)
class BlobKeys:
    """The firm's keys: new files are sealed with `present` (None: not at all), `known` opens those of before."""

    present: bytes | None
    known: dict[bytes, bytes]

    @classmethod
    def of(cls, present: str, old: Iterable[str] = ()) -> "BlobKeys":
        """Return the keys given in base64; raise `ValueError` unless each is of 32 bytes."""
        key = parse_key(present) if present else None
        every = [*([key] if key else []), *(parse_key(text) for text in old)]
        return cls(key, {key_id(one): one for one in every})


def parse_key(text: str) -> bytes:
    """Return the 32 bytes of a key in base64; raise `ValueError`."""
    key = b64decode(text.strip(), validate=True)
    if len(key) != 32:
        raise ValueError("the key has not 32 bytes")
    return key


def key_id(key: bytes) -> bytes:
    """Return by what a file names its key; nothing of the key is told by it."""
    return hashlib.sha256(b"atrio blob key id" + key).digest()[:KEY_ID]


class SealedBlobs:
    """Files in `inner`, encrypted with the present key. Plain files of before stay readable."""

    def __init__(self, inner: Blobs, keys: BlobKeys) -> None:
        self._inner, self._keys = inner, keys

    def write(self, key: str, pieces: Iterable[bytes]) -> Blob:
        if self._keys.present is None:
            return self._inner.write(key, pieces)
        header = MAGIC + key_id(self._keys.present) + os.urandom(SALT)
        size, digest = [0], hashlib.sha256()
        self._inner.write(key, _sealed(_File(self._keys.present, header, key), hashed(pieces, size, digest)))
        return Blob(key, size[0], digest.hexdigest())

    def read(self, key: str, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        header = self._header(key)
        if header is None:
            return self._inner.read(key, start, end)
        file, stored = self._file(key, header), self._inner.size(key)
        size = _plain_size(stored)
        return self._opened(file, stored, start, size if end is None else min(end, size))

    def _opened(self, file: "_File", stored: int, start: int, stop: int) -> Iterator[bytes]:
        last, first, final = _chunks_of(stored) - 1, start // CHUNK, max(0, (stop - 1) // CHUNK)
        if final < last:  # that nothing was cut off is told by the last chunk alone
            for _ in self._chunks(file, stored, range(last, last + 1), last):
                pass
        if start >= stop > 0:
            return
        for number, chunk in enumerate(self._chunks(file, stored, range(first, final + 1), last), start=first):
            begin = number * CHUNK
            if piece := chunk[max(0, start - begin) : stop - begin]:
                yield piece

    def _chunks(self, file: "_File", stored: int, wanted: range, last: int) -> Iterator[bytes]:
        """Yield the opened chunks `wanted`, of which `last` is the file's last."""
        begin, stop = (min(HEADER + number * SEALED, stored) for number in (wanted.start, wanted.stop))
        number, kept = wanted.start, b""
        for piece in self._inner.read(file.name, begin, stop):
            kept += piece
            whole = len(kept) // SEALED
            for place in range(0, whole * SEALED, SEALED):
                yield file.open(kept[place : place + SEALED], number, last=number == last)
                number += 1
            kept = kept[whole * SEALED :]
        if number < wanted.stop:
            yield file.open(kept, number, last=number == last)

    def size(self, key: str) -> int:
        return self._inner.size(key) if self._header(key) is None else _plain_size(self._inner.size(key))

    def exists(self, key: str) -> bool:
        return self._inner.exists(key)

    def delete(self, key: str) -> None:
        self._inner.delete(key)

    def sweep(self, older_than_seconds: float) -> int:
        return self._inner.sweep(older_than_seconds)

    def stored(self) -> Iterator[Stored]:
        return self._inner.stored()

    def needs_sealing(self, key: str) -> bool:
        """Return whether a file is plain or sealed with another key than the present one; raise `BlobMissing`."""
        header = self._header(key)
        if self._keys.present is None:
            return False
        return header is None or header[len(MAGIC) : len(MAGIC) + KEY_ID] != key_id(self._keys.present)

    def seal_again(self, key: str) -> None:
        """Seal a file with the present key, in one step that is seen whole or not at all."""
        with suppress(BlobMissing):  # deleted meanwhile
            self.write(key, self.read(key))

    def _header(self, key: str) -> bytes | None:
        header = b"".join(self._inner.read(key, 0, min(HEADER, self._inner.size(key))))
        if not header.startswith(MAGIC):
            return None
        if len(header) < HEADER:
            raise Tampered(f"{key} ends in its header")
        return header

    def _file(self, key: str, header: bytes) -> "_File":
        master = self._keys.known.get(header[len(MAGIC) : len(MAGIC) + KEY_ID])
        if master is None:
            raise KeyMissing(f"{key} is encrypted with a key that is not given")
        return _File(master, header, key)


class _File:
    """The cipher of one file."""

    def __init__(self, master: bytes, header: bytes, name: str) -> None:
        derived = HKDF(SHA256(), 32, salt=header[-SALT:], info=b"atrio stored file").derive(master)
        self._cipher, self.header, self._about, self.name = AESGCM(derived), header, header + name.encode(), name

    def seal(self, chunk: bytes, number: int, *, last: bool) -> bytes:
        return self._cipher.encrypt(_nonce(number, last), chunk, self._about)

    def open(self, chunk: bytes, number: int, *, last: bool) -> bytes:
        try:
            return self._cipher.decrypt(_nonce(number, last), chunk, self._about)
        except (InvalidTag, ValueError) as error:
            raise Tampered(f"chunk {number} of {self.name} is not what was written") from error


def _chunks_of(stored: int) -> int:
    """Return of how many chunks a stored file is; raise `Tampered` where no file can have that size."""
    whole, rest = divmod(stored - HEADER, SEALED)
    if 0 < rest < TAG or whole + rest == 0:
        raise Tampered(f"no file is stored in {stored} bytes")
    return whole + bool(rest)


def _plain_size(stored: int) -> int:
    return stored - HEADER - _chunks_of(stored) * TAG


def _nonce(number: int, last: bool) -> bytes:
    # Never the same twice under one key: the key is the file's own.
    return struct.pack("!3xQ?", number, last)


def _sealed(file: _File, pieces: Iterable[bytes]) -> Iterator[bytes]:
    yield file.header
    number, kept = 0, bytearray()
    for piece in pieces:
        kept += piece
        while len(kept) > CHUNK:  # one byte more than a chunk tells that it is not the last
            yield file.seal(bytes(kept[:CHUNK]), number, last=False)
            del kept[:CHUNK]
            number += 1
    yield file.seal(bytes(kept), number, last=True)

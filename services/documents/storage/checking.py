"""Comparing rows and stored files, both ways, a few hundred at a time: memory stays flat however many there are."""

import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from services.chassis import clock
from services.chassis.blobs import BlobMissing, Stored
from services.chassis.runtime import Runtime
from services.documents.library.models import Version
from services.documents.models import Model
from services.documents.scanning.readiness import REMOVED
from services.documents.uploads.models import Upload
from services.documents.uploads.receiving import blob_key_of
from services.documents.uploads.resumable.models import ResumableUpload, UploadPart

AT_ONCE = 200
OURS = re.compile(r"^[0-9a-f]{2}/[0-9a-f]{32}$")
"""How the keys look that documents makes for the bytes of versions; nothing else is ever judged an orphan."""
DAY_SECONDS = 86400
Step = Callable[[], None]


@dataclass(frozen=True)
class Finding:
    """What is wrong: `missing`, `wrong_size`, `wrong_sha256`, `unreadable`, or `orphan` (a file without a row)."""

    kind: str
    key: str
    document_id: UUID | None = None
    version_id: UUID | None = None
    detail: str = ""
    removable: bool = False


def count_versions(session: Session) -> int:
    """Return how many versions have bytes to be compared."""
    return session.scalar(select(func.count()).select_from(Version).where(_has_bytes())) or 0


def check_versions(runtime: Runtime, *, quick: bool = False, step: Step = lambda: None) -> Iterator[Finding]:
    """Yield the versions whose bytes are missing or others; `quick` compares sizes alone. `step` hears of each."""
    last: UUID | None = None
    while page := _versions_after(runtime, last):
        for version in page:
            finding = _compare(runtime, version, quick)
            # What was erased between the two looks is no loss.
            if finding and _is_still_there(runtime, version.id):
                yield finding
            step()
        last = page[-1].id


def check_files(runtime: Runtime, *, step: Step = lambda: None) -> Iterator[Finding]:
    """Yield the stored files that no row names. Those of the last day may belong to an upload that goes on."""
    ours = (one for one in runtime.blobs.stored() if OURS.match(one.key))
    while page := list(islice(ours, AT_ONCE)):
        known = _known(runtime, [one.key for one in page])
        for one in page:
            if one.key not in known:
                yield Finding("orphan", one.key, detail=f"{one.size} bytes", removable=_is_old(one))
        step()


def whole(runtime: Runtime, version: Version) -> bool:
    """Return whether the bytes of a version are there and are those that were stored."""
    return _compare(runtime, version, quick=False) is None


def _versions_after(runtime: Runtime, last: UUID | None) -> list[Version]:
    query = select(Version).where(_has_bytes()).order_by(Version.id).limit(AT_ONCE)
    with runtime.database.reading() as session:
        found = session.scalars(query if last is None else query.where(Version.id > last)).all()
        session.expunge_all()
    return list(found)


def _has_bytes() -> ColumnElement[bool]:
    return Version.scan.is_distinct_from(REMOVED)


def _compare(runtime: Runtime, version: Version, quick: bool) -> Finding | None:
    def finding(kind: str, detail: str = "") -> Finding:
        return Finding(kind, version.blob_key, version.document_id, version.id, detail)

    try:
        size = runtime.blobs.size(version.blob_key)
        if size != version.size:
            return finding("wrong_size", f"{size} bytes instead of {version.size}")
        if quick:
            return None
        digest = hashlib.sha256()
        for piece in runtime.blobs.read(version.blob_key):
            digest.update(piece)
    except BlobMissing:
        return finding("missing")
    except (ValueError, LookupError) as error:  # encrypted, and altered or with a key that is not given
        return finding("unreadable", str(error))
    return None if digest.hexdigest() == version.sha256 else finding("wrong_sha256", digest.hexdigest())


def _is_still_there(runtime: Runtime, version_id: UUID) -> bool:
    with runtime.database.reading() as session:
        return session.scalar(select(Version.id).where(Version.id == version_id, _has_bytes())) is not None


def _known(runtime: Runtime, keys: list[str]) -> set[str]:
    """Return which of the keys some row names, in whatever table has a `blob_key`."""
    known: set[str] = set()
    with runtime.database.reading() as session:
        for table in Model.metadata.sorted_tables:
            if "blob_key" in table.c:
                query = select(table.c.blob_key).where(table.c.blob_key.in_(keys))
                if table is Version.__table__:
                    query = query.where(_has_bytes())
                known.update(session.scalars(query))
        for model in (Upload, UploadPart, ResumableUpload):  # bytes that are still coming in
            ids = session.scalars(select(model.id).where(model.id.in_([UUID(key[3:]) for key in keys])))
            known.update(blob_key_of(id) for id in ids)
    return known


def _is_old(one: Stored) -> bool:
    return clock.now().timestamp() - one.written_at > DAY_SECONDS

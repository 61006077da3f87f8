"""Making previews and keeping them. No transaction is open while a page is drawn."""

import json
from collections.abc import Callable, Collection
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from services.chassis import clock, observability
from services.chassis.auth import Caller
from services.chassis.blobs import BlobMissing, Blobs
from services.chassis.columns import new_id
from services.chassis.database import insert_into
from services.chassis.problems import Problem, not_found, unavailable
from services.chassis.runtime import Runtime
from services.chassis.sandbox import SandboxUnavailable
from services.documents.library import actions as library
from services.documents.library import queries as documents
from services.documents.library.models import Version
from services.documents.previews import drawing, queries
from services.documents.previews.drawing import KINDS, PAGES_AT_ONCE, WIDTHS, NoSuchPage, NotShown
from services.documents.previews.models import Preview, PreviewFile

log = observability.logger(__name__)
AHEAD = 20
Made = TypeVar("Made")


class Source(NamedTuple):
    """The bytes of which a preview is made."""

    version_id: UUID
    blob_key: str
    content_type: str
    size: int


def source_of(version: Version) -> Source:
    """Return the bytes of `version`."""
    return Source(version.id, version.blob_key, version.content_type, version.size)


def describe(runtime: Runtime, source: Source, part: int) -> dict[str, Any]:
    """Return how a version can be shown: its `status`, and the pages of `part` with their text where it is ready.

    Raises a 404 `Problem` for a part that is not there, 503 where nothing can be drawn at the moment.
    """
    if source.content_type not in KINDS:
        return _told("none")
    with runtime.database.reading() as session:
        known = queries.preview_of(session, source.version_id)
    if known and known.reason:
        return _told("refused", known.reason)
    try:
        sizes, texts = _inspected(runtime, source, part, known)
    except NotShown as refusal:
        _keep_refusal(runtime, source, refusal)
        return _told("refused", refusal.reason)
    first = (part - 1) * PAGES_AT_ONCE
    if first >= len(sizes):
        raise not_found("This page")
    shown = sizes[first : first + PAGES_AT_ONCE]
    pages = [
        {"number": first + place + 1, "width": wide, "height": high, "text": texts[place]}
        for place, (wide, high) in enumerate(shown)
    ]
    parts = -(-len(sizes) // PAGES_AT_ONCE)
    return _told("ready") | {"count": len(sizes), "part": part, "parts": parts, "pages": pages}


def page(runtime: Runtime, source: Source, number: int, width: int) -> bytes:
    """Return a page as WebP, made now where nobody has looked at it before.

    Raises a `Problem`: 404 for a page that is not there, 422 `no_preview` where the file cannot be shown, 503.
    """
    if source.content_type not in KINDS:
        raise no_preview("none")
    with runtime.database.reading() as session:
        known = queries.preview_of(session, source.version_id)
    if known and known.reason:
        raise no_preview(known.reason)
    if known and number > len(known.pages):
        raise not_found("This page")
    try:
        return _kept(runtime, source, f"w{width}", number, lambda: _drawn(runtime, source, number, width))
    except NoSuchPage:
        raise not_found("This page") from None
    except NotShown as refusal:
        if known is None:  # else it is this page alone that cannot be drawn
            _keep_refusal(runtime, source, refusal)
        raise no_preview(refusal.reason) from None


def no_preview(reason: str) -> Problem:
    """Return the answer for a file that cannot be shown; it can still be downloaded."""
    return Problem(422, "no_preview", "This file cannot be shown here", "Download it to open it.", reason=reason)


def record_view(session: Session, caller: Caller, document_id: UUID, number: int) -> None:
    """Record that a person reads a version on the pages of the portal: once, however many pages they turn."""
    documents.get_document(session, caller, document_id, lock=True)  # two pages come at once
    if not queries.reads_already(session, caller, document_id, number):
        library.record_opening(session, caller, document_id, number=number, how="preview")


def make_ahead(runtime: Runtime) -> None:
    """Draw the first page of what was shared lately, so that nobody waits for it."""
    with runtime.database.reading() as session:
        found = [Source(*row) for row in session.execute(queries.made_ahead(AHEAD))]
    for source in found:
        try:
            describe(runtime, source, 1)
            for width in WIDTHS:
                page(runtime, source, 1, width)
        except Problem as problem:
            if problem.status == 503:
                return  # the next round tries again
            log.info("no_preview", version=str(source.version_id), code=problem.code)


def forget(session: Session, blobs: Blobs, version_ids: Collection[UUID]) -> None:
    """Remove the previews of versions whose bytes go."""
    _remove(session, blobs, PreviewFile.version_id.in_(version_ids))
    session.execute(delete(Preview).where(Preview.version_id.in_(version_ids)))


def sweep(runtime: Runtime) -> None:
    """Remove the stored previews of versions that are gone."""
    with runtime.database.unit_of_work() as session:
        _remove(session, runtime.blobs, PreviewFile.version_id.is_(None))


def _remove(session: Session, blobs: Blobs, which: Any) -> None:
    for blob_key in session.scalars(select(PreviewFile.blob_key).where(which)).all():
        blobs.delete(blob_key)
    session.execute(delete(PreviewFile).where(which).execution_options(synchronize_session=False))


def _told(status: str, reason: str | None = None) -> dict[str, Any]:
    return {"status": status, "reason": reason, "count": 0, "part": 1, "parts": 0, "pages": [], "widths": WIDTHS}


def _inspected(
    runtime: Runtime, source: Source, part: int, known: Preview | None
) -> tuple[list[list[float]], list[str]]:
    sizes: list[list[float]] = known.pages if known else []
    if known and (part - 1) * PAGES_AT_ONCE >= len(sizes):
        return sizes, []

    def inspect() -> bytes:
        nonlocal sizes
        sizes, texts = _tried(lambda: drawing.pages_and_texts(_bytes(runtime, source), source.content_type, part))
        if part == 1 or texts:
            _keep(runtime, source, sizes)
        return json.dumps(texts).encode()

    text = _kept(runtime, source, "text", part, inspect)
    if not sizes:  # the text was kept and the sizes were not
        inspect()
    return sizes, json.loads(text)


def _drawn(runtime: Runtime, source: Source, number: int, width: int) -> bytes:
    return _tried(lambda: drawing.page(_bytes(runtime, source), source.content_type, number, width))


def _tried(make: Callable[[], Made]) -> Made:
    try:
        return make()
    except SandboxUnavailable as error:
        raise unavailable("No page can be drawn at the moment. Try again shortly.") from error


def _bytes(runtime: Runtime, source: Source) -> bytes:
    drawing.check(source.size)
    try:
        return b"".join(runtime.blobs.read(source.blob_key))
    except Exception as error:  # lost, or a disk or an object store that fails with errors of its own
        log.error("stored_file_unreadable", version=str(source.version_id), error=str(error))
        raise unavailable("The stored file cannot be read at the moment.") from error


def _kept(runtime: Runtime, source: Source, kind: str, number: int, make: Callable[[], bytes]) -> bytes:
    """Return the file that was made before, else make and store it."""
    with runtime.database.reading() as session:
        found = queries.file_of(session, source.version_id, kind, number)
    if found:
        try:
            return b"".join(runtime.blobs.read(found.blob_key))
        except BlobMissing:
            log.warning("preview_lost", version=str(source.version_id), kind=kind, page=number)
    made = make()
    # The key is the same whoever makes it, so that two who do it at once leave one file.
    id = source.version_id.hex
    blob = runtime.blobs.write(f"{id[-2:]}/{id}-{kind}-{number}", [made])
    values = {"version_id": source.version_id, "kind": kind, "page": number, "size": blob.size}
    with runtime.database.unit_of_work() as session:
        row = insert_into(session, PreviewFile).values(id=new_id(), blob_key=blob.key, made_at=clock.now(), **values)
        session.execute(row.on_conflict_do_nothing())
    return made


def _keep(runtime: Runtime, source: Source, sizes: list[list[float]], reason: str | None = None) -> None:
    values = {"version_id": source.version_id, "pages": sizes, "reason": reason, "made_at": clock.now()}
    with runtime.database.unit_of_work() as session:
        session.execute(insert_into(session, Preview).values(**values).on_conflict_do_nothing())


def _keep_refusal(runtime: Runtime, source: Source, refusal: NotShown) -> None:
    log.info("no_preview", version=str(source.version_id), reason=str(refusal))
    _keep(runtime, source, [], refusal.reason)

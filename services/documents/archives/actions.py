"""Writing archives while they are sent. Each document is looked up again when its turn comes."""

from collections.abc import Callable, Iterable, Iterator
from itertools import chain

from services.chassis import observability
from services.chassis.account_data.archive import Entry, zipped
from services.chassis.auth import Caller
from services.chassis.problems import Problem
from services.chassis.runtime import Runtime
from services.documents.archives.policy import MISSING, unique
from services.documents.archives.queries import Chosen
from services.documents.library import actions as library
from services.documents.library import queries as reads
from services.documents.library.models import Version

log = observability.logger(__name__)


def archive(runtime: Runtime, caller: Caller, documents: Iterable[Chosen]) -> Iterator[bytes]:
    """Yield a zip of the newest version of each document that `caller` may read when its turn comes.

    What cannot be read then stands in `_missing.txt`, and the archive is whole without it. Each document that goes in
    is recorded as downloaded.
    """
    return zipped(_entries(runtime, caller, documents))


def _entries(runtime: Runtime, caller: Caller, documents: Iterable[Chosen]) -> Iterator[Entry]:
    taken: dict[str, set[str]] = {"": {MISSING.casefold()}}
    missing: list[str] = []
    for document in documents:
        path = document.folder + unique(document.name, taken.setdefault(document.folder, set()))
        pieces = _opened(runtime, caller, document)
        if pieces is None:
            missing.append(path)
            continue
        yield Entry(path, _reading(pieces, path, missing), stored=True)
    if missing:
        yield Entry(MISSING, lambda: [f"{path}\r\n".encode() for path in missing])


def _opened(runtime: Runtime, caller: Caller, document: Chosen) -> Iterator[bytes] | None:
    """Return the bytes of a document and record that they go out; None where they cannot."""
    try:
        with runtime.database.reading() as session:
            _found, version = reads.get_version(session, caller, document.id, None)
        pieces = runtime.blobs.read(version.blob_key)
        first = next(pieces, b"")
        _record(runtime, caller, version)
        return chain([first], pieces)
    except Problem as problem:
        log.info("left_out_of_archive", document=str(document.id), code=problem.code)
    except Exception as error:  # lost, or a disk or an object store that fails with errors of its own
        log.error("stored_file_unreadable", document=str(document.id), error=str(error))
    return None


def _reading(pieces: Iterator[bytes], path: str, missing: list[str]) -> Callable[[], Iterator[bytes]]:
    def read() -> Iterator[bytes]:
        try:
            yield from pieces
        except Exception as error:  # half of a file is told as none
            log.error("stored_file_unreadable", path=path, error=str(error))
            missing.append(path)

    return read


def _record(runtime: Runtime, caller: Caller, version: Version) -> None:
    if caller.kind == "service" or caller.read_only:
        return
    with runtime.database.unit_of_work() as session:
        library.record_opening(session, caller, version.document_id, number=version.number, how="download")

"""Which versions may be opened. Whoever gives bytes out asks here, whatever way the bytes go.

`Version.scan` is None where nothing was to be checked (no scanner, or sealed by ourselves), else one of these words.
"""

from sqlalchemy import ColumnElement, or_

from services.chassis.problems import Problem, conflict, not_found
from services.documents.library.models import Version

WAITING, CLEAN, QUARANTINED, RELEASED, REMOVED = "waiting", "clean", "quarantined", "released", "removed"
LOST = "lost"
OPEN = (CLEAN, RELEASED)


def is_open(version: Version) -> bool:
    """Return whether the bytes of `version` may leave the house."""
    return version.scan is None or version.scan in OPEN


def open_versions() -> ColumnElement[bool]:
    """Return the same as a predicate, for queries that read many versions."""
    return or_(Version.scan.is_(None), Version.scan.in_(OPEN))


def being_checked() -> Problem:
    """Return the answer for a version that the scanner has not looked at yet."""
    return conflict("being_checked", "This file is being checked for viruses. Try again in a moment.")


def require_checked(version: Version) -> None:
    """Raise a `Problem` unless `version` may be opened: 409 while it is checked, 404 held back, 410 lost."""
    if is_open(version):
        return
    if version.scan == LOST:
        raise Problem(410, "file_lost", "The file is lost", "It is not in the file store any more.")
    raise being_checked() if version.scan == WAITING else not_found("This document")

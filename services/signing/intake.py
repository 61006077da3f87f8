"""Fetches the document of a new sign request from its owner, keeps a copy of the bytes, and looks at them."""

from typing import Any

import orjson
from sqlalchemy.orm import Session

from services.chassis.problems import Problem
from services.chassis.runtime import Runtime
from services.signing import actions, pdf, queries
from services.signing.models import SignRequest

PIECE = 1024 * 1024


class WrongBytes(ValueError):
    """What documents gave is not what it said; the event is tried again later."""


class _Refused(Exception):
    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def fetch_document(session: Session, runtime: Runtime, made: SignRequest) -> None:
    """Make a sign request a draft with its document's bytes, or failed with a reason that staff can read.

    Raises `Problem` where documents does not answer; the event is then tried again later.
    """
    try:
        data = _fetch(runtime, made)
        found = pdf.inspect(data)
    except (_Refused, pdf.UnusablePdf) as refusal:
        actions.fail(session, made, refusal.reason)
        return
    sha256 = pdf.sha256(data)
    runtime.blobs.write(queries.original_key(sha256), [data])
    runtime.blobs.write(queries.text_key(sha256), [orjson.dumps(found.texts)])
    actions.take_document(session, made, sha256=sha256, size=len(data), pages=found.describe())


def _fetch(runtime: Runtime, made: SignRequest) -> bytes:
    documents = runtime.client("documents")
    try:
        document: dict[str, Any] = documents.get(f"/v1/documents/{made.document_id}").json()
        if document["account_id"] != str(made.account_id):
            raise _Refused("other_account")
        if document["status"] != "available":
            raise _Refused("not_available")
        if document["size"] > pdf.MAX_BYTES:
            raise _Refused("too_large")
        # The version is named, so that the bytes are those that were asked for even if another one comes meanwhile.
        path = f"/v1/documents/{made.document_id}/content"
        with documents.get(path, params={"version": document["version_number"]}, stream=True) as answer:
            data = _read(answer.iter_content(PIECE))
    except Problem as problem:
        if problem.status == 404:
            raise _Refused("not_available") from problem
        raise
    if pdf.sha256(data) != document["sha256"]:
        raise WrongBytes(f"documents gave other bytes of {made.document_id} than it announced")
    return data


def _read(pieces: Any) -> bytes:
    data = bytearray()
    for piece in pieces:
        data += piece
        if len(data) > pdf.MAX_BYTES:
            raise _Refused("too_large")
    return bytes(data)

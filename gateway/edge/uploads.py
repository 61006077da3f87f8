"""Files that people send with a form, passed on while they arrive: nothing is kept in memory or on disk.

    @pages.post("/documents/upload")
    @client_page(streams=True)
    def upload():
        for file in uploaded_files():
            clients().documents.upload(account_id, file.name, file.chunks, content_type=file.content_type)

The form's other fields must stand before the file field, as the `upload` component places them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask import Response, abort, after_this_request, current_app, request
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import BadRequest, HTTPException, RequestEntityTooLarge
from werkzeug.sansio.multipart import Data, Epilogue, Field, File, MultipartDecoder, NeedData

from gateway.edge import guard

READ = 256 * 1024
MOST_FIELD_BYTES = 256 * 1024
MOST_BUFFERED = 1024 * 1024
"""Of what is neither field nor file yet: a preamble or headers without end are refused, not collected."""
MOST_PARTS = 1000
DRAIN_BYTES = 64 * 1024 * 1024


@dataclass
class UploadedFile:
    """A file on its way. `fields` are the form's fields that came before it; `chunks` can be read once."""

    name: str
    content_type: str
    fields: MultiDict[str, str]
    chunks: Iterator[bytes]


def uploaded_files(fields: MultiDict[str, str] | None = None) -> Iterator[UploadedFile]:
    """Yield the files of the present request one after another, each before it has arrived.

    Aborts with 403 where no valid CSRF token came in a header or before the first file. A form that sends no
    file yields nothing; pass `fields` to have its text fields all the same.
    """
    fields = fields if fields is not None else MultiDict()
    request.max_content_length = current_app.config["MAX_UPLOAD_BYTES"]
    after_this_request(_drain)
    for file in _Parts(fields):
        guard.check_csrf(fields.get("csrf_token"))
        yield file
        for _ in file.chunks:
            pass
    guard.check_csrf(fields.get("csrf_token"))


class _Parts:
    """The parts of the body, decoded as they come."""

    def __init__(self, fields: MultiDict[str, str]) -> None:
        boundary = request.mimetype_params.get("boundary", "")
        if request.mimetype != "multipart/form-data" or not boundary:
            abort(400)
        self._decoder = MultipartDecoder(
            boundary.encode("ascii", "replace"), max_form_memory_size=MOST_BUFFERED, max_parts=MOST_PARTS
        )
        self._fields = fields
        self._stream = request.stream

    def _events(self) -> Iterator[Any]:
        while True:
            event = self._next()
            if isinstance(event, NeedData):
                self._decoder.receive_data(self._stream.read(READ) or None)
            elif isinstance(event, Epilogue):
                return
            else:
                yield event

    def _next(self) -> Any:
        try:
            return self._decoder.next_event()
        except ValueError as error:
            raise BadRequest from error

    def __iter__(self) -> Iterator[UploadedFile]:
        events = self._events()
        for event in events:
            if isinstance(event, Field):
                self._fields.add(event.name, _text(events))
            elif isinstance(event, File):
                chunks = _chunks(events)
                if event.filename:
                    kind = event.headers.get("Content-Type", "application/octet-stream")
                    yield UploadedFile(event.filename, kind, self._fields, chunks)
                for _ in chunks:
                    pass


def _chunks(events: Iterator[Any]) -> Iterator[bytes]:
    for event in events:
        if isinstance(event, Data):
            if event.data:
                yield bytes(event.data)
            if not event.more_data:
                return


def _text(events: Iterator[Any]) -> str:
    data = bytearray()
    for piece in _chunks(events):
        data += piece
        if len(data) > MOST_FIELD_BYTES:
            raise RequestEntityTooLarge
    return data.decode("utf-8", "replace")


def _drain(response: Response) -> Response:
    """Read what is left, within reason: a browser shows no answer to an upload that was cut off."""
    left = DRAIN_BYTES
    try:
        while left > 0 and (piece := request.stream.read(min(READ, left))):
            left -= len(piece)
    except (OSError, HTTPException):
        pass  # the browser is gone, or sent more than any limit allows
    return response

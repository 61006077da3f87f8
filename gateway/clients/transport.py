"""One call to a service and what comes back: JSON, a page of a list, or bytes in pieces."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import requests

from services.chassis.http_client import ServiceClient

Json = dict[str, Any]
PIECE = 1024 * 1024
CONTENT_TIMEOUT = (2.0, 120.0)


@dataclass(frozen=True)
class Page:
    """One page of a list: its rows, the cursor of the next page, and how many there are where that is told."""

    rows: list[Json]
    next: str | None = None
    total: int | None = None
    body: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Content:
    """A file on its way: status and headers of the service's answer, and the bytes in pieces of 1 MB."""

    status: int
    headers: Mapping[str, str]
    chunks: Iterator[bytes]


class Caller:
    """Calls one service as one visitor, over the connections that all share."""

    def __init__(self, connection: ServiceClient, token: Callable[[], str] | None) -> None:
        self._connection, self._token = connection, token

    def json(
        self,
        method: str,
        path: str,
        *,
        body: Any = None,
        query: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Json:
        """Return the JSON answer, `{}` for an empty one."""
        kwargs: dict[str, Any] = {"params": given(query or {}), "headers": headers}
        if body is not None:
            kwargs["json"] = body
        response = self._send(method, path, **kwargs)
        return response.json() if response.content else {}

    def page(self, path: str, query: Mapping[str, Any] | None = None) -> Page:
        """Return one page of the list at `path`."""
        body = self.json("GET", path, query=query)
        return Page(body["items"], body.get("next"), body.get("total"), body)

    def content(
        self,
        path: str,
        *,
        headers: Mapping[str, str] | None = None,
        query: Json | None = None,
        body: Json | None = None,
    ) -> Content:
        """Return the file at `path`, the answer to `body` where there is one; no more of it than one piece is held."""
        kwargs: dict[str, Any] = {"params": given(query or {}), "headers": headers}
        if body is not None:
            kwargs["json"] = body
        method = "GET" if body is None else "POST"
        response = self._send(method, path, stream=True, timeout=CONTENT_TIMEOUT, **kwargs)
        return Content(response.status_code, response.headers, _pieces(response))

    def upload(
        self,
        path: str,
        chunks: bytes | Iterable[bytes],
        content_type: str,
        query: Mapping[str, Any],
        *,
        method: str = "POST",
    ) -> Json:
        """Send a file piece by piece and return the answer."""
        response = self._send(
            method,
            path,
            params=given(query),
            data=chunks,
            headers={"Content-Type": content_type},
            timeout=CONTENT_TIMEOUT,
        )
        return response.json() if response.content else {}

    def _send(self, method: str, path: str, **kwargs: Any) -> requests.Response:
        token = self._token() if self._token else ""
        return self._connection.request(method, path, token=token, **kwargs)


def _pieces(response: requests.Response) -> Iterator[bytes]:
    try:
        while piece := response.raw.read(PIECE, decode_content=False):
            yield piece
    finally:
        response.close()


def given(query: Mapping[str, Any]) -> dict[str, str | list[str]]:
    """Return the parameters that have a value, as text: booleans as true and false; a list is given one by one."""
    found = {name: value for name, value in query.items() if value is not None and value != ""}
    return {
        name: [_text(one) for one in value] if isinstance(value, list) else _text(value)
        for name, value in found.items()
    }


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)

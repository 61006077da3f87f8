"""The documents service: lists, files up and down, sharing."""

from collections.abc import Iterable, Mapping
from typing import Any

from gateway.clients.transport import Caller, Content, Json, Page


class DocumentsClient:
    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    def documents(self, **query: Any) -> Page:
        """List documents; `account_id`, `q`, `cursor`."""
        return self._caller.page("/v1/documents", query)

    def document(self, document_id: str) -> Json:
        return self._caller.json("GET", f"/v1/documents/{document_id}")

    def content(
        self, document_id: str, *, version: int | None = None, headers: Mapping[str, str] | None = None
    ) -> Content:
        """Return the file; pass the browser's Range and If-None-Match in `headers`."""
        return self._caller.content(f"/v1/documents/{document_id}/content", headers=headers, query={"version": version})

    def upload(
        self,
        account_id: str,
        name: str,
        chunks: Iterable[bytes],
        *,
        content_type: str = "application/octet-stream",
        request_id: str | None = None,
        share: bool | None = None,
    ) -> Json:
        """Send a file piece by piece; `share` is for staff."""
        query = {"name": name, "request_id": request_id, "share": share}
        return self._caller.upload(f"/v1/accounts/{account_id}/documents", chunks, content_type, query)

    def share(self, document_id: str) -> Json:
        return self._caller.json("POST", f"/v1/documents/{document_id}/share")

    def unshare(self, document_id: str) -> Json:
        return self._caller.json("POST", f"/v1/documents/{document_id}/unshare")

    def delete(self, document_id: str) -> Json:
        return self._caller.json("DELETE", f"/v1/documents/{document_id}")

    def restore(self, document_id: str) -> Json:
        return self._caller.json("POST", f"/v1/documents/{document_id}/restore")

    def history(self, document_id: str) -> Page:
        return self._caller.page(f"/v1/documents/{document_id}/history")

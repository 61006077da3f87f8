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
        folder_id: str | None = None,
    ) -> Json:
        """Send a file piece by piece; `share` is for staff."""
        query = {"name": name, "request_id": request_id, "share": share, "folder_id": folder_id}
        return self._caller.upload(f"/v1/accounts/{account_id}/documents", chunks, content_type, query)

    def share(self, document_id: str) -> Json:
        return self._caller.json("POST", f"/v1/documents/{document_id}/share")

    def unshare(self, document_id: str) -> Json:
        return self._caller.json("POST", f"/v1/documents/{document_id}/unshare")

    def delete(self, document_id: str) -> Json:
        return self._caller.json("DELETE", f"/v1/documents/{document_id}")

    def restore(self, document_id: str) -> Json:
        return self._caller.json("POST", f"/v1/documents/{document_id}/restore")

    def history(self, document_id: str, **query: Any) -> Page:
        """List who did and opened what; `cursor`, `limit`."""
        return self._caller.page(f"/v1/documents/{document_id}/history", query)

    def since_done(self, account_id: str) -> Json:
        """Return what the client sent since they said last that they were done."""
        return self._caller.json("GET", f"/v1/accounts/{account_id}/upload-notices")

    def say_done(self, account_id: str, *, way: str, request_id: str | None = None) -> Json:
        """Tell the firm that the client has sent everything; `told` is whether it did not know."""
        body = {"way": way, "request_id": request_id}
        return self._caller.json("POST", f"/v1/accounts/{account_id}/upload-notices", body=body)

    def usage(self, account_id: str) -> Json:
        """Return what a client's documents take, and may."""
        return self._caller.json("GET", f"/v1/accounts/{account_id}/quota")

    def quota(self) -> Json:
        """Return what holds for clients without a quota of their own."""
        return self._caller.json("GET", "/v1/quota")

    def set_quota(self, size: int | None, account_id: str | None = None) -> Json:
        """Set a quota in bytes, None for no limit: of one client, or of all that have none of their own."""
        path = f"/v1/accounts/{account_id}/quota" if account_id else "/v1/quota"
        return self._caller.json("PUT", path, body={"bytes": size})

    def drop_quota(self, account_id: str) -> Json:
        """Let what holds for all hold for this client too."""
        return self._caller.json("DELETE", f"/v1/accounts/{account_id}/quota")

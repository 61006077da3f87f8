"""The documents service: folders, the order of documents, versions by hand, the recycle bin."""

from collections.abc import Iterable, Sequence
from typing import Any

from gateway.clients.transport import Caller, Json, Page


class FoldersClient:
    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    def shelf(self, account_id: str, **query: Any) -> Page:
        """Return one place of a client's documents; its folders and the way to it are in the body."""
        return self._caller.page(f"/v1/accounts/{account_id}/shelf", query)

    def tree(self, account_id: str) -> list[Json]:
        """Return all folders of a client, each after the one that holds it."""
        return list(self._caller.json("GET", f"/v1/accounts/{account_id}/folders")["items"])

    def folder(self, folder_id: str) -> Json:
        return self._caller.json("GET", f"/v1/folders/{folder_id}")

    def create(self, account_id: str, folder: Json) -> Json:
        return self._caller.json("POST", f"/v1/accounts/{account_id}/folders", body=folder)

    def create_defaults(self, account_id: str) -> Json:
        """Make those of the firm's default folders that the client has not."""
        return self._caller.json("POST", f"/v1/accounts/{account_id}/folders/defaults")

    def change(self, folder_id: str, changes: Json) -> Json:
        return self._caller.json("PATCH", f"/v1/folders/{folder_id}", body=changes)

    def move(self, folder_id: str, parent_id: str | None) -> Json:
        return self._caller.json("POST", f"/v1/folders/{folder_id}/move", body={"parent_id": parent_id})

    def remove(self, folder_id: str, contents: str) -> Json:
        """Remove a folder; `contents` goes to the recycle bin (`bin`) or one step up (`up`)."""
        return self._caller.json("DELETE", f"/v1/folders/{folder_id}", query={"contents": contents})

    def settings(self) -> Json:
        """Return the default folders of new clients, and how long the recycle bin keeps."""
        return self._caller.json("GET", "/v1/library-settings")

    def save_settings(self, settings: Json) -> Json:
        return self._caller.json("PUT", "/v1/library-settings", body=settings)

    def bulk(self, ids: Sequence[str], action: str, folder_id: str | None = None) -> Json:
        """Do the same to several documents; the answer says what was refused, and why."""
        return self._caller.json(
            "POST", "/v1/documents/bulk", body={"ids": list(ids), "action": action, "folder_id": folder_id}
        )

    def rename(self, document_id: str, name: str) -> Json:
        return self._caller.json("POST", f"/v1/documents/{document_id}/rename", body={"name": name})

    def tag(self, document_id: str, tags: Sequence[str]) -> Json:
        return self._caller.json("PUT", f"/v1/documents/{document_id}/tags", body={"tags": list(tags)})

    def add_version(self, document_id: str, name: str, chunks: Iterable[bytes], content_type: str) -> Json:
        """Send a new version of a document piece by piece."""
        return self._caller.upload(f"/v1/documents/{document_id}/versions", chunks, content_type, {"name": name})

    def restore_version(self, document_id: str, number: int) -> Json:
        """Let an older version count again."""
        return self._caller.json("POST", f"/v1/documents/{document_id}/versions/{number}/restore")

    def undo(self, document_id: str) -> Json:
        """Take back what one has just uploaded."""
        return self._caller.json("POST", f"/v1/documents/{document_id}/undo")

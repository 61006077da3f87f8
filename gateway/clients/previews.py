"""The documents service, for documents page by page, approvals, and several documents as one zip."""

from collections.abc import Sequence

from gateway.clients.transport import Caller, Content, Json


class PreviewsClient:
    """What a visitor reads on the page instead of downloading it, and what they say of it."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    def preview(self, document_id: str, *, part: int = 1, version: int | None = None) -> Json:
        """Return how a document can be shown, and a part of its pages with their text."""
        query = {"part": part, "version": version}
        return self._caller.json("GET", f"/v1/documents/{document_id}/preview", query=query)

    def page(self, document_id: str, number: int, *, width: int | None = None, version: int | None = None) -> Content:
        """Return a page as a picture."""
        query = {"width": width, "version": version}
        return self._caller.content(f"/v1/documents/{document_id}/preview/pages/{number}", query=query)

    def approvals(self, document_id: str) -> Json:
        """Return what stands about the newest version (`current`) and all that was ever said (`items`)."""
        return self._caller.json("GET", f"/v1/documents/{document_id}/approvals")

    def ask(self, document_id: str, note: str) -> Json:
        return self._caller.json("POST", f"/v1/documents/{document_id}/approvals", body={"note": note})

    def decide(self, document_id: str, decision: str, version_number: int, reason: str = "") -> Json:
        body = {"decision": decision, "version_number": version_number, "reason": reason}
        return self._caller.json("POST", f"/v1/documents/{document_id}/approvals/decision", body=body)

    def undo(self, document_id: str) -> Json:
        return self._caller.json("POST", f"/v1/documents/{document_id}/approvals/undo")

    def archive(self, ids: Sequence[str], folder_id: str | None) -> Content:
        """Return a zip of these documents, or of a folder with all below it, while it is made."""
        return self._caller.content("/v1/documents/archive", query={"id": list(ids), "folder_id": folder_id})

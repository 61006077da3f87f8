"""Documents, for what the virus check held back and how the scanner does."""

from typing import Any

from gateway.clients.transport import Caller, Json, Page


class QuarantineClient:
    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    def held(self, **query: Any) -> Page:
        """List what is in quarantine, the latest first."""
        return self._caller.page("/v1/quarantine", query)

    def scanner(self) -> Json:
        """Say whether files are checked, since when the scanner is down, and what waits for it."""
        return self._caller.json("GET", "/v1/scanner")

    def release(self, document_id: str, reason: str) -> Json:
        """Let a document be opened although the scanner did not pass it."""
        return self._caller.json("POST", f"/v1/documents/{document_id}/release", body={"reason": reason})

    def discard(self, document_id: str) -> Json:
        """Remove the bytes of a document for good."""
        return self._caller.json("POST", f"/v1/documents/{document_id}/discard")

"""Documents, for links to documents, locks, and what is kept for how long."""

from typing import Any

from gateway.clients.transport import Caller, Content, Json, Page


class SharingClient:
    """Links and locks as a signed-in visitor may see and make them."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    def links(self, **query: Any) -> Page:
        """List links: of a `document_id`, by `state` (`active`, `over`) and `q`; to a client its own people's."""
        return self._caller.page("/v1/share-links", query)

    def link(self, link_id: str) -> Json:
        """Return a link and its last `uses`."""
        return self._caller.json("GET", f"/v1/share-links/{link_id}")

    def make_link(self, document_id: str, values: Json, key: str) -> Json:
        """Make a link; its `url` is in this answer alone."""
        headers = {"Idempotency-Key": key} if key else None
        return self._caller.json("POST", f"/v1/documents/{document_id}/share-links", body=values, headers=headers)

    def folder(self, folder_id: str) -> Json:
        return self._caller.json("GET", f"/v1/folders/{folder_id}")

    def link_folder(self, folder_id: str, values: Json, key: str) -> Json:
        """Make a link to what the client may see in a folder; as `make_link`."""
        headers = {"Idempotency-Key": key} if key else None
        return self._caller.json("POST", f"/v1/folders/{folder_id}/share-links", body=values, headers=headers)

    def revoke(self, link_id: str) -> Json:
        return self._caller.json("POST", f"/v1/share-links/{link_id}/revoke")

    def lock_of(self, document_id: str) -> Json | None:
        """Return what keeps a document closed to its client, or None."""
        found: Json | None = self._caller.json("GET", f"/v1/documents/{document_id}/lock")["lock"]
        return found

    def lock(self, document_id: str, values: Json) -> Json:
        return self._caller.json("POST", f"/v1/documents/{document_id}/lock", body=values)

    def unlock(self, document_id: str, reason: str) -> Json:
        return self._caller.json("POST", f"/v1/documents/{document_id}/unlock", body={"reason": reason})


class HeldLinksClient:
    """The links that people without an account hold; they open to the gateway's own service token alone."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    def inspect(self, token: str) -> Json:
        """Return what a link gives, without counting anything."""
        return self._caller.json("POST", "/v1/held-links/inspect", body={"token": token})

    def download(self, token: str, password: str, address: str) -> Content:
        """Return the document, which counts as one download from `address`."""
        body = {"token": token, "password": password, "address": address}
        return self._caller.content("/v1/held-links/download", body=body)

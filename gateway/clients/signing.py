"""The signing service: sign requests for staff, the signer's steps, page images, verification."""

from collections.abc import Iterable, Sequence
from typing import Any

from gateway.clients.transport import Caller, Content, Json, Page

PATH = "/v1/sign-requests"


class SigningClient:
    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    def sign_requests(self, **query: Any) -> Page:
        """List sign requests; `account_id`, `status`, `cursor`."""
        return self._caller.page(PATH, query)

    def create_sign_request(self, sign_request: Json) -> Json:
        return self._caller.json("POST", PATH, body=sign_request)

    def sign_request(self, sign_request_id: str) -> Json:
        return self._caller.json("GET", f"{PATH}/{sign_request_id}")

    def save_plan(self, sign_request_id: str, recipients: Sequence[Json], fields: Sequence[Json]) -> Json:
        """Save who signs and where; places are PDF points from the top left of the page as displayed."""
        body = {"recipients": list(recipients), "fields": list(fields)}
        return self._caller.json("PUT", f"{PATH}/{sign_request_id}/plan", body=body)

    def send(self, sign_request_id: str) -> Json:
        return self._caller.json("POST", f"{PATH}/{sign_request_id}/send")

    def void(self, sign_request_id: str, reason: str) -> Json:
        return self._caller.json("POST", f"{PATH}/{sign_request_id}/void", body={"reason": reason})

    def page_image(self, sign_request_id: str, number: int, scale: float | None = None) -> Content:
        return self._caller.content(f"{PATH}/{sign_request_id}/pages/{number}", query={"scale": scale})

    def text(self, sign_request_id: str) -> Json:
        """Return the text of each page, for screen readers."""
        return self._caller.json("GET", f"{PATH}/{sign_request_id}/text")

    def document(self, sign_request_id: str) -> Content:
        return self._caller.content(f"{PATH}/{sign_request_id}/document")

    def sealed(self, sign_request_id: str) -> Content:
        return self._caller.content(f"{PATH}/{sign_request_id}/sealed")

    def disclosure(self, locale: str) -> Json:
        return self._caller.json("GET", "/v1/disclosure", query={"locale": locale})

    def view(self, sign_request_id: str, client: Json | None = None) -> Json:
        """Say that the document was opened. `client` says where the signer is: `client_info()` of the request."""
        return self._caller.json("POST", f"{PATH}/{sign_request_id}/view", body=_from(client))

    def consent(
        self,
        sign_request_id: str,
        disclosure_version: str,
        locale: str,
        document_sha256: str,
        client: Json | None = None,
    ) -> Json:
        body = {"disclosure_version": disclosure_version, "locale": locale, "document_sha256": document_sha256}
        return self._caller.json("POST", f"{PATH}/{sign_request_id}/consent", body=body | _from(client))

    def sign(
        self, sign_request_id: str, document_sha256: str, values: Sequence[Json], client: Json | None = None
    ) -> Json:
        body = {"document_sha256": document_sha256, "values": list(values)}
        return self._caller.json("POST", f"{PATH}/{sign_request_id}/sign", body=body | _from(client))

    def decline(self, sign_request_id: str, reason: str, client: Json | None = None) -> Json:
        body = {"reason": reason}
        return self._caller.json("POST", f"{PATH}/{sign_request_id}/decline", body=body | _from(client))

    def verify(self, chunks: Iterable[bytes]) -> Json:
        """Return whether a PDF bears a whole and genuine signature of this firm."""
        return self._caller.upload("/v1/verify", chunks, "application/pdf", {})


def _from(client: Json | None) -> Json:
    return {"client": client} if client else {}

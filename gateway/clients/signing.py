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

    def audit(self, sign_request_id: str) -> Json:
        """Return every step, each consent with its text, and whether the chain of steps is whole."""
        return self._caller.json("GET", f"{PATH}/{sign_request_id}/audit")

    def disclosure(self, locale: str) -> Json:
        return self._caller.json("GET", "/v1/disclosure", query={"locale": locale})

    def view(self, sign_request_id: str, client: Json) -> Json:
        """Say that the signer opened the document; it counts once. `client` is where their browser is."""
        return self._caller.json("POST", f"{PATH}/{sign_request_id}/view", body={"client": client})

    def consent(self, sign_request_id: str, agreed: Json, client: Json) -> Json:
        """Agree to the disclosure; `agreed` names its version, locale and hash, and the document's hash."""
        return self._caller.json("POST", f"{PATH}/{sign_request_id}/consent", body={**agreed, "client": client})

    def sign(self, sign_request_id: str, document_sha256: str, values: Sequence[Json], client: Json) -> Json:
        body = {"document_sha256": document_sha256, "values": list(values), "client": client}
        return self._caller.json("POST", f"{PATH}/{sign_request_id}/sign", body=body)

    def decline(self, sign_request_id: str, reason: str, client: Json) -> Json:
        body = {"reason": reason, "client": client}
        return self._caller.json("POST", f"{PATH}/{sign_request_id}/decline", body=body)

    def verify(self, chunks: Iterable[bytes]) -> Json:
        """Return whether a PDF bears a whole and genuine signature of this firm."""
        return self._caller.upload("/v1/verify", chunks, "application/pdf", {})

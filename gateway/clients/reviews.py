"""Portal, for reviews and for the mails that clients write to the firm."""

from collections.abc import Sequence
from typing import Any

from gateway.clients.transport import Caller, Json, Page


class ReviewsClient:
    """Reviews and mails as a signed-in visitor may see and write them."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    def reviews(self, **query: Any) -> Page:
        """List reviews: a client's own; to staff all or one `account_id`'s, by `stars`, `state` and `q`."""
        return self._caller.page("/v1/reviews", query)

    def review(self, review_id: str) -> Json:
        return self._caller.json("GET", f"/v1/reviews/{review_id}")

    def submit(self, stars: int | None, comment: str) -> Json:
        """Rate the service; a second time on the same day changes the review of that day."""
        return self._caller.json("POST", "/v1/reviews", body={"stars": stars, "comment": comment})

    def answer(self, review_id: str, answer: str) -> Json:
        """Answer a review; the client is mailed."""
        return self._caller.json("POST", f"/v1/reviews/{review_id}/answer", body={"answer": answer})

    def of_account(self, account_id: str) -> Json:
        """Return the `figures` of a client, its `latest` reviews, and the `open_requests` to its people."""
        return self._caller.json("GET", f"/v1/accounts/{account_id}/reviews")

    def ask(self, account_id: str, contact_ids: Sequence[str]) -> list[Json]:
        """Have people of a client mailed a link to rate the service; return what came of each."""
        body = {"contact_ids": list(contact_ids)}
        items: list[Json] = self._caller.json("POST", f"/v1/accounts/{account_id}/review-requests", body=body)["items"]
        return items

    def mails(self, **query: Any) -> Page:
        """List mails to the firm; to a client those that they wrote."""
        return self._caller.page("/v1/mails", query)

    def mail(self, mail_id: str) -> Json:
        return self._caller.json("GET", f"/v1/mails/{mail_id}")

    def send_mail(self, subject: str, message: str, key: str) -> Json:
        """Write to the firm; the same `key` sends nothing twice."""
        body = {"subject": subject, "message": message}
        return self._caller.json("POST", "/v1/mails", body=body, headers={"Idempotency-Key": key})


class ReviewLinksClient:
    """The links of mails that ask for a review; they open to the gateway's own service token alone."""

    def __init__(self, caller: Caller) -> None:
        self._call = caller.json

    def inspect(self, token: str) -> Json:
        """Return whom a link asks and its `status`, without using it up."""
        return self._call("POST", "/v1/review-links/inspect", body={"token": token})

    def submit(self, token: str, stars: int | None, comment: str) -> Json:
        """Rate the service, which uses the link up."""
        body = {"token": token, "stars": stars, "comment": comment}
        return self._call("POST", "/v1/review-links/submit", body=body)

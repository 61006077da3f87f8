"""The notifications service: the inbox in the portal, preferences, messages sent, captured mail."""

from collections.abc import Sequence
from typing import Any

from gateway.clients.transport import Caller, Json, Page


class NotificationsClient:
    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    def inbox(self, **query: Any) -> Page:
        return self._caller.page("/v1/inbox", query)

    def unread(self) -> Json:
        """Return how many notifications are unread."""
        return self._caller.json("GET", "/v1/inbox/count")

    def mark_read(self, ids: Sequence[str] | None = None) -> Json:
        """Mark these as read, or all of them."""
        body = {"all": True} if ids is None else {"ids": list(ids)}
        return self._caller.json("POST", "/v1/inbox/read", body=body)

    def preferences(self) -> Json:
        return self._caller.json("GET", "/v1/preferences")

    def save_preferences(self, preferences: Json) -> Json:
        return self._caller.json("PUT", "/v1/preferences", body=preferences)

    def messages(self, **query: Any) -> Page:
        """List messages sent, for staff; `status`, `cursor`."""
        return self._caller.page("/v1/messages", query)

    def message(self, message_id: str) -> Json:
        """Return a message and each attempt to send it."""
        return self._caller.json("GET", f"/v1/messages/{message_id}")

    def resend(self, message_id: str) -> Json:
        return self._caller.json("POST", f"/v1/messages/{message_id}/resend")

    def inbound_mails(self, **query: Any) -> Page:
        """List mails that came in, for staff; `status`, `cursor`."""
        return self._caller.page("/v1/inbound-mails", query)

    def reply_to_captured(self, message_id: str, text: str) -> Json:
        """Answer a captured mail as its reader would, by a mail that comes in; only while capture is on."""
        return self._caller.json("POST", f"/v1/mailbox/{message_id}/reply", body={"text": text})

    def mailbox(self, **query: Any) -> Page:
        """List captured mails and SMS; only while capture is on."""
        return self._caller.page("/v1/mailbox", query)

    def captured(self, message_id: str) -> Json:
        return self._caller.json("GET", f"/v1/mailbox/{message_id}")

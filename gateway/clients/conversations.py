"""The portal service's conversations."""

from collections.abc import Sequence
from typing import Any

from gateway.clients.transport import Caller, Json, Page


class ConversationsClient:
    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    def conversations(self, **query: Any) -> Page:
        """List conversations, the latest message first; `state`, `unread`, `q`, for staff also `assigned`."""
        return self._caller.page("/v1/conversations", query)

    def start(self, conversation: Json, key: str) -> Json:
        """Begin a conversation; however often it comes with the same `key`, it is one."""
        return self._caller.json("POST", "/v1/conversations", body=conversation, headers=_keyed(key))

    def conversation(self, conversation_id: str, before: str | None = None) -> Json:
        """Return a conversation with its latest messages, or those before one."""
        return self._caller.json("GET", f"/v1/conversations/{conversation_id}", query={"before": before})

    def stamp(self, conversation_id: str) -> str:
        """Return what is another one once there is something new."""
        stamp: str = self._caller.json("GET", f"/v1/conversations/{conversation_id}/stamp")["stamp"]
        return stamp

    def post(
        self,
        conversation_id: str,
        text: str,
        document_ids: Sequence[str] = (),
        *,
        key: str = "",
        internal: bool | None = None,
        mention_ids: Sequence[str] = (),
    ) -> Json:
        """Write in a conversation; `internal` makes it a note of the firm."""
        body: Json = {"text": text, "document_ids": list(document_ids)}
        if internal is not None:
            body |= {"internal": internal, "mention_ids": list(mention_ids)}
        return self._caller.json(
            "POST", f"/v1/conversations/{conversation_id}/messages", body=body, headers=_keyed(key)
        )

    def mark_read(self, conversation_id: str) -> None:
        self._caller.json("POST", f"/v1/conversations/{conversation_id}/read")

    def close(self, conversation_id: str) -> Json:
        return self._caller.json("POST", f"/v1/conversations/{conversation_id}/close")

    def reopen(self, conversation_id: str) -> Json:
        return self._caller.json("POST", f"/v1/conversations/{conversation_id}/reopen")

    def assign(self, conversation_id: str, user_id: str | None) -> Json:
        return self._caller.json("PUT", f"/v1/conversations/{conversation_id}/assignee", body={"user_id": user_id})

    def staff(self) -> list[Json]:
        """Return who of the staff can be mentioned and assigned."""
        found: list[Json] = self._caller.json("GET", "/v1/conversations/staff")["items"]
        return found


def _keyed(key: str) -> dict[str, str] | None:
    return {"Idempotency-Key": key} if key else None

"""The portal service's requests in parts: items of a checklist, templates, many clients at once, series, reminders."""

from collections.abc import Mapping
from typing import Any

from gateway.clients.transport import Caller, Json, Page


class RequestsClient:
    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    def answer(self, request_id: str, item_id: str, answer: Json, key: str | None = None) -> Json:
        """Answer an item of a checklist; the same `key` again changes nothing."""
        return self._caller.json("POST", f"{_item(request_id, item_id)}/answers", body=answer, headers=_once(key))

    def accept(self, request_id: str, item_id: str) -> Json:
        return self._caller.json("POST", f"{_item(request_id, item_id)}/accept")

    def reject(self, request_id: str, item_id: str, reason: str) -> Json:
        """Send an item back to the client with the reason."""
        return self._caller.json("POST", f"{_item(request_id, item_id)}/reject", body={"reason": reason})

    def change(self, request_id: str, changes: Json) -> Json:
        """Set until when a request is due, and whether the client is reminded."""
        return self._caller.json("PATCH", f"/v1/requests/{request_id}", body=changes)

    def templates(self, **query: Any) -> Page:
        return self._caller.page("/v1/request-templates", query)

    def template(self, template_id: str) -> Json:
        return self._caller.json("GET", f"/v1/request-templates/{template_id}")

    def save_template(self, template: Json, template_id: str | None = None) -> Json:
        """Keep a new template, or change the one of that id."""
        if template_id is None:
            return self._caller.json("POST", "/v1/request-templates", body=template)
        return self._caller.json("PUT", f"/v1/request-templates/{template_id}", body=template)

    def move_template(self, template_id: str, verb: str) -> Json:
        """Archive or restore a template."""
        return self._caller.json("POST", f"/v1/request-templates/{template_id}/{verb}")

    def recipients(self, to: Mapping[str, Any]) -> Json:
        """Return how many clients (`total`) a request would go to, and the names of the first ones."""
        return self._caller.json("POST", "/v1/request-recipients", body=to)

    def send_to_many(self, to: Mapping[str, Any], content: Json, key: str) -> Json:
        """Send a request to many clients; the same `key` again sends nothing more."""
        body = {"to": to, "content": content}
        return self._caller.json("POST", "/v1/request-batches", body=body, headers=_once(key))

    def batches(self, **query: Any) -> Page:
        return self._caller.page("/v1/request-batches", query)

    def batch(self, batch_id: str) -> Json:
        return self._caller.json("GET", f"/v1/request-batches/{batch_id}")

    def batch_rows(self, batch_id: str, **query: Any) -> Page:
        """List the clients of a batch: who got it, and who was left out and why."""
        return self._caller.page(f"/v1/request-batches/{batch_id}/rows", query)

    def series(self, **query: Any) -> Page:
        return self._caller.page("/v1/request-series", query)

    def begin_series(self, series: Json, key: str) -> Json:
        """Have a request come again; the same `key` again begins no other one."""
        return self._caller.json("POST", "/v1/request-series", body=series, headers=_once(key))

    def one_series(self, series_id: str) -> Json:
        return self._caller.json("GET", f"/v1/request-series/{series_id}")

    def move_series(self, series_id: str, verb: str) -> Json:
        """Pause, resume or end a series."""
        return self._caller.json("POST", f"/v1/request-series/{series_id}/{verb}")

    def reminders(self) -> Json:
        return self._caller.json("GET", "/v1/request-reminders")

    def save_reminders(self, reminders: Json) -> Json:
        return self._caller.json("PUT", "/v1/request-reminders", body=reminders)


def _item(request_id: str, item_id: str) -> str:
    return f"/v1/requests/{request_id}/items/{item_id}"


def _once(key: str | None) -> dict[str, str]:
    return {"Idempotency-Key": key} if key else {}

"""The portal service's cases: what clients bring to the firm, its targets, and the answers kept ready."""

from collections.abc import Sequence
from typing import Any

from gateway.clients.transport import Caller, Content, Json, Page


class CasesClient:
    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    def form(self) -> Json:
        """Return what a new case asks of the visitor (`fields`), what lists may show, types and priorities."""
        return self._caller.json("GET", "/v1/case-form")

    def list(self, **query: Any) -> Page:
        """List cases; `status`, `priority`, `assignee`, `overdue`, `q`, `sort`, `cursor` and others."""
        return self._caller.page("/v1/cases", query)

    def export(self, **query: Any) -> Content:
        """Return the cases of a list as a CSV file."""
        return self._caller.content("/v1/exports/cases", query=query)

    def open(self, case: Json, key: str | None = None) -> Json:
        """Open a case; the same `key` again opens no other one."""
        return self._caller.json("POST", "/v1/cases", body=case, headers=_once(key))

    def read(self, case_id: str) -> Json:
        return self._caller.json("GET", f"/v1/cases/{case_id}")

    def change(self, case_id: str, changes: Json) -> Json:
        return self._caller.json("PATCH", f"/v1/cases/{case_id}", body=changes)

    def comment(self, case_id: str, comment: Json, key: str | None = None) -> Json:
        """Write in a case; the same `key` again says nothing more."""
        return self._caller.json("POST", f"/v1/cases/{case_id}/comments", body=comment, headers=_once(key))

    def move(self, case_id: str, status: str) -> Json:
        return self._caller.json("POST", f"/v1/cases/{case_id}/status", body={"status": status})

    def reopen(self, case_id: str, message: str = "") -> Json:
        return self._caller.json("POST", f"/v1/cases/{case_id}/reopen", body={"message": message})

    def assign(self, case_id: str, assignee_id: str | None) -> Json:
        return self._caller.json("PUT", f"/v1/cases/{case_id}/assignee", body={"assignee_id": assignee_id})

    def mark_read(self, case_id: str) -> None:
        self._caller.json("POST", f"/v1/cases/{case_id}/read")

    def change_many(self, case_ids: Sequence[str], act: Json) -> int:
        """Give several cases to somebody, or close them; return how many are different now."""
        changed: int = self._caller.json("POST", "/v1/case-acts", body={"case_ids": list(case_ids)} | act)["changed"]
        return changed

    def counts(self, account_id: str | None = None) -> Json:
        """Return how many cases are `open`, and `overdue`."""
        return self._caller.json("GET", "/v1/case-counts", query={"account_id": account_id})

    def report(self, **query: Any) -> Json:
        return self._caller.json("GET", "/v1/case-report", query=query)

    def settings(self) -> Json:
        return self._caller.json("GET", "/v1/case-settings")

    def save_settings(self, settings: Json) -> Json:
        return self._caller.json("PUT", "/v1/case-settings", body=settings)

    def canned_answers(self, **query: Any) -> Page:
        return self._caller.page("/v1/canned-answers", query)

    def canned_answer(self, answer_id: str) -> Json:
        return self._caller.json("GET", f"/v1/canned-answers/{answer_id}")

    def save_canned_answer(self, answer: Json, answer_id: str | None = None) -> Json:
        """Keep a new answer, or change the one of that id."""
        if answer_id is None:
            return self._caller.json("POST", "/v1/canned-answers", body=answer)
        return self._caller.json("PUT", f"/v1/canned-answers/{answer_id}", body=answer)

    def delete_canned_answer(self, answer_id: str) -> None:
        self._caller.json("DELETE", f"/v1/canned-answers/{answer_id}")

    def filled_answers(self, case_id: str) -> Sequence[Json]:
        """Return the answers as they go into the reply to a case."""
        found: Sequence[Json] = self._caller.json("GET", f"/v1/cases/{case_id}/canned-answers")["items"]
        return found


def _once(key: str | None) -> dict[str, str]:
    return {"Idempotency-Key": key} if key else {}

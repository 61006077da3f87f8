"""The portal service's part for the data of a client as a whole: exports, erasures, legal holds."""

from typing import Any

from gateway.clients.transport import Caller, Content, Json, Page


class PrivacyClient:
    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    def own(self) -> Json:
        """Return one's own exports, and how far an erasure is."""
        return self._caller.json("GET", "/v1/own-data")

    def ask_export(self, account_id: str | None = None, *, everything: bool = False) -> Json:
        """Begin an export: a client of their own account, staff of the one that is named."""
        body = {"account_id": account_id, "everything": everything} if account_id else {}
        return self._caller.json("POST", "/v1/data-exports", body=body)

    def archive(self, export_id: str) -> Content:
        """Return the archive of an export."""
        return self._caller.content(f"/v1/data-exports/{export_id}/content")

    def ask_erasure(self, *, reason: str, confirmed: bool) -> Json:
        return self._caller.json("POST", "/v1/erasures/asked", body={"reason": reason, "confirmed": confirmed})

    def call_off(self, erasure_id: str) -> None:
        self._caller.json("POST", f"/v1/erasures/{erasure_id}/cancel")

    def retry(self, erasure_id: str) -> Json:
        """Ask the services anew whose part of an erasure failed."""
        return self._caller.json("POST", f"/v1/erasures/{erasure_id}/retry")

    def of_account(self, account_id: str) -> Json:
        """Return exports, erasures and the legal hold of an account."""
        return self._caller.json("GET", f"/v1/accounts/{account_id}/data")

    def plan_erasure(self, account_id: str, decision: Json) -> Json:
        return self._caller.json("POST", f"/v1/accounts/{account_id}/erasure", body=decision)

    def set_hold(self, account_id: str, hold: Json) -> Json:
        return self._caller.json("PUT", f"/v1/accounts/{account_id}/legal-hold", body=hold)

    def lift_hold(self, account_id: str) -> None:
        self._caller.json("DELETE", f"/v1/accounts/{account_id}/legal-hold")

    def erasures(self, **query: Any) -> Page:
        """List erasures; `status`, `cursor`."""
        return self._caller.page("/v1/erasures", query)

    def erasure(self, erasure_id: str) -> Json:
        """Return an erasure with its report."""
        return self._caller.json("GET", f"/v1/erasures/{erasure_id}")

    def rules(self) -> Json:
        return self._caller.json("GET", "/v1/privacy-rules")

    def save_rules(self, rules: Json) -> Json:
        return self._caller.json("PUT", "/v1/privacy-rules", body=rules)

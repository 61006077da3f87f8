"""The portal service's lists of clients: tags, many at once, imports and exports."""

from collections.abc import Iterable, Sequence
from typing import Any

from gateway.clients.transport import Caller, Content, Json


class ClientListsClient:
    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    def tags(self) -> list[Json]:
        """Return every tag of the firm, by name."""
        found: list[Json] = self._caller.json("GET", "/v1/tags")["items"]
        return found

    def counted_tags(self) -> list[Json]:
        """Return every tag of the firm, by name, and how many clients have it (`accounts`)."""
        found: list[Json] = self._caller.json("GET", "/v1/tags", query={"counted": "true"})["items"]
        return found

    def add_tag(self, values: Json) -> None:
        self._caller.json("POST", "/v1/tags", body=values)

    def change_tag(self, tag_id: str, values: Json) -> None:
        self._caller.json("PATCH", f"/v1/tags/{tag_id}", body=values)

    def merge_tag(self, tag_id: str, into_id: str) -> Json:
        """Put the clients of a tag under another one and return that; the first one goes."""
        return self._caller.json("POST", f"/v1/tags/{tag_id}/merge", body={"into_id": into_id})

    def remove_tag(self, tag_id: str) -> None:
        self._caller.json("DELETE", f"/v1/tags/{tag_id}")

    def tag(self, account_id: str, name: str) -> None:
        """Put a tag on a client; a new one is made where there is none of that name."""
        self._caller.json("POST", f"/v1/accounts/{account_id}/tags", body={"name": name})

    def untag(self, account_id: str, tag_id: str) -> None:
        self._caller.json("DELETE", f"/v1/accounts/{account_id}/tags/{tag_id}")

    def change_many(self, account_ids: Sequence[str], changes: Json) -> int:
        """Change several clients at once; return how many are different now."""
        body = {"account_ids": list(account_ids)} | changes
        changed: int = self._caller.json("POST", "/v1/accounts/bulk", body=body)["changed"]
        return changed

    def export(self, **query: Any) -> Content:
        """Return the clients of a list as a CSV file."""
        return self._caller.content("/v1/exports/clients", query=query)

    def export_some(self, account_ids: Sequence[str]) -> Content:
        """Return these clients as a CSV file."""
        return self._caller.content("/v1/exports/clients", body={"account_ids": list(account_ids)})

    def exports(self) -> list[Json]:
        found: list[Json] = self._caller.json("GET", "/v1/exports")["items"]
        return found

    def imports(self) -> list[Json]:
        found: list[Json] = self._caller.json("GET", "/v1/imports")["items"]
        return found

    def upload(self, name: str, chunks: Iterable[bytes]) -> Json:
        """Send a CSV file; the answer says what was recognised of it."""
        return self._caller.upload("/v1/imports", chunks, "text/csv", {"name": name})

    def job(self, import_id: str) -> Json:
        """Return an import: its columns, how far it is, its first faults."""
        return self._caller.json("GET", f"/v1/imports/{import_id}")

    def check(self, import_id: str, plan: Json) -> Json:
        """Say what the columns are; each line is then tried."""
        return self._caller.json("PUT", f"/v1/imports/{import_id}/mapping", body=plan)

    def start(self, import_id: str) -> Json:
        return self._caller.json("POST", f"/v1/imports/{import_id}/start")

    def cancel(self, import_id: str) -> Json:
        return self._caller.json("POST", f"/v1/imports/{import_id}/cancel")

    def faults(self, import_id: str) -> Content:
        """Return what is wrong with the lines as a CSV file."""
        return self._caller.content(f"/v1/imports/{import_id}/faults")

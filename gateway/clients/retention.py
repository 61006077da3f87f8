"""Documents, for the rules by which they are deleted for good."""

from typing import Any

from gateway.clients.transport import Caller, Content, Json, Page

PATH = "/v1/retention-rules"


class RetentionClient:
    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    def rules(self) -> Page:
        return self._caller.page(PATH)

    def rule(self, rule_id: str) -> Json:
        return self._caller.json("GET", f"{PATH}/{rule_id}")

    def add(self, values: Json) -> Json:
        return self._caller.json("POST", PATH, body=values)

    def change(self, rule_id: str, values: Json) -> Json:
        """Change a rule, which switches it off."""
        return self._caller.json("PUT", f"{PATH}/{rule_id}", body=values)

    def delete(self, rule_id: str) -> Json:
        return self._caller.json("DELETE", f"{PATH}/{rule_id}")

    def act(self, rule_id: str, way: str) -> Json:
        """`try`, `approve` or `stop` a rule."""
        return self._caller.json("POST", f"{PATH}/{rule_id}/{way}")

    def matches(self, rule_id: str, **query: Any) -> Page:
        """List exactly what would go now."""
        return self._caller.page(f"{PATH}/{rule_id}/matches", query)

    def matches_file(self, rule_id: str) -> Content:
        return self._caller.content(f"{PATH}/{rule_id}/matches.csv")

    def removals(self, rule_id: str, **query: Any) -> Page:
        """List what a rule has deleted."""
        return self._caller.page(f"{PATH}/{rule_id}/removals", query)

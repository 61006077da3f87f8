"""Property: whatever anybody does in whatever order, a request moves only as its state machine says."""

from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from services.chassis.testing.fixtures import PostgresDatabases, SqliteDatabases
from services.chassis.testing.harness import Harness
from services.portal.requests.models import TRANSITIONS
from services.portal.service import SERVICE


class RequestMachine(RuleBasedStateMachine):
    """One request, two hands on it, and a model of what it should be."""

    portal: Harness

    @initialize()
    def ask(self) -> None:
        self.staff = self.portal.staff()
        account = self.staff.post("/v1/accounts", json={"name": "Acosta"}).json
        self.client = self.portal.client(account["id"])
        items = [{"title": "One"}, {"title": "Two"}]
        request = self.staff.post("/v1/requests", json={"account_id": account["id"], "title": "T", "items": items}).json
        self.path = f"/v1/requests/{request['id']}"
        self.items = [item["id"] for item in request["items"]]
        self.status, self.version, self.received, self.public, self.notes = "open", 1, set(), 0, 0
        self.told = len(self.portal.recorded())

    @rule(items=st.sets(st.integers(0, 1)))
    def client_replies(self, items: set[int]) -> None:
        document = "0193a1b0-0000-7000-8000-0000000000f2"
        entries = [{"id": self.items[place], "document_ids": [document]} for place in items]
        answer = self.client.post(f"{self.path}/replies", json={"message": "m", "items": entries})
        if self._moves(answer, "replied" if self.status != "closed" else None, 201):
            self.received |= items
            self.public += 1

    @rule()
    def staff_replies(self) -> None:
        answer = self.staff.post(f"{self.path}/replies", json={"message": "m"})
        if self._moves(answer, "open" if self.status != "closed" else None, 201):
            self.public += 1

    @rule()
    def staff_notes(self) -> None:
        answer = self.staff.post(f"{self.path}/replies", json={"message": "n", "internal": True})
        assert answer.status_code == 201
        self.notes += 1

    @rule()
    def staff_closes(self) -> None:
        self._moves(self.staff.post(f"{self.path}/close"), "closed" if self.status != "closed" else None, 200)

    @rule()
    def staff_reopens(self) -> None:
        answer = self.staff.post(f"{self.path}/reopen", json={})
        self._moves(answer, "open" if self.status == "closed" else None, 200)

    @rule(verb=st.sampled_from(["close", "reopen"]))
    def client_tries_what_staff_does(self, verb: str) -> None:
        assert self.client.post(f"{self.path}/{verb}", json={}).status_code == 403

    def _moves(self, answer: Any, status: str | None, code: int) -> bool:
        if status is None:
            assert (answer.status_code, answer.json["code"]) == (409, "illegal_transition")
            return False
        assert answer.status_code == code, answer.json
        assert status == self.status or status in TRANSITIONS[self.status]
        self.status, self.version, self.told = status, self.version + 1, self.told + 1
        return True

    @invariant()
    def all_agree(self) -> None:
        mine, theirs = self.staff.get(self.path).json, self.client.get(self.path).json
        for seen in (mine, theirs):
            assert (seen["status"], seen["version"]) == (self.status, self.version)
            assert {place for place, item in enumerate(seen["items"]) if item["status"] == "received"} == self.received
        assert len(mine["comments"]) == self.public + self.notes
        assert len(theirs["comments"]) == self.public
        events = self.portal.recorded()
        assert len(events) == self.told
        about = [event for event in events if event.type.startswith("portal.request.")]
        assert [event.subjectversion for event in about] == list(range(1, self.version + 1))
        assert about[-1].data["status"] == self.status
        waits = bool(self.client.get("/v1/requests?state=waiting").json["items"])
        assert waits == (self.status == "open" or (self.status == "replied" and len(self.received) < 2))


def test_a_request_moves_only_as_it_may(databases: SqliteDatabases | PostgresDatabases, tmp_path: Path) -> None:
    opened: list[Harness] = []

    class Machine(RequestMachine):
        def __init__(self) -> None:
            super().__init__()
            self.portal = Harness(SERVICE, databases.for_harness(SERVICE), tmp_path)
            opened.append(self.portal)

        def teardown(self) -> None:
            opened.pop().close()

    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=8, stateful_step_count=12, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )

"""Rules of retention: nothing goes without a dry run and an owner, nothing that is held, and nothing without a line."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine
from sqlalchemy import true

from services.chassis.columns import new_id
from services.chassis.testing.harness import Browser, Harness
from services.documents.retention import actions, queries
from tests.documents.samples import PDF, uploaded

LONG_AGO = datetime(2019, 3, 1, 9, tzinfo=UTC)
NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
RULES = "/v1/retention-rules"


def known(harness: Harness, account: UUID, version: int = 1, **more: Any) -> None:
    """Let the service hear of a client."""
    held = {} if more.pop("untold", False) else {"legal_hold": False}
    harness.deliver("portal.account.saved.v1", {"id": str(account)} | held | more, version=version)


def rule(staff: Browser, **more: Any) -> str:
    answer = staff.post(RULES, json={"name": "Six years", "years": 6} | more)
    assert answer.status_code == 201, answer.json
    return str(answer.json["id"])


def names(harness: Harness) -> set[str]:
    return {one["name"] for one in harness.staff().get("/v1/documents").json["items"]}


@pytest.fixture
def old(harness: Harness, account: UUID) -> None:
    """A client with two documents of 2019 and one of today."""
    with time_machine.travel(LONG_AGO, tick=False):
        known(harness, account)
        uploaded(harness.staff(), account, name="Old.pdf")
        uploaded(harness.client(account), account, name="=cmd.pdf")
    with time_machine.travel(NOW, tick=False):
        uploaded(harness.staff(), account, name="New.pdf")


@pytest.mark.usefixtures("old")
def test_a_rule_deletes_what_was_shown_once_an_owner_switched_it_on(harness: Harness) -> None:
    with time_machine.travel(NOW, tick=False):
        staff = harness.staff()
        at = f"{RULES}/{rule(staff)}"
        assert staff.post(f"{at}/approve").json["code"] == "not_tried"
        tried = staff.post(f"{at}/try").json
        assert (tried["tried_count"], tried["tried_size"], tried["state"]) == (2, 2 * len(PDF), "tried")
        shown = [one["name"] for one in staff.get(f"{at}/matches?limit=1").json["items"]]
        file = staff.get(f"{at}/matches.csv")
        assert file.text.count("\n") == 3
        assert '"\'=cmd.pdf"' in file.text, "no cell is a formula (threat 41)"
        harness.run_timer("apply_retention")
        assert names(harness) == {"Old.pdf", "=cmd.pdf", "New.pdf"}, "a dry run deletes nothing"
        manager = harness.staff("settings.write", "documents.read")
        assert manager.post(f"{at}/approve").status_code == 403, "only an owner switches it on"
        assert staff.post(f"{at}/approve").json["state"] == "on"
        harness.run_timer("apply_retention")
        harness.run_timer("remove_doomed_files")
        assert names(harness) == {"New.pdf"}
        assert len([path for path in (harness.folder / "files").rglob("*") if path.is_file()]) == 1
        gone = staff.get(f"{at}/removals").json["items"]
        assert {one["name"] for one in gone} == {"Old.pdf", "=cmd.pdf"}
        assert set(shown) <= {"Old.pdf", "=cmd.pdf"}
        assert staff.get(at).json["removed_count"] == 2
        assert len(harness.recorded("documents.document.purged.v1")) == 2
        assert staff.delete(at).json["code"] == "rule_has_report"


@pytest.mark.usefixtures("old")
def test_a_changed_rule_is_off_and_an_old_dry_run_counts_no_more(harness: Harness) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        staff = harness.staff()
        at = f"{RULES}/{rule(staff)}"
        staff.post(f"{at}/try")
        staff.post(f"{at}/approve")
        clock.shift(30)
        assert staff.put(at, json={"name": "All", "years": 1}).json["state"] == "new"
        harness.run_timer("apply_retention")
        assert staff.post(f"{at}/approve").json["code"] == "not_tried"
        staff.post(f"{at}/try")
        clock.shift(timedelta(days=8))
        assert harness.staff().post(f"{at}/approve").json["code"] == "not_tried"
        assert len(names(harness)) == 3
        assert harness.staff().delete(at).status_code == 204


@pytest.mark.usefixtures("old")
def test_what_is_held_stays(harness: Harness, account: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    unknown = new_id()
    with time_machine.travel(LONG_AGO, tick=False):
        known(harness, unknown, untold=True)
        uploaded(harness.staff(), unknown, name="Unknown.pdf")
    with time_machine.travel(NOW, tick=False):
        staff = harness.staff()
        at = f"{RULES}/{rule(staff)}"
        known(harness, account, 2, legal_hold=True)
        assert staff.post(f"{at}/try").json["tried_count"] == 0
        known(harness, account, 3, legal_hold=True, legal_hold_until="2026-11-20")
        assert staff.post(f"{at}/try").json["tried_count"] == 0
        known(harness, account, 4, legal_hold=True, legal_hold_until="2026-11-19")
        assert staff.post(f"{at}/try").json["tried_count"] == 2, "the hold is over"
        monkeypatch.setattr(queries, "_not_held", true)
        assert staff.post(f"{at}/try").json["tried_count"] == 3, "control"


@pytest.mark.usefixtures("old")
def test_a_rule_may_be_of_an_origin_or_count_from_when_the_client_was_archived(harness: Harness, account: UUID) -> None:
    with time_machine.travel(NOW, tick=False):
        staff = harness.staff()
        by_origin = f"{RULES}/{rule(staff, origin='client')}"
        assert [one["name"] for one in staff.get(f"{by_origin}/matches").json["items"]] == ["=cmd.pdf"]
        by_folder = f"{RULES}/{rule(staff, folder='Contracts', tag='tax')}"
        assert staff.get(f"{by_folder}/matches").json["items"] == []
        archived = f"{RULES}/{rule(staff, counts_from='archived', years=1)}"
        known(harness, account, 2, status="archived")
        assert staff.get(f"{archived}/matches").json["items"] == []
    with time_machine.travel(NOW + timedelta(days=400), tick=False):
        known(harness, account, 3, status="archived", name="Renamed")
        assert len(harness.staff().get(f"{archived}/matches").json["items"]) == 3


@pytest.mark.usefixtures("old")
def test_a_kill_in_the_middle_leaves_no_document_gone_without_its_line(
    harness: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    with time_machine.travel(NOW, tick=False):
        staff = harness.staff()
        at = f"{RULES}/{rule(staff)}"
        staff.post(f"{at}/try")
        staff.post(f"{at}/approve")
        monkeypatch.setattr(actions, "BATCH", 1)
        real, calls = actions.purge, []

        def killed(*args: Any) -> None:
            calls.append(1)
            real(*args)
            if len(calls) == 2:
                raise RuntimeError("killed")

        monkeypatch.setattr(actions, "purge", killed)
        with pytest.raises(RuntimeError):
            harness.run_timer("apply_retention")
        assert (len(names(harness)), len(staff.get(f"{at}/removals").json["items"])) == (2, 1)
        harness.run_timer("apply_retention")
        assert (names(harness), len(staff.get(f"{at}/removals").json["items"])) == ({"New.pdf"}, 2)

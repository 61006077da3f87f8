"""What waits for approval stands on Home and on the work list, while that version is the newest."""

from typing import Any

import pytest

from services.chassis.testing.harness import Browser, Harness
from tests.portal.conftest import Client, document_of


@pytest.fixture
def document(portal: Harness, acosta: Client) -> dict[str, Any]:
    shared = document_of(acosta)
    portal.deliver("documents.document.shared.v1", shared)
    return shared


def approval(portal: Harness, acosta: Client, document: dict[str, Any], what: str = "asked", **more: Any) -> None:
    of = {"document_id": document["id"], "account_id": str(acosta.account_id), "name": document["name"]}
    portal.deliver(f"documents.document.approval_{what}.v1", of | more)


def to_do(acosta: Client) -> list[tuple[str, str]]:
    listed = acosta.browser.get("/v1/home").json["to_do"]
    return [(item["title"], item["id"]) for item in listed if item["kind"] == "approve_document"]


def test_what_the_firm_asks_about_stands_on_home_until_it_is_decided(
    portal: Harness, acosta: Client, staff: Browser, document: dict[str, Any]
) -> None:
    approval(portal, acosta, document)
    assert to_do(acosta) == [("IVA.pdf", document["id"])]
    by = {"kind": "client", "id": str(acosta.user_id), "name": "Ana Acosta"}
    approval(portal, acosta, document, "decided", by=by, decided_by=by)
    assert to_do(acosta) == []
    waits = [(row["kind"], row["title"]) for row in staff.get("/v1/work").json["items"]]
    assert ("document_rejected", "IVA.pdf") in waits
    approval(portal, acosta, document, "undone")
    assert "document_rejected" not in {row["kind"] for row in staff.get("/v1/work").json["items"]}
    kinds = [entry["kind"] for entry in staff.get(f"/v1/accounts/{acosta.account_id}/activity").json["items"]]
    assert {"document.approval_asked", "document.rejected", "document.approval_undone"} <= set(kinds)


def test_a_late_question_asks_for_nothing(portal: Harness, acosta: Client, document: dict[str, Any]) -> None:
    approval(portal, acosta, document, "undone")
    approval(portal, acosta, document, "asked")
    assert to_do(acosta) == [], "what came before does not undo what came after"


def test_a_newer_version_and_a_hidden_document_ask_for_nothing(
    portal: Harness, acosta: Client, document: dict[str, Any]
) -> None:
    approval(portal, acosta, document)
    portal.deliver("documents.document.unshared.v1", document | {"shared": False, "version": 2})
    assert to_do(acosta) == []
    portal.deliver("documents.document.shared.v1", document | {"version": 3})
    assert len(to_do(acosta)) == 1, "control"
    portal.deliver("documents.document.version_added.v1", document | {"version_number": 2, "version": 4})
    assert to_do(acosta) == []

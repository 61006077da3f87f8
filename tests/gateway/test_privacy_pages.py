"""The pages of exports, erasures and legal holds, for clients and for staff (B15)."""

from typing import Any

import pytest

from tests.gateway.conftest import Visitor
from tests.gateway.house import ACCOUNT, CLIENT, CLIENT_SESSION, House, moment, problem
from tests.gateway.test_admin_clients import body_of, text_of

EXPORT, ERASURE = "0192a000-0000-7000-8000-000000000e01", "0192a000-0000-7000-8000-000000000e02"
OWN, PAGE, RECORD = ("GET", "/portal/v1/own-data"), "/profile/data", f"/admin/clients/{ACCOUNT}/data"
DATA = ("GET", f"/portal/v1/accounts/{ACCOUNT}/data")
RULES = {"erasure_days": 7, "signed_years": 6}
NAME = "Talleres Acosta, S.L."


def export(status: str = "ready", **more: Any) -> dict[str, Any]:
    """Return an export as the portal service tells one."""
    parts = [
        {"service": "portal", "status": "done", "files": 4, "size": 4000},
        {"service": "documents", "status": "done" if status == "ready" else "waiting", "files": 9, "size": 90_000},
    ]
    return {
        "id": EXPORT,
        "account_id": ACCOUNT,
        "everything": False,
        "asked_by": {"kind": "client", "id": CLIENT["id"], "name": "Ana Acosta"},
        "status": status,
        "created_at": moment(-2),
        "finished_at": None,
        "expires_at": moment(150),
        "size": 94_000,
        "sha256": "ab" * 32,
        "parts": parts,
    } | more


def erasure(status: str = "done", **more: Any) -> dict[str, Any]:
    """Return an erasure with its report as the portal service tells one."""
    return {
        "id": ERASURE,
        "account": {"id": ACCOUNT, "name": NAME},
        "number": "1A2B3C",
        "status": status,
        "reason": "",
        "by_client": True,
        "asked_by": {"kind": "client", "id": CLIENT["id"], "name": "Ana Acosta"},
        "asked_at": moment(-30),
        "decided_by": {"kind": "staff", "id": CLIENT["id"], "name": "Lucía Marín"},
        "decided_at": moment(-20),
        "keep_signed": True,
        "starts_at": moment(-10),
        "started_at": moment(-10),
        "finished_at": moment(-9),
        "again_on": "2032-03-14",
        "on_hold": False,
        "parts": [
            {
                "service": "documents",
                "status": "failed" if status == "failed" else "done",
                "erased": [{"kind": "files", "count": 12}, {"kind": "readers", "count": 3}],
                "kept": [{"kind": "signed_documents", "count": 2, "rule": "signed", "until": "2032-03-14"}],
                "reason": None,
                "changed_at": moment(-9),
            }
        ],
    } | more


def furnish(house: House) -> None:
    """Let the portal service of `house` have an archive and an erasure."""
    hold = {"reason": "Court case 12/2026", "until": None, "set_by": {"name": "Lucía Marín"}, "set_at": moment(-5)}
    house.answers[OWN] = {"exports": [export()], "erasure": None, "rules": RULES}
    record = {"account": {"id": ACCOUNT, "name": NAME}, "rules": RULES, "exports": [export("gathering")]}
    house.answers[DATA] = record | {"legal_hold": hold, "erasures": []}
    house.answers["GET", f"/portal/v1/erasures/{ERASURE}"] = erasure()


@pytest.fixture(autouse=True)
def data(house: House) -> None:
    furnish(house)


@pytest.mark.feature("B15")
def test_a_client_asks_for_an_archive_and_sees_it(client: Visitor, house: House) -> None:
    words = text_of(client.get(PAGE))
    assert "Download" in words
    house.answers["POST", "/portal/v1/data-exports"] = export("gathering")
    asked = client.post(PAGE)
    assert (asked.status_code, asked.headers["Location"]) == (303, PAGE)
    house.answers["POST", "/portal/v1/data-exports"] = problem(409, "export_running")
    refused = client.post(PAGE)
    assert refused.status_code == 422
    assert "An export is being made already." in text_of(refused)
    house.answers[OWN] = {"exports": [export("gathering")], "erasure": None, "rules": RULES}
    running = client.get(PAGE)
    assert "Prepare my archive" not in running.text
    assert "Being gathered" in text_of(running)


def test_a_wish_to_be_erased_is_kept_as_typed_until_it_is_confirmed(client: Visitor, house: House) -> None:
    path = ("POST", "/portal/v1/erasures/asked")
    house.answers[path] = problem(
        422, "invalid_input", errors={"confirmed": ["Confirm that you want all data erased."]}
    )
    refused = client.post(f"{PAGE}/erasure", {"reason": "We have closed"}, page=PAGE)
    assert refused.status_code == 422
    assert "Confirm that you want all data erased." in text_of(refused)
    assert "We have closed" in refused.text
    house.answers[path] = {"exports": [], "erasure": None, "rules": RULES}
    done = client.post(f"{PAGE}/erasure", {"reason": "We have closed", "confirmed": "yes"}, page=PAGE)
    assert done.status_code == 303
    assert body_of(house, *path) == {"reason": "We have closed", "confirmed": True}
    asked = {"id": ERASURE, "status": "asked", "asked_at": moment(-1), "starts_at": None}
    house.answers[OWN] = {"exports": [], "erasure": asked, "rules": RULES}
    assert "Take it back" in text_of(client.get(PAGE))


@pytest.mark.parametrize("role", ["member", "signer", "billing"])
def test_the_page_is_for_owners_alone(client: Visitor, house: House, role: str) -> None:
    accounts = [CLIENT["accounts"][0] | {"role": role}]
    house.users[CLIENT_SESSION] = CLIENT | {"accounts": accounts}
    assert client.get(PAGE).status_code == 404


def test_staff_sees_the_data_of_a_client_and_its_legal_hold(staff: Visitor) -> None:
    words = text_of(staff.get(RECORD))
    assert "Court case 12/2026" in words
    assert "Until it is lifted" in words
    assert "Being gathered" in words
    assert "There is a legal hold" in words


def test_the_erasure_asks_for_the_name(staff: Visitor, house: House) -> None:
    path = ("POST", f"/portal/v1/accounts/{ACCOUNT}/erasure")
    page = text_of(staff.get(f"{RECORD}/erase"))
    assert "It begins in 7 days." in page
    assert "Keep what was signed for 6 years" in page
    house.answers[path] = problem(422, "invalid_input", errors={"name": ["This is not the name of the client."]})
    refused = staff.post(f"{RECORD}/erase", {"name": "Somebody", "reason": "Asked by letter"})
    assert refused.status_code == 422
    assert "This is not the name of the client." in text_of(refused)
    assert "Asked by letter" in refused.text
    house.answers[path] = erasure("planned")
    done = staff.post(f"{RECORD}/erase", {"name": NAME, "keep_signed": "yes"})
    assert done.headers["Location"] == f"/admin/erasures/{ERASURE}"
    assert body_of(house, *path) == {"name": NAME, "reason": "", "keep_signed": True}


def test_the_report_says_what_is_gone_and_what_stays(staff: Visitor, house: House) -> None:
    page = staff.get(f"/admin/erasures/{ERASURE}")
    words = text_of(page)
    assert "Files: 12" in words
    assert "Other records: 3" in words
    assert "Signed documents" in words
    assert "The firm keeps what was signed for its years" in words
    assert staff.get(f"/admin/erasures/{ERASURE}/report.json").json["number"] == "1A2B3C"
    house.answers["GET", f"/portal/v1/erasures/{ERASURE}"] = erasure("failed")
    assert "Try the failed parts again" in text_of(staff.get(f"/admin/erasures/{ERASURE}"))


def test_erasures_are_listed(staff: Visitor, house: House) -> None:
    house.answers["GET", "/portal/v1/erasures"] = {"items": [], "next": None}
    assert "No erasures" in text_of(staff.get("/admin/erasures"))
    house.answers["GET", "/portal/v1/erasures"] = {"items": [erasure("asked")], "next": None}
    assert NAME in text_of(staff.get("/admin/erasures?status=asked"))


def test_the_rules_are_numbers(staff: Visitor, house: House) -> None:
    house.answers["GET", "/portal/v1/privacy-rules"] = RULES
    house.answers["PUT", "/portal/v1/privacy-rules"] = RULES
    wrong = staff.post("/admin/settings/data", {"erasure_days": "a lot", "signed_years": "6"})
    assert wrong.status_code == 422
    assert "Write a number from 0 to 90." in text_of(wrong)
    assert staff.post("/admin/settings/data", {"erasure_days": "0", "signed_years": "6"}).status_code == 303
    assert body_of(house, "PUT", "/portal/v1/privacy-rules") == {"erasure_days": 0, "signed_years": 6}

"""The quarantine in the admin, and what a document's page says of the virus check."""

from typing import Any

import pytest
from werkzeug import Response

from tests.gateway.archive import DOCUMENT, document, fill
from tests.gateway.conftest import Visitor
from tests.gateway.house import ACCOUNT, House, moment, problem
from tests.gateway.test_admin_clients import text_of

PAGE = "/admin/quarantine"
RELEASE, DISCARD = (f"{PAGE}/{DOCUMENT}/{act}" for act in ("release", "discard"))
AT = f"/documents/v1/documents/{DOCUMENT}"
WORKS: dict[str, Any] = {
    "on": True,
    "down_since": None,
    "error": None,
    "waiting": 0,
    "waiting_since": None,
    "quarantined": 1,
}


def held(why: str = "infected", found: str = "Win.Test.EICAR_HDB-1") -> dict[str, Any]:
    return {
        "id": DOCUMENT,
        "name": "Factura octubre.pdf",
        "account_id": ACCOUNT,
        "account_name": "Talleres Acosta, S.L.",
        "size": 68,
        "number": 1,
        "uploaded_by": {"kind": "client", "id": "c1", "name": "Ana Acosta"},
        "uploaded_at": moment(-2),
        "held_at": moment(-2),
        "why": why,
        "found": found,
    }


def furnish(house: House, *rows: dict[str, Any], **scanner: Any) -> None:
    """Let documents tell what is in quarantine and how the scanner does."""
    house.answers[("GET", "/documents/v1/quarantine")] = {"items": list(rows or [held()]), "next": None}
    house.answers[("GET", "/documents/v1/scanner")] = WORKS | scanner


@pytest.fixture(autouse=True)
def archive(house: House) -> House:
    furnish(house)
    return fill(house)


def test_the_quarantine_says_what_was_found_and_offers_to_decide(staff: Visitor) -> None:
    words = text_of(staff.get(PAGE))
    assert "Factura octubre.pdf" in words
    assert "Infected Win.Test.EICAR_HDB-1" in words
    assert f'href="{RELEASE}"' in staff.get(PAGE).text


@pytest.mark.parametrize(
    ("scanner", "words"),
    [
        ({"on": False}, "Files are not checked."),
        ({"down_since": moment(-1), "waiting": 3}, "3 files wait for it and stay closed."),
        ({"waiting": 1}, "One file is being checked at the moment."),
    ],
)
def test_the_page_says_how_the_scanner_does(staff: Visitor, house: House, scanner: dict[str, Any], words: str) -> None:
    furnish(house, **scanner)
    assert words in text_of(staff.get(PAGE))


def test_an_empty_quarantine_says_what_will_stand_there(staff: Visitor, house: House) -> None:
    house.answers[("GET", "/documents/v1/quarantine")] = {"items": [], "next": None}
    assert "Nothing is held back" in text_of(staff.get(PAGE))


def test_a_file_is_released_for_a_reason(staff: Visitor, house: House) -> None:
    house.answers[("POST", f"{AT}/release")] = document()
    assert "Write why it may be opened." in staff.post(RELEASE, {"reason": " "}).text
    answer = staff.post(RELEASE, {"reason": "A macro of our own"})
    assert (answer.status_code, answer.location) == (303, PAGE)
    assert house.called("POST", f"{AT}/release")[-1].json == {"reason": "A macro of our own"}


def test_a_file_that_was_released_meanwhile_keeps_the_form(staff: Visitor, house: House) -> None:
    house.answers[("POST", f"{AT}/release")] = problem(409, "not_quarantined")
    page = staff.post(RELEASE, {"reason": "A macro of our own"})
    assert page.status_code == 422
    assert "is not in quarantine any more" in page.text
    assert "A macro of our own" in page.text


def test_a_file_is_removed_after_a_question(staff: Visitor, house: House) -> None:
    house.answers[("POST", f"{AT}/discard")] = Response(status=204)
    assert "cannot be restored" in staff.get(DISCARD).text
    assert staff.post(DISCARD, {}).location == PAGE


def test_a_document_says_that_it_is_being_checked_and_asks_until_it_is_over(client: Visitor, house: House) -> None:
    house.answers[("GET", AT)] = document(scan="waiting") | {"versions": []}
    page = client.get(f"/documents/{DOCUMENT}")
    assert "being checked for viruses" in page.text
    assert f'hx-get="/documents/{DOCUMENT}/check"' in page.text
    assert f'href="/documents/{DOCUMENT}/content"' not in page.text
    assert client.get(f"/documents/{DOCUMENT}/check").status_code == 204
    house.answers[("GET", AT)] = document(scan="clean")
    assert client.get(f"/documents/{DOCUMENT}/check").headers["HX-Refresh"] == "true"
    house.answers[("GET", AT)] = problem(404, "not_found")
    assert client.get(f"/documents/{DOCUMENT}/check").headers["HX-Redirect"] == "/documents"


def test_staff_reads_on_the_document_why_nobody_can_open_it(staff: Visitor, house: House) -> None:
    house.answers[("GET", AT)] = document(status="quarantined", scan="quarantined") | {"versions": []}
    words = text_of(staff.get(f"/admin/documents/{DOCUMENT}"))
    assert "The virus check held this file back." in words
    house.answers[("GET", AT)] = document(scan="waiting")
    assert staff.get(f"/admin/documents/{DOCUMENT}/check").status_code == 204

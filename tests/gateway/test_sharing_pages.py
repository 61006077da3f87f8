"""Links to documents and locks: the page for whoever holds a link, and those of both sides (B26)."""

from typing import Any

import pytest
from werkzeug import Response

from tests.gateway.archive import DOCUMENT, FIRM, FOLDER, document, fill, in_full, shelf
from tests.gateway.conftest import Visitor
from tests.gateway.house import ACCOUNT, SWITCHES, House, moment, problem
from tests.gateway.test_admin_clients import body_of, text_of

LINK = "0192a000-0000-7000-8000-000000000c01"
TOKEN = "live-token-of-the-shared-link"
LINKS, HELD = "/documents/v1/share-links", "/documents/v1/held-links"
AT = f"/documents/v1/documents/{DOCUMENT}"
PAGE = f"/shared/{TOKEN}"
INSPECT, DOWNLOAD = ("POST", f"{HELD}/inspect"), ("POST", f"{HELD}/download")
LOCK = {"reference": "2031", "amount": 42000, "currency": "EUR", "text": "Thank you.", "locked_by": FIRM}


def link(**more: Any) -> dict[str, Any]:
    """Return a link as the documents service tells one."""
    return {
        "id": LINK,
        "account_id": ACCOUNT,
        "account_name": "Talleres Acosta, S.L.",
        "document_id": DOCUMENT,
        "folder_id": None,
        "name": "VAT return Q3.pdf",
        "note": "For the bank",
        "state": "active",
        "has_password": False,
        "created_by": FIRM,
        "created_at": moment(-2),
        "expires_at": moment(100),
        "most_downloads": 3,
        "downloads": 1,
        "last_used_at": moment(-1),
        "revoked_at": None,
        "revoked_by": None,
    } | more


def held(**more: Any) -> dict[str, Any]:
    """Return what the documents service tells whoever holds a link."""
    facts = {"has_password": False, "expires_at": moment(100), "name": "VAT return Q3.pdf", "size": 123_456}
    return facts | {"content_type": "application/pdf", "files": None} | more


def furnish(house: House) -> None:
    """Let the documents service of `house` have a link and a lock."""
    use = {"id": LINK, "at": moment(-1), "what": "downloaded", "name": "VAT return Q3.pdf", "version_number": 1}
    house.answers |= {
        ("GET", LINKS): lambda _request: {"items": [link()], "next": None},
        ("GET", f"{LINKS}/{LINK}"): lambda _request: link(uses=[use | {"address": "203.0.113.9"}]),
        ("POST", f"{LINKS}/{LINK}/revoke"): lambda _request: link(state="revoked"),
        ("POST", f"{AT}/share-links"): lambda _request: link(url=f"http://localhost{PAGE}"),
        ("GET", f"{AT}/lock"): {"lock": LOCK | {"locked_at": moment(-1)}},
        ("POST", f"{AT}/lock"): {"lock": LOCK},
        ("POST", f"{AT}/unlock"): {"lock": None},
        ("POST", f"/documents/v1/folders/{FOLDER}/share-links"): lambda _request: link(url=f"http://localhost{PAGE}"),
        INSPECT: lambda _request: held(),
        DOWNLOAD: lambda _request: Response(
            b"%PDF-1.7", headers={"Content-Type": "application/pdf", "Content-Disposition": "attachment"}
        ),
    }


@pytest.fixture(autouse=True)
def furnished(house: House) -> None:
    fill(house)
    furnish(house)


def test_to_look_at_a_link_counts_nothing_and_the_button_gives_the_document(anybody: Visitor, house: House) -> None:
    for _ in range(3):
        page = anybody.get(PAGE)
        anybody.client.head(PAGE)
    assert "VAT return Q3.pdf" in text_of(page)
    assert not house.called(*DOWNLOAD)
    assert page.headers["X-Robots-Tag"].startswith("noindex")
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert page.headers["Cache-Control"] == "no-store"
    answer = anybody.post(PAGE)
    assert (answer.status_code, answer.data) == (200, b"%PDF-1.7")
    assert answer.headers["Content-Disposition"] == "attachment"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    (call,) = house.called(*DOWNLOAD)
    assert call.get_json() == {"token": TOKEN, "password": "", "address": "127.0.0.1"}


def test_every_link_that_gives_nothing_shows_the_same_page(anybody: Visitor, house: House) -> None:
    house.answers |= dict.fromkeys((INSPECT, DOWNLOAD), problem(404, "share_link_over"))
    shown = [anybody.get(f"/shared/{token}") for token in (TOKEN, "other", "x" * 150)]
    assert {page.status_code for page in shown} == {404}
    assert len({text_of(page) for page in shown}) == 1
    assert "Not available any more" in text_of(shown[0])
    assert anybody.post(PAGE).status_code == 404


def test_a_password_is_asked_for_and_what_is_wrong_stands_beside_it(anybody: Visitor, house: House) -> None:
    house.answers[INSPECT] = held(has_password=True, name=None, size=None, content_type=None)
    assert "VAT" not in text_of(anybody.get(PAGE))
    house.answers[DOWNLOAD] = problem(403, "wrong_link_password")
    wrong = anybody.post(PAGE, {"password": "guess"})
    assert wrong.status_code == 422
    assert "This password is not right." in text_of(wrong)
    assert "guess" not in wrong.text
    house.answers[DOWNLOAD] = problem(429, "too_many_attempts")
    assert "too many tries" in text_of(anybody.post(PAGE, {"password": "guess"}))


def test_staff_makes_a_link_and_sees_its_address_once(staff: Visitor, house: House) -> None:
    form = f"/admin/documents/{DOCUMENT}/link"
    assert "Anybody who has the link" in text_of(staff.get(form))
    typed = {"days": "x", "most_downloads": "3", "note": "For the bank", "key": "k1", "password": ""}
    wrong = staff.post(form, typed)
    assert (wrong.status_code, "Write a whole number." in text_of(wrong)) == (422, True)
    assert 'value="For the bank"' in wrong.text
    made = staff.post(form, typed | {"days": "2"})
    assert f"http://localhost{PAGE}" in made.text
    (call,) = house.called("POST", f"{AT}/share-links")
    assert call.get_json() == {"days": 2, "most_downloads": 3, "note": "For the bank", "password": None}
    assert call.headers["Idempotency-Key"] == "k1"
    page = text_of(staff.get(f"/admin/documents/{DOCUMENT}"))
    assert "For the bank" in page
    assert "1 of 3 downloads" in page


def test_staff_sees_all_links_who_used_one_and_closes_it(staff: Visitor, house: House) -> None:
    assert "VAT return Q3.pdf" in text_of(staff.get("/admin/share-links?q=vat&state=active"))
    assert dict(house.called("GET", LINKS)[-1].args) == {"q": "vat", "state": "active"}
    assert "203.0.113.9" in text_of(staff.get(f"/admin/share-links/{LINK}"))
    assert staff.post(f"/admin/share-links/{LINK}/revoke").status_code == 303
    assert house.called("POST", f"{LINKS}/{LINK}/revoke")
    house.answers[("GET", LINKS)] = {"items": [], "next": None}
    assert "No links" in text_of(staff.get("/admin/share-links"))


def test_staff_locks_a_document_until_it_is_paid_and_unlocks_it(staff: Visitor, house: House) -> None:
    form = f"/admin/documents/{DOCUMENT}/lock"
    assert staff.post(form, {"reference": "2031", "amount": "4,2,0"}).status_code == 422
    assert staff.post(form, {"reference": "2031", "amount": "420,00", "text": ""}).status_code == 303
    sent = body_of(house, "POST", f"{AT}/lock")
    assert (sent["reference"], sent["amount"], sent["currency"]) == ("2031", 42000, "EUR")
    house.answers[("GET", AT)] = in_full(locked=True)
    page = text_of(staff.get(f"/admin/documents/{DOCUMENT}"))
    assert "Locked until paid" in page
    assert "420" in page
    assert staff.post(f"/admin/documents/{DOCUMENT}/unlock", {"reason": "Paid in cash"}).status_code == 303
    assert body_of(house, "POST", f"{AT}/unlock") == {"reason": "Paid in cash"}


def test_a_client_reads_that_a_document_waits_and_cannot_download_it(client: Visitor, house: House) -> None:
    assert f"/documents/{DOCUMENT}/content" in client.get(f"/documents/{DOCUMENT}").text, "control"
    house.answers[("GET", AT)] = in_full(locked=True)
    page = client.get(f"/documents/{DOCUMENT}")
    assert "Locked until paid" in text_of(page)
    assert f'href="/documents/{DOCUMENT}/content"' not in page.text
    assert f"/documents/{DOCUMENT}/content" in client.get("/documents").text, "control"
    house.answers[("GET", f"/documents/v1/accounts/{ACCOUNT}/shelf")] = shelf(document(locked=True))
    listed = client.get("/documents")
    assert "Locked until paid" in text_of(listed)
    assert f"/documents/{DOCUMENT}/content" not in listed.text


def test_a_client_makes_links_where_the_firm_lets_it(client: Visitor, house: House) -> None:
    form = f"/documents/{DOCUMENT}/link"
    assert client.get(form).status_code == 404
    house.answers[("GET", "/portal/v1/shell")] = lambda request: (
        house._shell(request) | {"switches": SWITCHES | {"client_share_links": True}}
    )
    client = Visitor(house.gateway(), atrio_client="client-session-token")
    assert "Make a link" in text_of(client.get(f"/documents/{DOCUMENT}"))
    assert f"http://localhost{PAGE}" in client.post(form, {"days": "7", "key": "k"}).text
    assert client.post(f"/documents/links/{LINK}/revoke").status_code == 303


def test_a_folder_is_linked_too_and_comes_as_a_zip(staff: Visitor, anybody: Visitor, house: House) -> None:
    form = f"/admin/folders/{FOLDER}/link"
    assert "as one zip" in text_of(staff.get(form))
    assert f"http://localhost{PAGE}" in staff.post(form, {"days": "7", "key": "k2"}).text
    house.answers[INSPECT] = held(name="For the bank", files=3)
    assert "For the bank 3 documents" in text_of(anybody.get(PAGE))

"""Documents on the page: read, approved or rejected by either side, and several as one zip."""

import pytest

from tests.gateway.archive import DOCUMENT, LETTER, document, fill, in_full
from tests.gateway.conftest import Visitor
from tests.gateway.house import ACCOUNT, House, problem
from tests.gateway.reading import WEBP, approval, preview, said
from tests.gateway.test_admin_clients import text_of

AT = f"/documents/v1/documents/{DOCUMENT}"
OWN, FIRMS = f"/documents/{DOCUMENT}", f"/admin/documents/{DOCUMENT}"


@pytest.fixture(autouse=True)
def archive(house: House) -> House:
    return fill(house)


def test_a_document_is_read_page_by_page(client: Visitor, house: House) -> None:
    house.answers["GET", "/documents/v1/documents"] = {"items": [document(LETTER), document()], "next": None}
    assert f'href="{OWN}/view"' in client.get(OWN).text
    page = client.get(f"{OWN}/view")
    assert page.text.count("<section class=") == 3
    assert page.text.count('loading="lazy"') == 2, "all pictures but the first wait until they are near"
    assert f'src="{OWN}/view/pages/1?width=800"' in page.text
    assert "Words of page 2" in text_of(page)
    assert f'href="/documents/{LETTER}/view"' in page.text
    assert f'href="{OWN}/content"' in page.text
    picture = client.get(f"{OWN}/view/pages/1?width=1600")
    assert (picture.data, picture.headers["Content-Type"]) == (WEBP, "image/webp")


def test_a_long_document_comes_in_parts(staff: Visitor, house: House) -> None:
    house.answers["GET", f"{AT}/preview"] = preview(count=5000, part=2, parts=250)
    page = staff.get(f"{FIRMS}/view?part=2&version=1")
    assert 'href="?part=3&amp;version=1"' in page.text or 'href="?part=3&version=1"' in page.text
    assert "of 5000" in text_of(page)
    assert house.called("GET", f"{AT}/preview")[-1].args.to_dict() == {"part": "2", "version": "1"}


@pytest.mark.parametrize(
    ("status", "reason", "words"),
    [
        ("none", None, "No preview of this kind of file"),
        ("refused", "encrypted", "protected by a password"),
        ("refused", "damaged", "may be damaged"),
        ("refused", "too_many_pixels", "The picture is too large"),
    ],
)
def test_what_cannot_be_shown_is_offered_for_download(
    client: Visitor, house: House, status: str, reason: str | None, words: str
) -> None:
    house.answers["GET", f"{AT}/preview"] = preview(status=status, reason=reason, pages=[], count=0)
    page = client.get(f"{OWN}/view")
    assert words in text_of(page)
    assert f'href="{OWN}/content"' in page.text


def test_the_client_approves_what_is_asked_about(client: Visitor, house: House) -> None:
    assert "Approve" not in text_of(client.get(OWN))
    house.answers["GET", f"{AT}/approvals"] = said(approval())
    page = text_of(client.get(OWN))
    assert "asks for approval" in page
    assert "Page 3, please." in page
    done = client.post(f"{OWN}/decision", {"decision": "approved", "version_number": "1"})
    assert (done.status_code, done.headers["Location"]) == (303, OWN)
    sent = house.called("POST", f"{AT}/approvals/decision")[-1].get_json()
    assert sent == {"decision": "approved", "version_number": 1, "reason": ""}


def test_a_rejection_needs_a_reason_which_is_kept(client: Visitor, house: House) -> None:
    form = client.get(f"{OWN}/reject")
    assert 'name="version_number" value="1"' in form.text
    answer = client.post(f"{OWN}/decision", {"decision": "rejected", "version_number": "1", "reason": " "})
    assert answer.status_code == 422
    assert "Say in a few words why you reject it." in text_of(answer)
    assert house.called("POST", f"{AT}/approvals/decision") == []
    house.answers["POST", f"{AT}/approvals/decision"] = lambda _request: problem(409, "version_changed")
    late = client.post(f"{OWN}/decision", {"decision": "rejected", "version_number": "1", "reason": "Last year's."})
    assert late.status_code == 422
    assert "There is a newer version. Read it first." in text_of(late)
    assert "Last year&#39;s." in late.text


def test_staff_asks_takes_back_and_decides(staff: Visitor, house: House) -> None:
    assert "Ask for approval" in text_of(staff.get(FIRMS))
    assert staff.get(f"{FIRMS}/approval").status_code == 200
    assert staff.post(f"{FIRMS}/approval", {"note": "Page 3, please."}).status_code == 303
    assert house.called("POST", f"{AT}/approvals")[-1].get_json() == {"note": "Page 3, please."}
    house.answers["GET", f"{AT}/approvals"] = said(approval("rejected"))
    page = text_of(staff.get(FIRMS))
    assert "The figures are last year&#39;s." in page
    assert "Ask for approval" not in page
    assert staff.post(f"{FIRMS}/approval/undo", {}).status_code == 303
    house.answers["GET", f"{AT}/approvals"] = said()
    house.answers["GET", AT] = in_full(origin="client", account_id=ACCOUNT)
    assert "Reject" in text_of(staff.get(FIRMS))
    answer = staff.post(f"{FIRMS}/decision", {"decision": "rejected", "version_number": "1", "reason": "Page 2."})
    assert answer.status_code == 303


def test_several_documents_come_as_one_zip(client: Visitor, staff: Visitor, house: House) -> None:
    answer = client.get(f"/documents/archive?id={DOCUMENT}&id={LETTER}")
    assert (answer.data, answer.headers["Content-Type"]) == (b"PK", "application/zip")
    asked = house.called("GET", "/documents/v1/documents/archive")[-1]
    assert asked.args.getlist("id") == [DOCUMENT, LETTER]
    assert staff.get(f"/admin/documents/archive?folder_id={LETTER}").status_code == 200
    assert house.called("GET", "/documents/v1/documents/archive")[-1].args["folder_id"] == LETTER
    ticked = staff.post("/admin/documents/archive", {"id": [DOCUMENT, LETTER]}, page=FIRMS)
    assert ticked.headers["Location"] == f"/admin/documents/archive?id={DOCUMENT}&id={LETTER}"

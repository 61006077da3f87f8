"""Documents on both sides: the lists, one document, files up, sharing, the recycle bin."""

from typing import Any

import pytest
from werkzeug import Response as ServiceResponse

from tests.gateway.archive import ANA, DOCUMENT, STATEMENT, document, file, fill, in_full, shelf, uploads, version
from tests.gateway.conftest import Visitor
from tests.gateway.house import ACCOUNT, STAFF_SESSION, SWITCHES, House, problem
from tests.gateway.test_admin_clients import asked, text_of

OWN, LIBRARY, TAB = "/documents", "/admin/documents", f"/admin/clients/{ACCOUNT}?tab=documents"
PAGE = f"{LIBRARY}/{DOCUMENT}"
LISTED = ("GET", "/documents/v1/documents")
SHELF = ("GET", f"/documents/v1/accounts/{ACCOUNT}/shelf")
AT = f"/documents/v1/documents/{DOCUMENT}"


@pytest.fixture(autouse=True)
def archive(house: House) -> House:
    return fill(house)


def listed(house: House, *items: Any, following: str | None = None) -> None:
    """Let the documents service list these."""
    house.answers[LISTED] = {"items": list(items), "next": following}
    house.answers[SHELF] = shelf(*items, following=following)


def no_such_cursor(request: Any) -> Any:
    if request.args.get("cursor"):
        return problem(422, "invalid_input", {"cursor": ["This is no cursor of this list."]})
    return {"items": [document()], "next": None}


# The client's list


@pytest.mark.feature("S45")
def test_a_client_sees_what_is_there_and_what_is_new(client: Visitor, house: House) -> None:
    signed = document(STATEMENT, "Engagement letter.pdf", sign_request_id=DOCUMENT, version_number=2)
    listed(house, document(new=True), signed)
    page = client.get(OWN)
    words = text_of(page)
    assert "VAT return Q3.pdf New" in words
    assert "Engagement letter.pdf Signed" in words
    assert f'href="{OWN}/{DOCUMENT}/content"' in page.text
    assert 'aria-label="Download VAT return Q3.pdf"' in page.text


def test_search_and_place_stand_in_the_address(client: Visitor, house: House) -> None:
    listed(house, document(), following="further")
    page = client.get(f"{OWN}?q=vat&cursor=here")
    assert asked(house, SHELF[1]) == {"q": "vat", "cursor": "here", "sort": "-changed"}
    assert 'value="vat"' in page.text
    assert "q=vat&amp;cursor=further" in page.text
    assert "To the start" in page.text


@pytest.mark.parametrize(("query", "words"), [("", "No documents yet"), ("?q=zzz", "Nothing found for “zzz”")])
def test_an_empty_list_says_what_will_stand_there(client: Visitor, house: House, query: str, words: str) -> None:
    listed(house)
    assert words in text_of(client.get(OWN + query))


def test_a_made_up_place_in_the_list_is_no_failure_of_ours(client: Visitor, house: House) -> None:
    house.answers[LISTED] = house.answers[SHELF] = no_such_cursor
    page = client.get(f"{OWN}?cursor=made-up")
    assert page.status_code < 500
    assert "went wrong on our side" not in page.text


def test_what_others_typed_is_never_markup(client: Visitor, staff: Visitor, house: House) -> None:
    evil = "<script>alert(1)</script>.pdf"
    person = ANA | {"name": evil}
    listed(house, document(name=evil, account_name=evil, uploaded_by=person))
    house.answers[("GET", AT)] = in_full(name=evil, account_name=evil, uploaded_by=person)
    for path in (f"{OWN}?q={evil}", f"{OWN}/{DOCUMENT}"):
        assert "<script>alert" not in client.get(path).text, path
    for path in (f"{LIBRARY}?q={evil}", TAB, PAGE, f"{PAGE}/delete"):
        assert "<script>alert" not in staff.get(path).text, path


# One document


def test_a_document_tells_its_versions_and_who_opened_it(client: Visitor, house: House) -> None:
    sealed = version(2, {"kind": "service", "id": DOCUMENT, "name": "Signing"}, origin="signing")
    house.answers[("GET", AT)] = in_full(sign_request_id=STATEMENT, version_number=2, versions=[version(1), sealed])
    page = client.get(f"{OWN}/{DOCUMENT}")
    words = text_of(page)
    assert "Signed and sealed" in words
    assert "Ana Acosta opened it" in words
    assert "Lucía Marín shared it" in words
    assert words.index("Signed and sealed") < words.index("Version 1")
    assert f'href="{OWN}/{DOCUMENT}/content?version=2"' in page.text


def test_a_document_that_is_not_theirs_is_not_found(client: Visitor, house: House) -> None:
    del house.answers[("GET", AT)]
    assert client.get(f"{OWN}/{DOCUMENT}").status_code == 404
    assert client.get(f"{OWN}/{DOCUMENT}/content").status_code == 404


@pytest.mark.feature("S45")
def test_the_bytes_come_as_the_service_gives_them(client: Visitor, house: House) -> None:
    headers = {"Content-Disposition": 'attachment; filename="VAT return Q3.pdf"', "ETag": '"abc"'}
    headers |= {"Content-Security-Policy": "sandbox", "X-Content-Type-Options": "nosniff"}
    house.answers[("GET", f"{AT}/content")] = ServiceResponse(
        b"%PDF-1.7 bytes", content_type="application/pdf", headers=headers
    )
    answer = client.get(f"{OWN}/{DOCUMENT}/content?version=2", headers={"Range": "bytes=0-"})
    assert answer.data == b"%PDF-1.7 bytes"
    for name in ("Content-Disposition", "ETag"):
        assert answer.headers[name] == headers[name]
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    [call] = house.called("GET", f"{AT}/content")
    assert (call.args["version"], call.headers["Range"]) == ("2", "bytes=0-")


# A client sends files


@pytest.mark.feature("S47")
def test_a_client_sends_files(client: Visitor, house: House) -> None:
    files = {"file": [file(), file("Factura nº 2.pdf", b"%PDF-1.7 two")]}
    answer = client.post(f"{OWN}/upload", files, page=OWN)
    assert (answer.status_code, answer.headers["Location"]) == (303, OWN)
    assert uploads(house) == [
        ({"name": "July.pdf"}, b"%PDF-1.7 July"),
        ({"name": "Factura nº 2.pdf"}, b"%PDF-1.7 two"),
    ]
    assert "2 files have arrived." in text_of(client.get(OWN))


def test_the_way_back_is_only_ever_one_of_our_pages(client: Visitor) -> None:
    for wished, goes in ((f"/requests/{DOCUMENT}", f"/requests/{DOCUMENT}"), ("https://evil.example/", OWN)):
        answer = client.post(f"{OWN}/upload", {"next": wished, "file": file()}, page=OWN)
        assert answer.headers["Location"] == goes


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("tool.exe", b"MZ", "Files of this type are not taken."),
        ("empty.pdf", b"", "This file is empty. Choose another one."),
        ("", b"", "Choose a file first."),  # what a browser sends for an empty field
    ],
)
def test_a_refused_file_is_explained(client: Visitor, name: str, content: bytes, words: str) -> None:
    page = client.post(f"{OWN}/upload", {"file": file(name, content)}, page=OWN)
    assert page.status_code == 422
    assert words in text_of(page)
    assert 'role="alert"' in page.text


def test_what_arrived_before_the_refused_one_is_named(client: Visitor, house: House) -> None:
    page = client.post(f"{OWN}/upload", {"file": [file(), file("tool.exe"), file("August.pdf")]}, page=OWN)
    assert "Arrived: July.pdf. Then: Files of this type are not taken." in text_of(page)
    assert [query["name"] for query, _ in uploads(house)] == ["July.pdf", "tool.exe"]


def test_a_service_that_rests_is_not_blamed_on_the_file(client: Visitor, house: House) -> None:
    house.answers[("POST", f"/documents/v1/accounts/{ACCOUNT}/documents")] = problem(503, "unavailable")
    assert client.post(f"{OWN}/upload", {"file": file()}, page=OWN).status_code == 503


@pytest.mark.feature("S47")
def test_there_is_no_way_to_send_files_while_the_firm_takes_none(client: Visitor, house: House) -> None:
    shell = house._shell
    off = {"switches": SWITCHES | {"share_documents": False}}
    house.answers[("GET", "/portal/v1/shell")] = lambda request: shell(request) | off
    house.answers[("POST", f"/documents/v1/accounts/{ACCOUNT}/documents")] = problem(403, "uploads_switched_off")
    assert "Send documents to the firm" not in client.get(OWN).text
    page = client.post(f"{OWN}/upload", {"file": file()}, page=OWN)
    assert page.status_code == 422


# The firm's lists


def test_the_library_shows_whose_each_document_is_and_its_state(staff: Visitor, house: House) -> None:
    own = document(STATEMENT, "September.pdf", origin="client", shared=False, uploaded_by=ANA)
    listed(house, document(), own, document(name="Notes.pdf", shared=False))
    page = staff.get(LIBRARY)
    words = text_of(page)
    for part in ("VAT return Q3.pdf Talleres Acosta, S.L. Lucía Marín Shared", "September.pdf", "From the client"):
        assert part in words, part
    assert f'href="{PAGE}"' in page.text


def test_the_library_searches_and_shows_the_recycle_bin(staff: Visitor, house: House) -> None:
    listed(house, document(status="deleted"), following="further")
    page = staff.get(f"{LIBRARY}?q=vat&show=deleted&cursor=here")
    assert asked(house, LISTED[1]) == {"q": "vat", "status": "deleted", "cursor": "here", "sort": "-changed"}
    assert "q=vat&amp;show=deleted&amp;cursor=further" in page.text
    staff.get(f"{LIBRARY}?show=quarantined-or-what")
    assert asked(house, LISTED[1])["status"] == "available"


def test_a_client_s_tab_asks_for_that_client_alone(staff: Visitor, house: House) -> None:
    page = staff.get(TAB)
    assert asked(house, SHELF[1]) == {"sort": "-changed"}
    assert f'action="/admin/clients/{ACCOUNT}/documents"' in page.text


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("", "No documents yet"),
        ("?q=zzz", "Nothing found for “zzz”"),
        ("?show=deleted", "The recycle bin is empty"),
    ],
)
def test_an_empty_library_says_why(staff: Visitor, house: House, query: str, words: str) -> None:
    listed(house)
    assert words in text_of(staff.get(LIBRARY + query))


def test_a_place_in_the_library_that_is_gone_leads_to_its_start(staff: Visitor, house: House) -> None:
    house.answers[LISTED] = house.answers[SHELF] = no_such_cursor
    for path in (f"{LIBRARY}?cursor=made-up", f"{TAB}&cursor=made-up"):
        page = staff.get(path)
        assert page.status_code == 200
        assert "VAT return Q3.pdf" in page.text


# The firm adds and shares


@pytest.mark.feature("S46")
@pytest.mark.parametrize(("tick", "share"), [({"share": "yes"}, "true"), ({}, "false")])
def test_staff_adds_files_and_shares_them_by_a_tick(
    staff: Visitor, house: House, tick: dict[str, object], share: str
) -> None:
    answer = staff.post(f"/admin/clients/{ACCOUNT}/documents", tick | {"file": file()}, page=TAB)
    assert (answer.status_code, answer.headers["Location"]) == (303, TAB)
    assert uploads(house) == [({"name": "July.pdf", "share": share}, b"%PDF-1.7 July")]
    assert "The file has arrived." in text_of(staff.get(TAB))


def test_staff_is_told_what_arrived_and_what_was_refused(staff: Visitor) -> None:
    form = {"share": "yes", "file": [file(), file("tool.exe")]}
    assert staff.post(f"/admin/clients/{ACCOUNT}/documents", form, page=TAB).status_code == 303
    words = text_of(staff.get(TAB))
    assert "July.pdf has arrived." in words
    assert "Files of this type are not taken." in words


@pytest.mark.feature("S46")
def test_sharing_and_the_end_of_it(staff: Visitor, house: House) -> None:
    house.answers[("GET", AT)] = in_full(shared=False)
    assert f'action="{PAGE}/share"' in staff.get(PAGE).text
    assert staff.post(f"{PAGE}/share", page=PAGE).headers["Location"] == PAGE
    house.answers[("GET", AT)] = in_full()
    page = staff.get(PAGE)
    assert "VAT return Q3.pdf is shared. The client is notified." in text_of(page)
    assert f'action="{PAGE}/unshare"' in page.text
    staff.post(f"{PAGE}/unshare", page=PAGE)
    assert house.called("POST", f"{AT}/unshare")
    assert "Only the firm sees VAT return Q3.pdf now." in text_of(staff.get(PAGE))


def test_deleting_asks_first_and_can_be_undone(staff: Visitor, house: House) -> None:
    question = staff.get(f"{PAGE}/delete")
    assert "Delete VAT return Q3.pdf" in text_of(question)
    assert "from which you can restore it" in text_of(question)
    assert not house.called("DELETE", AT)
    answer = staff.post(f"{PAGE}/delete")
    assert answer.headers["Location"] == TAB
    assert house.called("DELETE", AT)
    assert "VAT return Q3.pdf is in the recycle bin." in text_of(staff.get(TAB))
    house.answers[("GET", AT)] = in_full(status="deleted")
    assert f'action="{PAGE}/restore"' in staff.get(PAGE).text
    assert staff.post(f"{PAGE}/restore", page=PAGE).headers["Location"] == PAGE
    assert house.called("POST", f"{AT}/restore")


def test_looking_at_what_a_client_sent_takes_it_off_the_work_list(staff: Visitor, house: House) -> None:
    staff.get(PAGE)
    assert not house.called("POST", "/portal/v1/work/seen")
    house.answers[("GET", AT)] = in_full(origin="client", uploaded_by=ANA, shared=False)
    staff.get(PAGE)
    [call] = house.called("POST", "/portal/v1/work/seen")
    assert call.get_json() == {"kind": "document_uploaded", "id": DOCUMENT}
    house.answers[("POST", "/portal/v1/work/seen")] = problem(503, "unavailable")
    assert staff.get(PAGE).status_code == 200


def test_who_only_reads_sees_no_way_to_change_anything(staff: Visitor, house: House) -> None:
    house.users[STAFF_SESSION]["permissions"] = ["clients.read", "documents.read"]
    for path in (LIBRARY, TAB, PAGE):
        page = staff.get(path).text
        for way in ("/share", "/unshare", "/delete", f"{ACCOUNT}/documents", "/admin/sign-requests/new"):
            assert f'{way}"' not in page, (path, way)
    assert staff.get(f"{PAGE}/delete").status_code == 403
    for way in ("share", "unshare", "delete", "restore"):
        assert staff.post(f"{PAGE}/{way}", page=PAGE).status_code == 403, way
    assert staff.post(f"/admin/clients/{ACCOUNT}/documents", {"file": file()}, page=TAB).status_code == 403
    assert not uploads(house)


def test_a_client_has_no_way_into_the_firm_s_pages(client: Visitor) -> None:
    for path in (LIBRARY, PAGE, f"{PAGE}/content"):
        assert client.get(path).headers["Location"].startswith("/admin/sign-in"), path

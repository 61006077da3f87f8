"""Requests on both sides: the lists, one request with its thread, replies with documents, closing and reopening."""

from typing import Any

import pytest

from tests.gateway.archive import (
    ANA,
    AUGUST,
    EXTRA,
    FIRM,
    JULY,
    STATEMENT,
    ask,
    comment,
    document,
    file,
    fill,
    no_file,
    uploads,
)
from tests.gateway.conftest import Visitor
from tests.gateway.directory import REQUEST, matter, matters, row
from tests.gateway.house import ACCOUNT, STAFF_SESSION, House, day, problem
from tests.gateway.test_admin_clients import asked, body_of, text_of

OWN, ALL, TAB = "/requests", "/admin/requests", f"/admin/clients/{ACCOUNT}?tab=requests"
MINE, PAGE = f"{OWN}/{REQUEST}", f"{ALL}/{REQUEST}"
LISTED = ("GET", "/portal/v1/requests")
AT = f"/portal/v1/requests/{REQUEST}"


@pytest.fixture(autouse=True)
def archive(house: House) -> House:
    return fill(house)


def sent(house: House) -> Any:
    """Return the last reply that reached the portal service."""
    return body_of(house, "POST", f"{AT}/replies")


def no_such_cursor(request: Any) -> Any:
    if request.args.get("cursor"):
        return problem(422, "invalid_input", {"cursor": ["This page is gone. Start the list again."]})
    return {"items": matters(), "next": None}


# The client's list


@pytest.mark.feature("S30")
def test_a_client_sees_what_to_answer_and_what_to_sign(client: Visitor, house: House) -> None:
    waiting = [found | {"waiting": True} for found in matters()[:2]]
    house.answers[LISTED] = {"items": [*waiting, matter("request", EXTRA, "Old", "closed", None)], "next": None}
    page = client.get(OWN)
    words = text_of(page)
    assert "Engagement letter 2026 From Lucía Marín" in words
    assert "4 pages" in words
    assert "2 of 5 sent" in words
    assert "Due today" in words
    assert "Sign document" in words
    assert page.text.count("btn-primary") == 1
    assert f'href="{MINE}"' in page.text
    assert asked(house, LISTED[1]) == {"state": "open"}


@pytest.mark.parametrize(
    ("query", "state", "words"),
    [
        ("", "open", "Nothing is open"),
        ("?show=waiting", "waiting", "Nothing is open"),
        ("?show=all", "all", "No requests yet"),
        ("?show=secret", "open", "Nothing is open"),
    ],
)
def test_an_empty_list_says_what_it_means(client: Visitor, house: House, query: str, state: str, words: str) -> None:
    house.answers[LISTED] = {"items": [], "next": None}
    assert words in text_of(client.get(OWN + query))
    assert asked(house, LISTED[1]) == {"state": state}


def test_the_list_goes_on_in_the_address(client: Visitor, house: House) -> None:
    house.answers[LISTED] = {"items": matters(), "next": "further"}
    page = client.get(f"{OWN}?show=all&cursor=here")
    assert asked(house, LISTED[1]) == {"state": "all", "cursor": "here"}
    assert "show=all&amp;cursor=further" in page.text


def test_a_made_up_place_in_the_list_is_no_failure_of_ours(client: Visitor, house: House) -> None:
    house.answers[LISTED] = no_such_cursor
    page = client.get(f"{OWN}?cursor=made-up")
    assert page.status_code < 500
    assert "went wrong on our side" not in page.text


# One request, and the client's reply


@pytest.mark.feature("S31")
def test_a_client_reads_the_messages_and_documents_of_the_firm(client: Visitor, house: House) -> None:
    thread = [comment("Which account?"), comment("Both, please.", FIRM, documents=[document(name="List.pdf")])]
    house.answers[("GET", AT)] = ask(comments=thread, due_on=day(0), pending_documents=1)
    page = client.get(MINE)
    words = text_of(page)
    assert "Please send the statements of both accounts. What we need.pdf" in words
    assert "One document is on its way." in words
    assert words.index("Which account?") < words.index("Both, please. List.pdf")
    assert "Due today" in words
    assert "Statement of July" in words
    assert house.called("POST", f"{AT}/read")


@pytest.mark.feature("S32")
def test_a_reply_carries_the_message_the_files_and_what_they_answer(client: Visitor, house: House) -> None:
    form = {"request_id": REQUEST, "message": " Here is July. ", "item": JULY, "file": file()}
    answer = client.post(f"{MINE}/reply", form, page=MINE)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{MINE}?sent=reply")
    assert uploads(house) == [({"name": "July.pdf", "request_id": REQUEST}, b"%PDF-1.7 July")]
    assert sent(house) == {
        "message": "Here is July.",
        "document_ids": [STATEMENT],
        "items": [{"id": JULY, "document_ids": [STATEMENT]}],
    }
    assert "Your reply is with the firm." in text_of(client.get(MINE))


def test_several_ticked_items_are_answered_by_the_same_documents(client: Visitor, house: House) -> None:
    form = {"request_id": REQUEST, "message": "", "item": [JULY, AUGUST], "file": file("Both.pdf")}
    client.post(f"{MINE}/reply", form, page=MINE)
    assert sent(house)["items"] == [{"id": item, "document_ids": [STATEMENT]} for item in (JULY, AUGUST)]


def test_a_reply_may_be_words_alone_and_then_answers_no_item(client: Visitor, house: House) -> None:
    client.post(
        f"{MINE}/reply", {"request_id": REQUEST, "message": "Tomorrow.", "item": JULY, "file": no_file()}, page=MINE
    )
    assert sent(house) == {"message": "Tomorrow.", "document_ids": [], "items": []}
    assert not uploads(house)


def test_the_only_missing_item_is_open_already(client: Visitor, house: House) -> None:
    done = ask()["items"][0] | {"status": "received"}
    house.answers[("GET", AT)] = ask(items=[done, ask()["items"][1]])
    page = client.get(MINE)
    assert f'id="part-{JULY}"' not in page.text
    assert f'id="part-{AUGUST}"' in page.text
    assert page.text.count('<details class="part-answer" open>') == 1
    assert "1 of 2 sent" in text_of(page)


def test_a_part_is_answered_by_itself_and_once(client: Visitor, house: House) -> None:
    house.answers[("POST", f"{AT}/items/{JULY}/answers")] = ask()
    form = {"request_id": REQUEST, "key": "k1", f"text_{JULY}": "Both accounts", "document": EXTRA, "file": file()}
    answer = client.post(f"{MINE}/items/{JULY}/answer", form, page=MINE)
    assert answer.headers["Location"] == f"{MINE}?sent={JULY}"
    said = {"message": "Both accounts", "document_ids": [EXTRA, STATEMENT]}
    assert body_of(house, "POST", f"{AT}/items/{JULY}/answers") == said
    (call,) = [call for call in house.calls if call.path.endswith("/answers")]
    assert call.headers["Idempotency-Key"] == "k1"


def test_a_refused_part_keeps_what_was_typed(client: Visitor, house: House) -> None:
    said = {"document_ids": ["Add a document."]}
    house.answers[("POST", f"{AT}/items/{JULY}/answers")] = problem(422, "invalid_input", said)
    form = {"request_id": REQUEST, f"text_{JULY}": "Long story", "file": no_file()}
    page = client.post(f"{MINE}/items/{JULY}/answer", form, page=MINE)
    assert page.status_code == 422
    assert "Long story</textarea>" in page.text
    assert "Add a document." in text_of(page)


def test_what_arrived_with_a_reply_that_failed_goes_with_the_next_one(client: Visitor, house: House) -> None:
    house.answers[("GET", AT)] = ask(unsent_documents=[document(EXTRA, "June.pdf", origin="client")])
    assert "Ready to be sent June.pdf" in text_of(client.get(MINE))
    form = {"request_id": REQUEST, "message": "", "item": JULY, "file": file()}
    client.post(f"{MINE}/reply", form, page=MINE)
    assert sent(house)["document_ids"] == [EXTRA, STATEMENT]
    assert sent(house)["items"] == [{"id": JULY, "document_ids": [EXTRA, STATEMENT]}]


def test_a_document_is_not_sent_twice(client: Visitor, house: House) -> None:
    """By the time of the reply the portal service may have heard of the file that came with it, or not."""
    house.answers[("GET", AT)] = ask(unsent_documents=[document(STATEMENT, "July.pdf", origin="client")])
    client.post(f"{MINE}/reply", {"request_id": REQUEST, "message": "Here.", "file": file()}, page=MINE)
    assert sent(house)["document_ids"] == [STATEMENT]


def test_an_empty_reply_is_explained(client: Visitor, house: House) -> None:
    page = client.post(f"{MINE}/reply", {"request_id": REQUEST, "message": "  ", "file": no_file()}, page=MINE)
    assert page.status_code == 422
    assert "Write a message or choose a document." in text_of(page)
    assert not house.called("POST", f"{AT}/replies")


def test_a_refused_file_keeps_the_typed_message_and_sends_nothing(client: Visitor, house: House) -> None:
    form = {"request_id": REQUEST, "message": "Two files & a word", "file": file("tool.exe")}
    page = client.post(f"{MINE}/reply", form, page=MINE)
    assert page.status_code == 422
    assert "Files of this type are not taken." in text_of(page)
    assert "Two files &amp; a word</textarea>" in page.text
    assert not house.called("POST", f"{AT}/replies")


@pytest.mark.parametrize(
    ("refusal", "words"),
    [
        (problem(422, "invalid_input", {"message": ["Longer than maximum length 4000."]}), "at most 4000 characters"),
        (problem(409, "illegal_transition"), "the state has changed"),
    ],
)
def test_a_refused_reply_keeps_the_typed_message(client: Visitor, house: House, refusal: Any, words: str) -> None:
    house.answers[("POST", f"{AT}/replies")] = refusal
    page = client.post(f"{MINE}/reply", {"request_id": REQUEST, "message": "Long story", "file": no_file()}, page=MINE)
    assert page.status_code == 422
    assert words in text_of(page)
    assert "Long story</textarea>" in page.text


def test_a_closed_request_takes_no_reply(client: Visitor, house: House) -> None:
    house.answers[("GET", AT)] = ask(status="closed", allowed=[])
    page = client.get(MINE)
    assert "This request is closed." in text_of(page)
    assert f'action="{MINE}/reply"' not in page.text


def test_a_request_that_is_not_theirs_is_not_found(client: Visitor, house: House) -> None:
    house.answers[("POST", f"{AT}/read")] = house.answers[("GET", AT)] = problem(404, "not_found")
    assert client.get(MINE).status_code == 404


# The firm's lists


@pytest.mark.feature("S33")
def test_the_firm_s_list_shows_client_kind_state_and_due(staff: Visitor, house: House) -> None:
    page = staff.get(ALL)
    words = text_of(page)
    assert "Engagement letter 2026 Talleres Acosta, S.L. Sign request" in words
    assert "2 of 5 sent" in words
    assert 'href="/admin/sign-requests/' in page.text
    assert f'href="{PAGE}"' in page.text
    assert 'href="/admin/requests/new"' in page.text
    assert 'href="/admin/requests/templates"' in page.text
    staff.get(TAB)
    assert asked(house, LISTED[1])["account_id"] == ACCOUNT


def test_search_chip_order_and_place_stand_in_the_address(staff: Visitor, house: House) -> None:
    house.answers[LISTED] = {"items": matters(), "next": "further"}
    page = staff.get(f"{ALL}?q=bank&show=waiting&sort=due_on&cursor=here")
    assert asked(house, LISTED[1]) == {"q": "bank", "state": "waiting", "sort": "due_on", "cursor": "here"}
    assert "q=bank&amp;show=waiting&amp;sort=due_on&amp;cursor=further" in page.text
    assert 'aria-sort="ascending"' in page.text
    staff.get(f"{ALL}?show=secret&sort=password")
    assert asked(house, LISTED[1]) == {"state": "open", "sort": "-created_at"}


@pytest.mark.parametrize(("query", "words"), [("", "No requests here"), ("?q=zzz", "Nothing found for “zzz”")])
def test_an_empty_list_of_the_firm_says_why(staff: Visitor, house: House, query: str, words: str) -> None:
    house.answers[LISTED] = {"items": [], "next": None}
    assert words in text_of(staff.get(ALL + query))


def test_a_place_in_the_firm_s_list_that_is_gone_leads_to_its_start(staff: Visitor, house: House) -> None:
    house.answers[LISTED] = no_such_cursor
    for path in (f"{ALL}?cursor=made-up", f"{TAB}&cursor=made-up"):
        page = staff.get(path)
        assert page.status_code == 200
        assert "Bank statements, third quarter" in page.text


# A new request


@pytest.mark.feature("S30")
def test_the_firm_asks_with_a_checklist_and_a_day(staff: Visitor, house: House) -> None:
    form = {"account_id": ACCOUNT, "title": "Bank statements", "message": "All of them.", "due_on": day(6)}
    lines = {"lines": "3", "item_0_title": "July", "item_0_file": "yes", "item_2_title": " August ", "reminders": "yes"}
    answer = staff.post(f"{ALL}/new", form | lines)
    assert (answer.status_code, answer.headers["Location"]) == (303, PAGE)
    plain = {"description": "", "needs_file": False, "optional": False}
    items = [plain | {"title": "July", "needs_file": True}, plain | {"title": "August"}]
    assert body_of(house, "POST", "/portal/v1/requests") == form | {"items": items, "reminders": True}
    assert "Talleres Acosta, S.L. is asked. They are notified." in text_of(staff.get(PAGE))


def test_the_client_is_chosen_or_known(staff: Visitor, house: House) -> None:
    house.answers[("GET", "/portal/v1/accounts")] = {"items": [row()], "next": None, "total": 1}
    assert f'<option value="{ACCOUNT}"' in staff.get(f"{ALL}/new").text
    assert f'name="account_id" value="{ACCOUNT}"' in staff.get(f"{ALL}/new?account_id={ACCOUNT}").text
    page = staff.post(f"{ALL}/new", {"title": "Bank statements"})
    assert page.status_code == 422
    assert "Choose a client." in text_of(page)
    assert 'value="Bank statements"' in page.text
    assert not house.called("POST", "/portal/v1/requests")


def test_what_is_wrong_stands_beside_its_field_and_typed_text_is_kept(staff: Visitor, house: House) -> None:
    said = {"title": ["Fill this in."], "items.1.title": ["Longer than maximum length 120."]}
    house.answers[("POST", "/portal/v1/requests")] = problem(422, "invalid_input", said)
    lines = {"lines": "3", "item_0_title": "July", "item_2_title": "An endless one"}
    form = {"account_id": ACCOUNT, "title": "", "message": "Kept"} | lines
    page = staff.post(f"{ALL}/new", form)
    assert page.status_code == 422
    assert "Line 3: Use at most 120 characters." in text_of(page)
    assert 'id="f-title-error"' in page.text
    assert "Kept</textarea>" in page.text
    assert 'value="An endless one"' in page.text


# One request in the admin


@pytest.mark.feature("S33")
def test_the_reply_and_its_document_stand_under_comments(staff: Visitor, house: House) -> None:
    own = document(STATEMENT, "July.pdf", origin="client")
    thread = [comment("Here is July.", documents=[own]), comment("Call them", FIRM, internal=True)]
    house.answers[("GET", AT)] = ask(comments=thread, status="replied")
    page = staff.get(PAGE)
    words = text_of(page)
    assert "Here is July. July.pdf" in words
    assert "Only the firm Call them" in words
    assert f'href="/admin/documents/{STATEMENT}"' in page.text
    assert house.called("POST", f"{AT}/read")


@pytest.mark.parametrize(
    ("tick", "share", "internal", "words"),
    [
        ({}, "true", False, "The client is notified of your message."),
        ({"internal": "yes"}, "false", True, "The note is kept; only the firm sees it."),
    ],
)
def test_files_of_an_internal_note_are_not_shared(
    staff: Visitor, house: House, tick: dict[str, object], share: str, internal: bool, words: str
) -> None:
    form = {"request_id": REQUEST, "message": "Look at this"} | tick | {"file": file("Look.pdf")}
    answer = staff.post(f"{PAGE}/reply", form, page=PAGE)
    assert (answer.status_code, answer.headers["Location"]) == (303, PAGE)
    assert uploads(house)[0][0] == {"name": "Look.pdf", "request_id": REQUEST, "share": share}
    assert sent(house) == {
        "message": "Look at this", "document_ids": [STATEMENT], "items": [], "internal": internal
    }  # fmt: skip
    assert words in text_of(staff.get(PAGE))


def test_a_refused_note_stays_a_note_with_its_text(staff: Visitor, house: House) -> None:
    form = {"request_id": REQUEST, "message": "Only for us", "internal": "yes", "file": file("tool.exe")}
    page = staff.post(f"{PAGE}/reply", form, page=PAGE)
    assert page.status_code == 422
    assert "Files of this type are not taken." in text_of(page)
    assert "Only for us</textarea>" in page.text
    assert 'name="internal" value="yes" checked' in page.text
    assert not house.called("POST", f"{AT}/replies")


def test_an_empty_message_of_the_firm_is_explained(staff: Visitor, house: House) -> None:
    page = staff.post(f"{PAGE}/reply", {"request_id": REQUEST, "message": "", "file": no_file()}, page=PAGE)
    assert page.status_code == 422
    assert "Write a message or choose a document." in text_of(page)


def test_closing_and_opening_again(staff: Visitor, house: House) -> None:
    assert f'action="{PAGE}/close"' in staff.get(PAGE).text
    assert staff.post(f"{PAGE}/close", page=PAGE).headers["Location"] == PAGE
    house.answers[("GET", AT)] = ask(status="closed", allowed=["reopen"])
    page = staff.get(PAGE)
    assert "The request is closed." in text_of(page)
    assert f'action="{PAGE}/reply"' not in page.text
    assert f'action="{PAGE}/close"' not in page.text
    assert staff.post(f"{PAGE}/reopen", page=PAGE).headers["Location"] == PAGE
    assert body_of(house, "POST", f"{AT}/reopen") == {}
    assert "The request is open again." in text_of(staff.get(PAGE))


def test_who_only_reads_sees_no_way_to_change_anything(staff: Visitor, house: House) -> None:
    house.users[STAFF_SESSION]["permissions"] = ["clients.read", "requests.read"]
    for path in (ALL, TAB, PAGE):
        page = staff.get(path).text
        for way in ("/requests/new", "/reply", "/close", "/reopen"):
            assert f'{way}"' not in page, (path, way)
    assert staff.get(f"{ALL}/new").status_code == 403
    for way in ("reply", "close", "reopen"):
        assert staff.post(f"{PAGE}/{way}", {"message": "x"}, page=PAGE).status_code == 403, way


def test_what_others_typed_is_never_markup(client: Visitor, staff: Visitor, house: House) -> None:
    evil = "<script>alert(1)</script>"
    said = comment(evil, ANA | {"name": evil}, documents=[document(name=evil)])
    house.answers[("GET", AT)] = ask(title=evil, message=evil, account_name=evil, comments=[said])
    house.answers[LISTED] = {"items": [matter("request", REQUEST, evil, "open", None)], "next": None}
    for path in (OWN, MINE):
        assert "<script>alert" not in client.get(path).text, path
    for path in (f"{ALL}?q={evil}", TAB, PAGE):
        assert "<script>alert" not in staff.get(path).text, path

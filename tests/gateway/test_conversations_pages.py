"""Conversations on both sides: lists, threads with receipts and notes, replies with documents, what is new."""

from typing import Any

import pytest

from tests.gateway.archive import ANA, FIRM, STATEMENT, document, file, fill, no_file, uploads
from tests.gateway.conftest import Visitor
from tests.gateway.house import ACCOUNT, CLIENT_SESSION, SWITCHES, House, moment, problem
from tests.gateway.test_admin_clients import asked, body_of, text_of

TALK = "0192a000-0000-7000-8000-000000000601"
TOMAS = {"id": "0192a000-0000-7000-8000-0000000000e2", "name": "Tomás Ruiz"}
OWN, ALL, TAB = "/conversations", "/admin/conversations", f"/admin/clients/{ACCOUNT}?tab=conversations"
MINE, PAGE = f"{OWN}/{TALK}", f"{ALL}/{TALK}"
LIST, SHELL = ("GET", "/portal/v1/conversations"), ("GET", "/portal/v1/shell")
AT = f"/portal/v1/conversations/{TALK}"


def line(**more: Any) -> dict[str, Any]:
    """Return a conversation in a list, as the portal service tells one."""
    return {
        "id": TALK,
        "account_id": ACCOUNT,
        "account_name": "Talleres Acosta, S.L.",
        "title": "The new van",
        "status": "open",
        "assignee": None,
        "excerpt": "How is it deducted?",
        "last_at": moment(-1),
        "last_by": ANA,
        "unread": False,
        "waiting": False,
    } | more


def message(text: str, by: Any = ANA, **more: Any) -> dict[str, Any]:
    """Return a message of a thread."""
    nothing: dict[str, Any] = {"documents": [], "pending_documents": 0, "mentions": [], "internal": False}
    return {"id": STATEMENT, "by": by, "text": text, "at": moment(-1)} | nothing | more


def talk(**more: Any) -> dict[str, Any]:
    """Return a conversation with its thread."""
    return (
        line()
        | {"started_by": ANA, "created_at": moment(-2), "messages": [message("How is it deducted?")]}
        | {"before": None, "read_by": [], "unsent_documents": [], "allowed": ["reply"], "stamp": "s1"}
        | more
    )


def furnish(house: House) -> House:
    """Let `house` be one with one conversation, and no files that wait."""
    fill(house)
    staff = ["reply", "note", "assign", "close"]
    house.answers |= {
        LIST: lambda _request: {"items": [line()], "next": None, "may_start": True},
        ("POST", LIST[1]): lambda _request: talk(),
        ("GET", f"{LIST[1]}/staff"): {"items": [TOMAS]},
        ("GET", AT): lambda request: talk(allowed=staff if "staff" in request.headers["Authorization"] else ["reply"]),
        ("GET", f"{AT}/stamp"): {"stamp": "s1"},
        ("POST", f"{AT}/read"): {},
        ("POST", f"{AT}/messages"): lambda _request: talk(),
        ("POST", f"{AT}/close"): lambda _request: talk(status="closed"),
        ("POST", f"{AT}/reopen"): lambda _request: talk(),
        ("PUT", f"{AT}/assignee"): lambda _request: talk(assignee=TOMAS),
        ("GET", "/documents/v1/documents"): {"items": [], "next": None},
    }
    return house


@pytest.fixture(autouse=True)
def office(house: House) -> House:
    return furnish(house)


def switched_off(house: House) -> None:
    off = SWITCHES | {"conversations": False}
    house.answers[SHELL] = lambda request: house._shell(request) | {"switches": off}
    house.answers[LIST] = lambda _request: {"items": [line()], "next": None, "may_start": False}
    house.answers[("POST", LIST[1])] = problem(403, "conversations_switched_off")


# The client


@pytest.mark.feature("S20")
def test_the_envelope_opens_the_messages_and_says_how_many_are_unread(client: Visitor, house: House) -> None:
    counts = {"counts": {"messages": 3}}
    house.answers[SHELL] = lambda request: house._shell(request) | counts
    page = client.get(OWN)
    assert '<a class="tool" href="/conversations"' in page.text
    envelope = page.text.split('id="count-envelope"')[1].split("</a>")[0]
    assert ">3<" in envelope
    assert 'id="count-envelope" hx-swap-oob="true"' in client.get("/frame/counts").text
    words = text_of(page)
    assert "The new van" in words
    assert "Ana Acosta: How is it deducted?" in words


@pytest.mark.parametrize(
    ("query", "sent", "words"),
    [
        ("", {}, "No conversations yet"),
        ("?show=unread", {"unread": "true"}, "Nothing here"),
        ("?show=closed", {"state": "closed"}, "Nothing here"),
        ("?show=secret", {}, "No conversations yet"),
        ("?q=van", {"q": "van"}, "Nothing found for “van”"),
    ],
)
def test_the_list_is_searched_and_says_when_it_is_empty(
    client: Visitor, house: House, query: str, sent: dict[str, str], words: str
) -> None:
    house.answers[LIST] = {"items": [], "next": None, "may_start": True}
    assert words in text_of(client.get(OWN + query))
    assert asked(house, LIST[1]) == sent


@pytest.mark.feature("S56")
def test_a_client_begins_a_conversation_with_a_document(client: Visitor, house: House) -> None:
    for path in ("/home", "/more", OWN):
        assert f'href="{OWN}/new"' in client.get(path).text
    assert "Message the firm" in text_of(client.get(OWN))
    key = client.get(f"{OWN}/new").text.split('name="key" value="')[1].split('"')[0]
    form = {"key": key, "request_id": key, "title": "The new van", "text": " How? ", "file": file()}
    answer = client.post(f"{OWN}/new", form)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{MINE}?sent=new")
    assert uploads(house) == [({"name": "July.pdf", "request_id": key}, b"%PDF-1.7 July")]
    sent = house.called("POST", LIST[1])[-1]
    assert sent.headers["Idempotency-Key"] == key
    assert sent.get_json() == {"title": "The new van", "text": "How?", "document_ids": [STATEMENT]}


def test_what_was_typed_stays_when_it_is_refused(client: Visitor, house: House) -> None:
    house.answers[("POST", LIST[1])] = problem(422, "invalid_input", {"title": ["Fill this in."]})
    house.answers[("GET", "/documents/v1/documents")] = {"items": [document(name="July.pdf")], "next": None}
    form = {"key": "k-1", "title": "", "text": "A long story <script>", "file": no_file()}
    answer = client.post(f"{OWN}/new", form)
    assert answer.status_code == 422
    assert "A long story &lt;script&gt;" in answer.text
    assert 'name="key" value="k-1"' in answer.text
    assert "Ready to be sent July.pdf" in text_of(answer)
    house.answers[("POST", f"{AT}/messages")] = problem(413, "too_large")
    answer = client.post(f"{MINE}/reply", {"text": "Another story", "file": no_file()}, page=MINE)
    assert (answer.status_code, "Another story" in answer.text) == (422, True)


@pytest.mark.feature("S57")
def test_without_the_switch_there_is_no_button_and_no_form(client: Visitor, house: House) -> None:
    assert client.get(f"{OWN}/new").status_code == 200
    switched_off(house)
    told = house.answers[("GET", "/portal/v1/home")](None)
    house.answers[("GET", "/portal/v1/home")] = told | {"switches": SWITCHES | {"conversations": False}}
    client.get("/frame/counts")
    for path in ("/home", "/more", OWN, MINE):
        assert f'href="{OWN}/new"' not in client.get(path).text, path
    assert client.get(f"{OWN}/new").status_code == 404
    answer = client.post(f"{OWN}/new", {"title": "x", "text": "y", "file": no_file()}, page=OWN)
    assert answer.status_code == 422
    assert "The firm takes no new conversations here" in text_of(answer)
    assert client.post(f"{MINE}/reply", {"text": "Still here", "file": no_file()}, page=MINE).status_code == 303


@pytest.mark.feature("B17")
def test_a_thread_shows_documents_receipts_and_earlier_messages(client: Visitor, house: House) -> None:
    thread = [message("Here it is.", FIRM, documents=[document(name="Summary.pdf")]), message("Thank you.")]
    reader = {"name": "Lucía Marín", "at": moment(-0.5)}
    house.answers[("GET", AT)] = talk(messages=thread, read_by=[reader], before=STATEMENT, unread=True)
    page = client.get(MINE)
    words = text_of(page)
    assert "Here it is. Summary.pdf" in words
    assert "Read by Lucía Marín, " in words
    assert f'href="{MINE}?before={STATEMENT}"' in page.text
    assert f'data-news="{MINE}/news"' in page.text
    assert house.called("POST", f"{AT}/read")
    assert "data-news" not in client.get(f"{MINE}?before={STATEMENT}").text
    house.answers[("GET", AT)] = talk(messages=thread[:1], read_by=[reader])
    assert "Read by" not in client.get(MINE).text


def test_who_views_as_the_client_reads_nothing_for_them(client: Visitor, house: House) -> None:
    house.answers[("GET", AT)] = talk(unread=True)
    house.users[CLIENT_SESSION] |= {"acting": TOMAS}
    assert client.get(MINE).status_code == 200
    assert house.called("POST", f"{AT}/read") == []


def test_a_reply_carries_the_files_that_arrived_before(client: Visitor, house: House) -> None:
    left = document(name="Left over.pdf")
    house.answers[("GET", AT)] = talk(unsent_documents=[left])
    assert "Left over.pdf" in client.get(MINE).text
    answer = client.post(f"{MINE}/reply", {"key": "k-2", "request_id": TALK, "text": "", "file": file()}, page=MINE)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{MINE}?sent={TALK}")
    assert body_of(house, "POST", f"{AT}/messages") == {"text": "", "document_ids": [left["id"], STATEMENT]}


def test_a_closed_one_says_so_and_is_opened_again(client: Visitor, house: House) -> None:
    house.answers[("GET", AT)] = talk(status="closed", allowed=["reply", "reopen"])
    assert "This conversation is closed. Write in it" in text_of(client.get(MINE))
    assert client.post(f"{MINE}/reopen", page=MINE).status_code == 303
    house.answers[("POST", f"{AT}/reopen")] = problem(403, "conversations_switched_off")
    assert client.post(f"{MINE}/reopen", page=MINE).status_code == 422
    house.answers[("GET", AT)] = talk(status="closed", allowed=[])
    page = client.get(MINE)
    assert "This conversation is closed." in text_of(page)
    assert "<textarea" not in page.text


def test_news_are_sent_only_when_there_are_some(client: Visitor, staff: Visitor, house: House) -> None:
    for visitor, path in ((client, MINE), (staff, PAGE)):
        house.answers[("GET", f"{AT}/stamp")] = {"stamp": "s1"}
        before = len(house.called("GET", AT))
        assert visitor.get(f"{path}/news?stamp=s1").status_code == 204
        assert len(house.called("GET", AT)) == before
        house.answers[("GET", f"{AT}/stamp")] = {"stamp": "s2"}
        fresh = visitor.get(f"{path}/news?stamp=s1")
        assert fresh.status_code == 200
        assert "How is it deducted?" in fresh.text
        assert "<html" not in fresh.text


def test_a_conversation_of_somebody_else_is_not_there(client: Visitor, staff: Visitor, house: House) -> None:
    house.answers |= {("GET", AT): problem(404, "not_found"), ("GET", f"{AT}/stamp"): problem(404, "not_found")}
    for visitor, path in ((client, MINE), (staff, PAGE)):
        assert visitor.get(path).status_code == visitor.get(f"{path}/news").status_code == 404


@pytest.mark.parametrize("role", ["signer", "billing"])
def test_who_does_not_work_with_the_firm_finds_none_of_it(client: Visitor, house: House, role: str) -> None:
    accounts = house.users[CLIENT_SESSION]["accounts"]
    house.users[CLIENT_SESSION] |= {"accounts": [accounts[0] | {"role": role}]}
    for path in (OWN, f"{OWN}/new", MINE, f"{MINE}/news"):
        assert client.get(path).status_code == 404


# Staff


@pytest.mark.parametrize(
    ("show", "sent"),
    [
        ("", {"state": "open"}),
        ("waiting", {"waiting": "true"}),
        ("mine", {"assigned": "me", "state": "open"}),
        ("unassigned", {"assigned": "none", "state": "open"}),
        ("unread", {"unread": "true"}),
        ("all", {}),
    ],
)
def test_the_inbox_is_filtered(staff: Visitor, house: House, show: str, sent: dict[str, str]) -> None:
    house.answers[LIST] = {"items": [line(waiting=True, assignee=TOMAS)], "next": "further", "may_start": True}
    page = staff.get(f"{ALL}?show={show}" if show else ALL)
    assert asked(house, LIST[1]) == sent
    assert "Waiting for us Tomás Ruiz" in text_of(page)
    assert "cursor=further" in page.text


def test_a_client_s_tab_has_its_conversations(staff: Visitor, house: House) -> None:
    assert "The new van" in text_of(staff.get(TAB))
    assert asked(house, LIST[1]) == {"account_id": ACCOUNT}
    assert f"/admin/conversations/new?account_id={ACCOUNT}" in staff.get(TAB).text


@pytest.mark.feature("B17")
def test_staff_answers_notes_mentions_assigns_and_closes(staff: Visitor, house: House) -> None:
    note = message("They never answer.", FIRM, internal=True, mentions=[TOMAS])
    house.answers[("GET", AT)] = talk(messages=[note], allowed=["reply", "note", "assign", "close"])
    page = staff.get(PAGE)
    assert "message-internal" in page.text
    assert "Only the firm They never answer. Mentioned: Tomás Ruiz" in text_of(page)
    form = {"key": "k-3", "request_id": TALK, "text": "Look", "internal": "yes", "mention": TOMAS["id"], "file": file()}
    assert staff.post(f"{PAGE}/reply", form, page=PAGE).status_code == 303
    sent = body_of(house, "POST", f"{AT}/messages")
    assert (sent["internal"], sent["mention_ids"]) == (True, [TOMAS["id"]])
    assert "share" not in uploads(house)[-1][0] or uploads(house)[-1][0]["share"] == "false"
    staff.post(f"{PAGE}/reply", {"text": "Dear Ana", "request_id": TALK, "file": file()}, page=PAGE)
    assert body_of(house, "POST", f"{AT}/messages")["internal"] is False
    assert uploads(house)[-1][0]["share"] == "true"
    assert staff.post(f"{PAGE}/assignee", {"user_id": TOMAS["id"]}, page=PAGE).status_code == 303
    assert body_of(house, "PUT", f"{AT}/assignee") == {"user_id": TOMAS["id"]}
    staff.post(f"{PAGE}/assignee", {"user_id": ""}, page=PAGE)
    assert body_of(house, "PUT", f"{AT}/assignee") == {"user_id": None}
    assert staff.post(f"{PAGE}/close", page=PAGE).status_code == 303
    assert staff.post(f"{PAGE}/reopen", page=PAGE).status_code == 303


def test_staff_begins_one_with_a_client(staff: Visitor, house: House) -> None:
    new = f"{ALL}/new"
    assert "Choose a client." in text_of(staff.post(new, {"title": "x", "text": "kept", "file": no_file()}))
    form = {"account_id": ACCOUNT, "title": "Renta 2026", "text": "Hello", "key": "k-4"}
    answer = staff.post(new, form | {"file": no_file()})
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{PAGE}?sent=new")
    told = {"account_id": ACCOUNT, "title": "Renta 2026", "text": "Hello", "document_ids": []}
    assert body_of(house, "POST", LIST[1]) == told
    house.answers[("POST", LIST[1])] = problem(422, "invalid_input", {"text": ["Write something, or add a document."]})
    answer = staff.post(new, form | {"title": "Still here", "file": no_file()})
    assert (answer.status_code, "Still here" in answer.text) == (422, True)


def test_staff_begins_one_with_a_file_which_a_refusal_keeps(staff: Visitor, house: House) -> None:
    path = f"/admin/conversations/new?account_id={ACCOUNT}"
    form = {"account_id": ACCOUNT, "key": "k-9", "request_id": "k-9", "title": "The van", "text": "", "file": file()}
    house.answers[("POST", LIST[1])] = problem(422, "invalid_input", {"title": ["Say what it is about."]})
    answer = staff.post(path, form)
    assert (answer.status_code, f'name="documents" value="{STATEMENT}"' in answer.text) == (422, True)
    house.answers[("POST", LIST[1])] = talk()
    again = form | {"documents": STATEMENT, "file": no_file()}
    assert staff.post(path, again).status_code == 303
    assert body_of(house, "POST", LIST[1])["document_ids"] == [STATEMENT]

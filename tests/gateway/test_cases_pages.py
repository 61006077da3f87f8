"""Pages of cases on both sides: lists, a new one, one with its thread, what staff does with it (S41 to S44, B21)."""

from typing import Any

import pytest
from werkzeug.wrappers import Response

from tests.gateway import directory
from tests.gateway.archive import no_file
from tests.gateway.casework import ANSWER, CASE, TAX, case, case_settings, fill, for_client
from tests.gateway.conftest import Visitor
from tests.gateway.house import ACCOUNT, House, moment, problem
from tests.gateway.test_admin_clients import asked, body_of, text_of

OWN, ALL = "/cases", "/admin/cases"
MINE, PAGE = f"{OWN}/{CASE}", f"{ALL}/{CASE}"
AT = f"/portal/v1/cases/{CASE}"


@pytest.fixture(autouse=True)
def casework(house: House) -> House:
    return fill(directory.move_in(house))


def send(visitor: Visitor, path: str, data: dict[str, Any], *, page: str | None = None) -> Response:
    """Send a form that has a field for files, left empty."""
    return visitor.post(path, data | {"file": no_file()}, page=page)


def as_client(house: House, **changes: Any) -> None:
    """Let the portal service tell a client's case."""
    own = for_client(case()) | changes
    house.answers[("GET", AT)] = own
    house.answers[("GET", "/portal/v1/cases")] = {"items": [own], "next": None}


def test_a_client_finds_its_cases_by_status_and_words(client: Visitor, house: House) -> None:
    as_client(house)
    words = text_of(client.get(f"{OWN}?status=open&q=letter"))
    assert "Letter of the tax office about VAT" in words
    assert "Waiting for response" in words
    assert asked(house, "/portal/v1/cases") == {"status": "open", "q": "letter"}
    client.get(f"{OWN}?status=secret")
    assert asked(house, "/portal/v1/cases") == {}


def test_an_empty_list_offers_the_first_step(client: Visitor, house: House) -> None:
    house.answers[("GET", "/portal/v1/cases")] = {"items": [], "next": None}
    assert "No cases yet" in text_of(client.get(OWN))
    assert "No case is like this" in text_of(client.get(f"{OWN}?q=x"))


def test_the_form_of_a_new_case_is_the_firms(client: Visitor, house: House) -> None:
    page = client.get(f"{OWN}/new").text
    for name in ("title", "description", "priority", "case_type", "custom.court"):
        assert f'name="{name}"' in page
    assert "Court" in page
    assert 'name="due_on"' not in page
    sent = {"title": "Help", "priority": "high", "case_type": TAX, "custom.court": "Málaga", "key": "k1"}
    answer = send(client, f"{OWN}/new", sent)
    assert (answer.status_code, answer.headers["Location"]) == (303, MINE)
    assert body_of(house, "POST", "/portal/v1/cases") == {
        "title": "Help",
        "description": "",
        "priority": "high",
        "case_type": TAX,
        "custom": {"court": "Málaga"},
        "document_ids": [],
    }


def test_typed_text_is_kept_where_something_is_wrong(client: Visitor, house: House) -> None:
    answer = send(client, f"{OWN}/new", {"title": "", "description": "Long story"})
    assert answer.status_code == 422
    assert "Long story" in answer.text
    assert "Say in a few words what it is about." in answer.text
    house.answers[("POST", "/portal/v1/cases")] = problem(422, "invalid_input", {"custom.court": ["Fill this in."]})
    answer = send(client, f"{OWN}/new", {"title": "Help"})
    assert "Fill this in." in answer.text


def test_a_client_reads_its_case_and_replies(client: Visitor, house: House) -> None:
    as_client(house, comments=[])
    words = text_of(client.get(MINE))
    assert "We do not know what to answer." in words
    assert "Málaga 2" in words
    assert "Open" in words
    assert send(client, f"{MINE}/reply", {"message": "Thanks"}, page=MINE).headers["Location"] == MINE
    assert body_of(house, "POST", f"{AT}/comments")["message"] == "Thanks"
    assert send(client, f"{MINE}/reply", {"message": " "}, page=MINE).status_code == 422


def test_a_client_changes_what_the_firm_left_open(client: Visitor, house: House) -> None:
    as_client(house, comments=[])
    words = client.get(f"{MINE}/edit").text
    assert "We do not know what to answer." in words
    assert 'name="custom.court"' not in words
    house.answers[("PATCH", AT)] = for_client(case())
    assert (
        client.post(
            f"{MINE}/edit", {"description": "They wrote again.", "version": "1"}, page=f"{MINE}/edit"
        ).status_code
        == 303
    )
    assert body_of(house, "PATCH", AT) == {"description": "They wrote again.", "version": 1}
    house.answers[("PATCH", AT)] = problem(409, "changed_meanwhile")
    refused = client.post(f"{MINE}/edit", {"description": "A third letter", "version": "1"}, page=f"{MINE}/edit")
    assert (refused.status_code, "A third letter" in refused.text) == (422, True)


def test_a_client_is_offered_no_change_where_nothing_is_open(client: Visitor, house: House) -> None:
    as_client(house, comments=[])
    assert f"{MINE}/edit" in client.get(MINE).text, "control"
    as_client(house, comments=[], status="closed", changeable=[])
    assert f"{MINE}/edit" not in client.get(MINE).text
    assert client.get(f"{MINE}/edit").headers["Location"] == MINE


def test_what_is_not_a_portal_field_is_not_on_the_page(client: Visitor, house: House) -> None:
    own = {name: value for name, value in for_client(case()).items() if name not in ("status", "description", "custom")}
    own["fields"] = [field for field in own["fields"] if field["name"] == "title"]
    house.answers[("GET", AT)] = own
    house.answers[("GET", "/portal/v1/cases")] = {"items": [own], "next": None}
    for path in (MINE, OWN):
        words = text_of(client.get(path))
        assert "Letter of the tax office" in words
        assert "Court" not in words
        assert "do not know" not in words


def test_a_closed_case_can_be_opened_again(client: Visitor, house: House) -> None:
    as_client(house, status="closed", allowed=["reopen"])
    assert "Is something missing?" in text_of(client.get(MINE))
    assert client.post(f"{MINE}/reopen", {"message": "Yes"}, page=MINE).status_code == 303
    as_client(house, status="closed", allowed=[])
    assert "For something new, open a new case." in text_of(client.get(MINE))
    house.answers[("POST", f"{AT}/reopen")] = problem(409, "closed_too_long")
    refused = client.post(f"{MINE}/reopen", {"message": "Yes"}, page=MINE)
    assert (refused.status_code, "closed too long ago" in text_of(refused)) == (422, True)


def test_staff_sees_targets_and_who_looks_after_a_case(staff: Visitor, house: House) -> None:
    words = text_of(staff.get(ALL))
    assert "Letter of the tax office about VAT" in words
    assert "Due in 2 h" in words
    assert asked(house, "/portal/v1/cases") == {"state": "open", "sort": "-created_at"}
    staff.get(f"{ALL}?show=overdue&priority=urgent")
    late = {"state": "open", "overdue": "true", "priority": "urgent", "sort": "due"}
    assert asked(house, "/portal/v1/cases") == late
    house.answers[("GET", AT)] = case(next_due_at=moment(-5), respond_by=moment(-5), response_met=False, escalated=True)
    words = text_of(staff.get(PAGE))
    assert "Overdue since" in words
    assert "Escalated" in words
    assert "Only for us" in words
    assert "Normal → High" in words
    assert "Court Málaga 2" in words


def test_an_answer_kept_ready_goes_into_the_message(staff: Visitor, house: House) -> None:
    page = send(staff, f"{PAGE}/reply", {"do": "insert", "answer": ANSWER, "message": "Good morning"}, page=PAGE)
    assert page.status_code == 200
    assert "Good morning\n\nDear Ana Acosta, we have #12." in page.text
    assert house.called("POST", f"{AT}/comments") == []
    sent = {"do": "send", "message": "Hello", "status": "waiting_for_response"}
    assert send(staff, f"{PAGE}/reply", sent, page=PAGE).status_code == 303
    told = body_of(house, "POST", f"{AT}/comments")
    assert (told["message"], told["status"], told["internal"]) == ("Hello", "waiting_for_response", False)
    send(staff, f"{PAGE}/reply", {"message": "Hm", "internal": "yes", "status": "closed"}, page=PAGE)
    note = body_of(house, "POST", f"{AT}/comments")
    assert (note["internal"], "status" in note) == (True, False)


def test_staff_moves_gives_and_edits_a_case(staff: Visitor, house: House) -> None:
    assert staff.post(f"{PAGE}/status", {"status": "closed"}, page=PAGE).headers["Location"] == PAGE
    assert body_of(house, "POST", f"{AT}/status") == {"status": "closed"}
    assert staff.post(f"{PAGE}/assignee", {"assignee_id": ""}, page=PAGE).status_code == 303
    assert body_of(house, "PUT", f"{AT}/assignee") == {"assignee_id": None}
    assert staff.post(f"{PAGE}/edit", {"title": "Other", "version": "3", "priority": "low"}).status_code == 303
    changes = body_of(house, "PATCH", AT)
    assert (changes["title"], changes["version"], changes["priority"]) == ("Other", 3, "low")
    house.answers[("PATCH", AT)] = problem(409, "changed_meanwhile")
    answer = staff.post(f"{PAGE}/edit", {"title": "Mine", "version": "2"})
    assert (answer.status_code, 'value="Mine"' in answer.text) == (422, True)


def test_several_cases_at_once(staff: Visitor, house: House) -> None:
    sent = {"case_ids": [CASE], "do": "close", "path": "/admin/cases?show=all"}
    answer = staff.post(f"{ALL}/bulk", sent, page=ALL)
    assert answer.headers["Location"] == "/admin/cases?show=all"
    assert body_of(house, "POST", "/portal/v1/case-acts") == {"case_ids": [CASE], "close": True}
    staff.post(f"{ALL}/bulk", {"case_ids": [CASE], "do": "assign", "assignee_id": ""}, page=ALL)
    assert body_of(house, "POST", "/portal/v1/case-acts") == {"case_ids": [CASE], "assignee_id": None}
    answer = staff.post(f"{ALL}/bulk", {"do": "close", "path": "https://evil.example"}, page=ALL)
    assert answer.headers["Location"] == ALL


def test_staff_opens_a_case_for_a_client(staff: Visitor, house: House) -> None:
    page = staff.get(f"{ALL}/new?account_id={ACCOUNT}")
    assert page.status_code == 200
    answer = staff.post(f"{ALL}/new", {"account_id": ACCOUNT, "title": "Call", "priority": "urgent"})
    assert answer.headers["Location"] == PAGE
    assert body_of(house, "POST", "/portal/v1/cases")["account_id"] == ACCOUNT
    assert staff.post(f"{ALL}/new", {"title": "Call"}).status_code == 422


def test_the_tab_counts_and_the_report_says_how_quick(staff: Visitor, house: House) -> None:
    words = text_of(staff.get(f"/admin/clients/{ACCOUNT}?tab=cases"))
    assert "3 open cases" in words
    assert "1 overdue" in words
    assert asked(house, "/portal/v1/cases")["account_id"] == ACCOUNT
    words = text_of(staff.get(f"{ALL}/report"))
    assert "45 min" in words
    assert "15.5 h" in words
    assert "75 %" in words


def test_targets_hours_and_types_are_set(staff: Visitor, house: House) -> None:
    path = "/admin/settings/cases"
    page = staff.get(path).text
    assert 'name="target.urgent.response" value="4"' in page
    assert 'value="16:00"' in page
    sent: dict[str, Any] = {"version": "4", "reopen_days": "7", "types": "2", "target.urgent.response": "0.5"}
    sent |= {"hours.0.0.from": "09:00", "hours.0.0.to": "18:00", "type.0.value": TAX, "type.0.en": "Taxes"}
    sent |= {"type.1.en": "Wages"}
    assert staff.post(path, sent).status_code == 303
    body = body_of(house, "PUT", "/portal/v1/case-settings")
    assert body["targets"]["urgent"] == {"response": 30, "resolution": None}
    assert body["hours"] == [[["09:00", "18:00"]], [], [], [], [], [], []]
    assert body["types"] == [{"labels": {"en": "Taxes"}, "value": TAX}, {"labels": {"en": "Wages"}}]
    assert (body["reopen_days"], body["version"]) == (7, 4)
    wrong = staff.post(path, sent | {"target.low.response": "soon", "reopen_days": "x"})
    assert (wrong.status_code, "Write a number of hours." in wrong.text) == (422, True)
    told = {"hours.2": ["The hours of a day follow each other, and end after they begin."]}
    house.answers[("PUT", "/portal/v1/case-settings")] = problem(422, "invalid_input", told)
    assert "follow each other" in staff.post(path, sent).text
    assert staff.post(path, sent | {"do": "more"}).text.count('name="type.4.en"') == 1
    assert case_settings()["version"] == 4


def test_answers_are_kept_changed_and_deleted(staff: Visitor, house: House) -> None:
    path = "/admin/settings/canned-answers"
    assert "We have it" in text_of(staff.get(path))
    page = staff.get(f"{path}/{ANSWER}").text
    assert "Dear {contact}, we have {case}." in page
    assert "<code>{client}</code>" in page
    assert staff.post(f"{path}/new", {"title": "New", "texts_en": "Hello {staff}"}).headers["Location"] == path
    assert body_of(house, "POST", "/portal/v1/canned-answers") == {"title": "New", "texts": {"en": "Hello {staff}"}}
    told = {"texts.en": ["Nothing is called {foo}."]}
    house.answers[("PUT", f"/portal/v1/canned-answers/{ANSWER}")] = problem(422, "invalid_input", told)
    answer = staff.post(f"{path}/{ANSWER}", {"title": "New", "texts_en": "{foo}", "version": "2"})
    assert (answer.status_code, "{foo}" in answer.text) == (422, True)
    assert "kept no more" in text_of(staff.get(f"{path}/{ANSWER}/delete"))
    assert staff.post(f"{path}/{ANSWER}/delete").headers["Location"] == path

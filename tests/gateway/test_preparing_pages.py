"""Sign requests in the admin: the list, a new one, placing the fields, sending, the record, withdrawing."""

import json
import re
from typing import Any

import pytest
from werkzeug.wrappers import Response

from tests.gateway.archive import ANA as ANA_PERSON
from tests.gateway.archive import DOCUMENT, document, file, in_full, uploads
from tests.gateway.conftest import Visitor
from tests.gateway.directory import ANA, JOAQUIM, PILAR, SIGN_REQUEST, account, contact
from tests.gateway.house import ACCOUNT, STAFF_SESSION, House, day, problem
from tests.gateway.signing_desk import (
    AT,
    INITIALS,
    RECORD,
    SIGNATURE,
    both,
    draft,
    field,
    recipient,
    signed,
    sit_down,
    stands,
    step,
    to_sign,
    trail,
)
from tests.gateway.test_admin_clients import asked, body_of, text_of

LIST = "/admin/sign-requests"
SERVICE = "/signing/v1/sign-requests"
NEW = f"{LIST}/new?account_id={ACCOUNT}&document_id={DOCUMENT}"


@pytest.fixture(autouse=True)
def desk(house: House) -> House:
    sit_down(house)
    house.answers[("POST", SERVICE)] = lambda _request: draft(status="preparing")
    return house


def post_plan(staff: Visitor, plan: Any) -> Response:
    """Save a plan as the script does."""
    headers = {"X-CSRF-Token": staff.token(f"{RECORD}/prepare"), "Origin": "http://localhost"}
    return staff.client.post(f"{RECORD}/plan", data=json.dumps(plan), content_type="application/json", headers=headers)


# The list


def test_the_list_leads_to_where_one_goes_on(staff: Visitor, house: House) -> None:
    drafted = draft(title="A draft")
    house.answers[("GET", SERVICE)] = {"items": [to_sign(None, recipients=both()), drafted], "next": "further"}
    page = staff.get(LIST)
    words = text_of(page)
    assert "Waiting for signature" in words
    assert "0 of 2 signed" in words
    assert f'href="{RECORD}"' in page.text
    assert f'href="{RECORD}/prepare"' in page.text
    assert "cursor=further" in page.text


def test_the_list_is_filtered_by_state_and_client(staff: Visitor, house: House) -> None:
    page = staff.get(f"{LIST}?status=sent&account_id={ACCOUNT}&cursor=here")
    assert asked(house, SERVICE) == {"status": "sent", "account_id": ACCOUNT, "cursor": "here"}
    assert "Talleres Acosta, S.L." in text_of(page)
    staff.get(f"{LIST}?status=made-up&account_id=made-up")
    assert asked(house, SERVICE) == {}


def test_a_client_is_found_by_name(staff: Visitor, house: House) -> None:
    page = staff.get(f"{LIST}?q=acosta&status=sent")
    assert asked(house)["q"] == "acosta"
    assert f"status=sent&amp;account_id={ACCOUNT}" in page.text


# A new one


def test_first_the_client_then_the_document(staff: Visitor, house: House) -> None:
    assert f"account_id={ACCOUNT}" in staff.get(f"{LIST}/new").text
    pictures = document(content_type="image/png", name="Photo.png")
    house.answers[("GET", "/documents/v1/documents")] = {"items": [document(), pictures], "next": None}
    page = staff.get(f"{LIST}/new?account_id={ACCOUNT}")
    assert f"document_id={DOCUMENT}" in page.text
    assert "Photo.png" not in page.text


def test_the_title_is_proposed_and_the_request_is_made(staff: Visitor, house: House) -> None:
    assert 'name="title" value="VAT return Q3"' in staff.get(NEW).text
    data = {"account_id": ACCOUNT, "document_id": DOCUMENT, "title": "Letter", "message": "Hello", "due_on": day(3)}
    answer = staff.post(f"{LIST}/new", data, page=NEW)
    assert (answer.status_code, answer.location) == (303, f"{RECORD}/prepare")
    assert body_of(house, "POST", SERVICE) == data


def test_typed_text_stays_where_signing_refuses(staff: Visitor, house: House) -> None:
    house.answers[("POST", SERVICE)] = problem(422, "invalid_input", {"title": ["Fill this in."]})
    page = staff.post(f"{LIST}/new", {"account_id": ACCOUNT, "document_id": DOCUMENT, "message": "Hello"}, page=NEW)
    assert page.status_code == 422
    assert "Hello" in page.text
    assert 'id="f-title-error"' in page.text


def test_a_document_that_is_no_pdf_cannot_be_chosen(staff: Visitor, house: House) -> None:
    house.answers[("GET", f"/documents/v1/documents/{DOCUMENT}")] = in_full(content_type="image/png")
    assert "Only PDF documents can be signed." in text_of(staff.get(NEW))


@pytest.mark.parametrize(("name", "arrives"), [("Letter.pdf", True), ("Letter.docx", False)])
def test_a_pdf_can_be_uploaded_on_the_way(staff: Visitor, house: House, name: str, arrives: bool) -> None:
    data = {"account_id": ACCOUNT, "file": file(name)}
    answer = staff.post(f"{LIST}/upload", data, page=f"{LIST}/new?account_id={ACCOUNT}")
    assert f"{LIST}/new?account_id={ACCOUNT}" in str(answer.location)
    assert ("document_id=" in str(answer.location)) is arrives
    assert [query.get("share") for query, _ in uploads(house)] == (["false"] if arrives else [])


# Preparing


def test_while_the_document_is_checked_the_page_waits(staff: Visitor, house: House) -> None:
    stands(house, draft(status="preparing"))
    assert "The document is being checked" in text_of(staff.get(f"{RECORD}/prepare"))
    assert staff.get(f"{RECORD}/state").status_code == 204
    stands(house, draft())
    assert staff.get(f"{RECORD}/state").headers["HX-Refresh"] == "true"


@pytest.mark.parametrize(
    ("failure", "words"),
    [("encrypted", "protected with a password"), ("empty", "The file is empty"), ("new", "cannot be read")],
)
def test_a_document_that_cannot_be_signed_is_said_why(staff: Visitor, house: House, failure: str, words: str) -> None:
    stands(house, draft(status="failed", failure=failure))
    page = staff.get(f"{RECORD}/prepare")
    assert words in text_of(page)
    assert f"{LIST}/new?account_id={ACCOUNT}" in page.text


def test_the_pages_people_and_fields_are_there(staff: Visitor, house: House) -> None:
    stands(house, draft())
    page = staff.get(f"{RECORD}/prepare")
    assert page.text.count("data-places=") == 2
    assert f'action="{RECORD}/send"' in page.text
    plan = json.loads(re.search(r'data-plan="([^"]+)"', page.text)[1].replace("&#34;", '"'))  # type: ignore[index]
    assert plan["recipients"] == [{"key": ANA, "contact_id": ANA, "role": "signer", "order": 1}]
    placed = field(SIGNATURE) | {"recipient": ANA}
    placed.pop("recipient_id")
    assert plan["fields"] == [placed]
    assert "Pilar Soto" in page.text


def test_who_cannot_sign_is_not_offered_and_it_says_why(staff: Visitor, house: House) -> None:
    stands(house, draft())
    page = staff.get(f"{RECORD}/prepare")
    offered = json.loads(re.search(r'data-people="([^"]+)"', page.text)[1].replace("&#34;", '"'))  # type: ignore[index]
    assert PILAR in [person["id"] for person in offered]
    pays = account(
        contacts=[contact(ANA, "Ana Acosta", "active"), contact(PILAR, "Pilar Soto", "active", role="billing")]
    )
    house.answers[("GET", f"/portal/v1/accounts/{ACCOUNT}")] = pays
    page = staff.get(f"{RECORD}/prepare")
    offered = json.loads(re.search(r'data-people="([^"]+)"', page.text)[1].replace("&#34;", '"'))  # type: ignore[index]
    assert [person["id"] for person in offered] == [ANA]
    assert f'<option value="{PILAR}"' not in page.text
    assert 'Pilar Soto cannot be asked: the role "Invoices" does not sign. Change role' in text_of(page)
    assert f'href="/admin/clients/{ACCOUNT}/contacts/{PILAR}"' in page.text


def test_what_is_sent_is_not_prepared_any_more(staff: Visitor, house: House) -> None:
    stands(house, to_sign(None))
    assert staff.get(f"{RECORD}/prepare").location == RECORD


def test_the_plan_saves_itself_and_says_when(staff: Visitor, house: House) -> None:
    stands(house, draft())
    plan = {"recipients": [{"key": ANA, "contact_id": ANA}], "fields": []}
    answer = post_plan(staff, plan)
    assert re.fullmatch(r"\d\d:\d\d", answer.get_json()["saved_at"])
    assert answer.get_json()["version"] == 5
    assert body_of(house, "PUT", f"{AT}/plan") == plan


def test_an_unfinished_plan_is_answered_with_what_is_missing_and_of_whom(staff: Visitor, house: House) -> None:
    stands(house, draft())
    errors = {"recipients.1": ["Each signer needs a place for the signature."]}
    house.answers[("PUT", f"{AT}/plan")] = problem(422, "invalid_input", errors)
    answer = post_plan(staff, {"recipients": [{"contact_id": ANA}, {"contact_id": JOAQUIM}], "fields": []})
    assert answer.status_code == 422
    assert answer.get_json() == {"problem": "Each signer needs a place for the signature.", "person": JOAQUIM}
    assert post_plan(staff, ["no", "plan"]).status_code == 400


def test_a_plan_is_saved_by_our_own_page_alone(staff: Visitor, house: House) -> None:
    stands(house, draft())
    assert staff.client.post(f"{RECORD}/plan", json={}).status_code == 403
    assert house.called("PUT", f"{AT}/plan") == []


def test_a_field_is_placed_by_numbers_without_script(staff: Visitor, house: House) -> None:
    stands(house, draft())
    data = {"contact_id": JOAQUIM, "type": "text", "page": "2", "x": "72", "y": "100,5", "width": "120", "height": "20"}
    answer = staff.post(f"{RECORD}/fields", data, page=f"{RECORD}/prepare")
    assert answer.location == f"{RECORD}/prepare"
    saved = body_of(house, "PUT", f"{AT}/plan")
    assert [one["contact_id"] for one in saved["recipients"]] == [ANA, JOAQUIM]
    assert saved["fields"][1] == {"recipient": JOAQUIM, "type": "text", "page": 2, "x": 72, "y": 100.5, "width": 120,
                                  "height": 20, "required": True, "label": ""}  # fmt: skip
    page = staff.post(f"{RECORD}/fields", data | {"x": "left"}, page=f"{RECORD}/prepare")
    assert page.status_code == 422
    assert "Write a number." in text_of(page)
    assert 'name="y" value="100,5"' in page.text


def test_with_the_last_field_its_signer_goes(staff: Visitor, house: House) -> None:
    theirs = field(INITIALS, recipient_id=both()[1]["id"])
    stands(house, draft(recipients=both(), fields=[field(SIGNATURE), theirs]))
    staff.post(f"{RECORD}/fields/{theirs['id']}/remove", page=f"{RECORD}/prepare")
    saved = body_of(house, "PUT", f"{AT}/plan")
    assert [one["key"] for one in saved["recipients"]] == [ANA]
    assert len(saved["fields"]) == 1


def test_turn_and_role_are_set_without_script(staff: Visitor, house: House) -> None:
    stands(house, draft(recipients=both()))
    staff.post(
        f"{RECORD}/recipients", {"recipient_id": JOAQUIM, "role": "copy", "order": "3"}, page=f"{RECORD}/prepare"
    )
    assert body_of(house, "PUT", f"{AT}/plan")["recipients"][1] == {
        "key": JOAQUIM,
        "contact_id": JOAQUIM,
        "role": "copy",
        "order": 3,
    }


def test_sending_says_who_is_asked_and_who_cannot_sign_in_yet(staff: Visitor, house: House) -> None:
    stands(house, draft())
    sent = [recipient(status="notified"), recipient("x", "Pilar Soto", PILAR, status="notified")]
    house.answers[("POST", f"{AT}/send")] = to_sign(None, recipients=sent)
    assert staff.post(f"{RECORD}/send", page=f"{RECORD}/prepare").location == RECORD
    words = text_of(staff.get(LIST))
    assert "Ana Acosta and Pilar Soto are asked to sign." in words
    assert "Not in the portal yet: Pilar Soto." in words


def test_what_cannot_be_sent_goes_back_with_the_reason(staff: Visitor, house: House) -> None:
    stands(house, draft())
    house.answers[("POST", f"{AT}/send")] = problem(409, "no_plan")
    assert staff.post(f"{RECORD}/send", page=f"{RECORD}/prepare").location == f"{RECORD}/prepare"
    assert "Say first who signs, and where." in text_of(staff.get(f"{RECORD}/prepare"))


# The record


@pytest.mark.feature("S52")
def test_staff_sees_the_signed_document_under_comments_and_the_evidence(staff: Visitor, house: House) -> None:
    stands(house, signed(mine=None))
    plans = [step("planned"), step("planned"), step("sent")]
    house.answers[("GET", f"{AT}/audit")] = trail(
        *plans, step("signed", ANA_PERSON, ip="203.0.113.9"), step("completed")
    )
    page = staff.get(RECORD)
    words = text_of(page)
    assert "Request signed" in words
    comments = words[words.index("Comments") : words.index("Audit trail")]
    assert "Ana Acosta" in comments
    assert "Engagement letter 2026.pdf" in comments
    assert f'href="/admin/documents/{DOCUMENT}"' in page.text
    assert f'href="{RECORD}/sealed"' in page.text
    assert "203.0.113.9" in words
    assert words.count("Fields placed") == 1
    assert "saved 2 times" in words
    assert "Unbroken" in words
    assert body_of(house, "POST", "/portal/v1/work/seen") == {"kind": "request_signed", "id": SIGN_REQUEST}


def test_a_broken_chain_is_said_loudly(staff: Visitor, house: House) -> None:
    stands(house, to_sign(None))
    house.answers[("GET", f"{AT}/audit")] = trail(step("created"), broken_at=3)
    assert "Broken at step 3" in text_of(staff.get(RECORD))


def test_the_files_are_passed_on(staff: Visitor, house: House) -> None:
    assert staff.get(f"{RECORD}/sealed").data == b"%PDF-1.7 sealed"
    assert staff.get(f"{RECORD}/document").content_type == "application/pdf"
    assert staff.get(f"{RECORD}/pages/1").content_type == "image/webp"


def test_withdrawing_asks_for_a_reason(staff: Visitor, house: House) -> None:
    stands(house, to_sign(None))
    assert f'href="{RECORD}/void"' in staff.get(RECORD).text
    assert staff.post(f"{RECORD}/void", {"reason": ""}).status_code == 422
    assert staff.post(f"{RECORD}/void", {"reason": "Wrong version"}).location == RECORD
    assert body_of(house, "POST", f"{AT}/void") == {"reason": "Wrong version"}


def test_what_is_signed_cannot_be_withdrawn(staff: Visitor, house: House) -> None:
    stands(house, signed(mine=None))
    assert f"{RECORD}/void" not in staff.get(RECORD).text


def test_who_may_only_read_sees_and_changes_nothing(staff: Visitor, house: House) -> None:
    house.users[STAFF_SESSION]["permissions"] = ["signing.read"]
    stands(house, to_sign(None))
    assert "Withdraw" not in text_of(staff.get(RECORD))
    for path in (f"{RECORD}/prepare", f"{RECORD}/void", NEW):
        assert staff.get(path).status_code == 403, path


def test_a_clients_tab_shows_what_is_to_sign_too(staff: Visitor, house: House) -> None:
    assert "Sign request" in text_of(staff.get(f"/admin/clients/{ACCOUNT}?tab=requests"))
    listed = [dict(call.args) for call in house.called("GET", "/portal/v1/requests")]
    assert {"all"} <= {query.get("kind") for query in listed if query.get("account_id") == ACCOUNT and "sort" in query}

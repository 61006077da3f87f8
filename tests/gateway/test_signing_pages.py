"""The signer's pages: read, agree, fill in, finish; and what they say when there is nothing to sign."""

import re
from typing import Any

import pytest

from tests.gateway.conftest import Visitor
from tests.gateway.house import House, problem
from tests.gateway.signing_desk import (
    AT,
    BOX,
    DATE,
    DRAWING,
    INITIALS,
    OTHER_SHA256,
    PLACE,
    SHA256,
    SIGNATURE,
    TEXT,
    both,
    field,
    mine,
    recipient,
    signed,
    sit_down,
    stands,
    to_sign,
)
from tests.gateway.test_admin_clients import body_of, text_of

AGREED = {
    "agree": "yes",
    "document_sha256": SHA256,
    "disclosure_version": "2026-11",
    "disclosure_sha256": OTHER_SHA256,
    "locale": "en",
}


@pytest.fixture(autouse=True)
def desk(house: House) -> House:
    return sit_down(house)


def finish(client: Visitor, house: House, **values: str) -> Any:
    """Send the form of the fields."""
    stands(house, to_sign("sign"))
    data = {"document_sha256": SHA256} | {name.replace("__", "."): value for name, value in values.items()}
    return client.post(f"{PLACE}/finish", data, page=f"{PLACE}/fill")


# Reading


@pytest.mark.feature("S48")
def test_the_whole_document_is_there_with_its_words_and_the_way_on(client: Visitor, house: House) -> None:
    page = client.get(PLACE)
    assert page.text.count('class="sheet-picture"') == 2
    assert "The client accepts." in text_of(page)
    assert "This page has no text that can be read out." in text_of(page)
    assert re.search(rf'<a class="btn btn-primary" href="{PLACE}/disclosure">.*Sign document</a>', page.text)
    assert "Please sign by Friday." in text_of(page)


def test_opening_it_counts_as_viewed_with_address_and_browser(client: Visitor, house: House) -> None:
    client.get(PLACE, headers={"User-Agent": "Firefox"})
    assert body_of(house, "POST", f"{AT}/view") == {"client": {"ip": "127.0.0.1", "user_agent": "Firefox"}}


def test_a_scanner_of_mails_opens_nothing(anybody: Visitor, house: House) -> None:
    page = anybody.get(PLACE)
    assert page.location == f"/sign-in?next={PLACE}"
    assert house.called("POST", f"{AT}/view") == []


def test_pages_are_pictures_of_the_size_asked_for(client: Visitor, house: House) -> None:
    picture = client.get(f"{PLACE}/pages/1?scale=2")
    assert picture.content_type == "image/webp"
    assert dict(house.called("GET", f"{AT}/pages/1")[-1].args) == {"scale": "2.0"}
    assert "public" not in picture.headers["Cache-Control"]


def test_who_agreed_already_goes_on_filling_in(client: Visitor, house: House) -> None:
    stands(house, to_sign("sign"))
    assert f'href="{PLACE}/fill"' in client.get(PLACE).text
    assert client.get(f"{PLACE}/disclosure").location == f"{PLACE}/fill"


# The disclosure


@pytest.mark.feature("S49")
def test_nothing_goes_on_without_the_tick(client: Visitor, house: House) -> None:
    page = client.post(f"{PLACE}/consent", AGREED | {"agree": ""}, page=f"{PLACE}/disclosure")
    assert page.status_code == 422
    assert 'id="f-agree-error"' in page.text
    assert 'aria-invalid="true"' in page.text
    assert house.called("POST", f"{AT}/consent") == []


@pytest.mark.feature("S49")
def test_what_is_agreed_to_is_the_text_and_the_file_that_were_shown(client: Visitor, house: House) -> None:
    shown = client.get(f"{PLACE}/disclosure")
    assert "I confirm that I have read and understood" in text_of(shown)
    for value in (SHA256, OTHER_SHA256, "2026-11"):
        assert f'value="{value}"' in shown.text
    answer = client.post(f"{PLACE}/consent", AGREED, page=f"{PLACE}/disclosure")
    assert (answer.status_code, answer.location) == (303, f"{PLACE}/fill")
    given = body_of(house, "POST", f"{AT}/consent")
    assert given.pop("client")["ip"] == "127.0.0.1"
    assert given == {name: value for name, value in AGREED.items() if name != "agree"}


def test_a_text_that_changed_meanwhile_is_shown_anew(client: Visitor, house: House) -> None:
    house.answers[("POST", f"{AT}/consent")] = problem(409, "disclosure_changed")
    page = client.post(f"{PLACE}/consent", AGREED, page=f"{PLACE}/disclosure")
    assert page.status_code == 409
    assert "Read the new one" in text_of(page)
    assert "checked" not in re.findall(r"<input[^>]*name=\"agree\"[^>]*>", page.text)[0]


def test_the_disclosure_comes_in_the_language_of_the_person(client: Visitor, house: House) -> None:
    house.users["client-session-token"]["locale"] = "pt"
    page = client.get(f"{PLACE}/disclosure")
    assert dict(house.called("GET", "/signing/v1/disclosure")[-1].args) == {"locale": "pt"}
    assert "Confirmo que li e compreendi" in text_of(page)


def test_the_document_comes_first(client: Visitor, house: House) -> None:
    stands(house, to_sign("view"))
    assert client.get(f"{PLACE}/disclosure").location == PLACE


# Filling in


@pytest.mark.feature("S50", "B35")
def test_every_field_has_its_place_on_the_page_and_its_input_in_the_list(client: Visitor, house: House) -> None:
    stands(house, to_sign("sign"))
    page = client.get(f"{PLACE}/fill")
    assert 'viewBox="0 0 841.89 595.28" preserveAspectRatio="none"' in page.text
    assert f'href="#f-{SIGNATURE}"' in page.text
    assert 'x="72.0" y="600.0" width="180.0" height="48.0"' in page.text
    for name in (f"typed.{SIGNATURE}", f"drawing.{SIGNATURE}", f"text.{TEXT}", f"text.{DATE}", f"checked.{BOX}"):
        assert f'name="{name}"' in page.text
    assert re.search(rf'name="text\.{DATE}" value="\d{{4}}-\d\d-\d\d"', page.text)


@pytest.mark.feature("S50")
def test_finish_signs_with_what_was_filled_in(client: Visitor, house: House) -> None:
    values = {
        f"typed__{SIGNATURE}": "Ana Acosta",
        f"font__{SIGNATURE}": "hand",
        f"text__{TEXT}": " Ana ",
        f"checked__{BOX}": "yes",
    }
    answer = finish(client, house, **values)
    assert (answer.status_code, answer.location) == (303, f"{PLACE}/done")
    sent = body_of(house, "POST", f"{AT}/sign")
    assert sent["document_sha256"] == SHA256
    assert sent["client"]["ip"] == "127.0.0.1"
    assert sent["values"] == [
        {"field_id": SIGNATURE, "typed": {"text": "Ana Acosta", "font": "hand"}},
        {"field_id": TEXT, "text": "Ana"},
        {"field_id": BOX, "checked": True},
    ]


def test_one_drawing_fills_the_places_that_name_it(client: Visitor, house: House) -> None:
    fields = [field(SIGNATURE), field(INITIALS)]
    stands(house, to_sign("sign", fields=fields))
    data = {"document_sha256": SHA256, f"drawing.{SIGNATURE}": DRAWING, f"drawing.{INITIALS}": f"={SIGNATURE}"}
    client.post(f"{PLACE}/finish", data, page=f"{PLACE}/fill")
    sent = body_of(house, "POST", f"{AT}/sign")["values"]
    assert [value["drawing"] for value in sent] == [DRAWING, DRAWING]


def test_what_was_filled_in_stays_where_something_is_wrong(client: Visitor, house: House) -> None:
    errors = {TEXT: ["This is too long for its place."], "values.0.typed.text": ["Longer than maximum length 100."]}
    house.answers[("POST", f"{AT}/sign")] = problem(422, "invalid_input", errors)
    page = finish(client, house, **{f"typed__{SIGNATURE}": "Ana <b>", f"text__{TEXT}": "x" * 50})
    assert page.status_code == 422
    assert "Name, page 2: This is too long for its place. Write it shorter." in text_of(page)
    assert "Signature, page 2: Use at most 100 characters." in text_of(page)
    assert f'name="typed.{SIGNATURE}" value="Ana &lt;b&gt;"' in page.text


@pytest.mark.parametrize(
    ("code", "place"),
    [("consent_needed", f"{PLACE}/disclosure"), ("illegal_transition", PLACE), ("already_signed", PLACE)],
)
def test_what_came_too_late_leads_to_where_one_can_go_on(client: Visitor, house: House, code: str, place: str) -> None:
    house.answers[("POST", f"{AT}/sign")] = problem(409, code)
    assert finish(client, house).location == place


def test_a_document_that_changed_is_not_signed(client: Visitor, house: House) -> None:
    house.answers[("POST", f"{AT}/sign")] = problem(409, "document_changed")
    page = finish(client, house)
    assert page.status_code == 409
    assert "The document has changed" in text_of(page)
    assert f'href="{PLACE}">Open the document' in page.text


# What comes after


@pytest.mark.feature("S52")
def test_who_has_signed_sees_so_and_gets_the_sealed_file(client: Visitor, house: House) -> None:
    stands(house, signed())
    assert client.get(PLACE).location == f"{PLACE}/done"
    page = client.get(f"{PLACE}/done")
    assert "Request signed" in text_of(page)
    assert f'href="{PLACE}/sealed"' in page.text
    assert client.get(f"{PLACE}/sealed").data == b"%PDF-1.7 sealed"


def test_until_it_is_sealed_the_page_looks_again(client: Visitor, house: House) -> None:
    people = [recipient(status="signed")]
    stands(house, to_sign("none", status="signed", recipients=people))
    assert "The document is being sealed" in text_of(client.get(f"{PLACE}/done"))
    assert client.get(f"{PLACE}/done/copy").status_code == 200
    stands(house, signed())
    assert client.get(f"{PLACE}/done/copy").status_code == 286


def test_who_signs_first_is_told_whom_the_others_are(client: Visitor, house: House) -> None:
    first, second = both()
    stands(house, to_sign("none", recipients=[first | {"status": "signed"}, second]))
    assert "Still to sign: Joaquim Ribeiro." in text_of(client.get(f"{PLACE}/done"))


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"status": "voided", "close_reason": "The wrong version."}, "This request was withdrawn The firm took"),
        ({"status": "declined", "mine": mine("none", status="declined")}, "You declined to sign"),
        ({"status": "declined", "mine": mine("none", status="notified")}, "Signing was declined"),
        ({"status": "expired", "mine": mine("none", status="viewed")}, "This request has expired"),
        ({"status": "completed", "mine": mine("none", status="notified", role="copy")}, "You get a copy"),
    ],
)
def test_every_end_is_said_in_words(client: Visitor, house: House, more: dict[str, Any], words: str) -> None:
    stands(house, to_sign("none", **more))
    page = client.get(PLACE)
    assert words in text_of(page)
    assert (more.get("close_reason") or "") in page.text
    assert 'href="/home"' in page.text


def test_what_is_not_yours_to_sign_yet_is_said_so(client: Visitor, house: House) -> None:
    house.answers[("POST", f"{AT}/view")] = problem(404, "not_found")
    page = client.get(PLACE)
    assert page.status_code == 404
    assert 'href="/account"' in page.text


def test_declining_asks_for_a_reason(client: Visitor, house: House) -> None:
    assert client.post(f"{PLACE}/decline", {"reason": " "}).status_code == 422
    assert house.called("POST", f"{AT}/decline") == []
    assert client.post(f"{PLACE}/decline", {"reason": "The fees."}).location == PLACE
    assert body_of(house, "POST", f"{AT}/decline")["reason"] == "The fees."


def test_what_others_typed_is_never_markup(client: Visitor, house: House) -> None:
    evil = "<script>alert(1)</script>"
    house.answers[("GET", f"{AT}/text")] = {"pages": [evil, evil]}
    fields = [field(SIGNATURE, label=evil), field(TEXT, label=evil)]
    for step in ("consent", "sign"):
        stands(house, to_sign(step, title=evil, message=evil, fields=fields))
        for path in (PLACE, f"{PLACE}/disclosure", f"{PLACE}/fill", f"{PLACE}/decline"):
            assert "<script>alert" not in client.get(path).text, path


def test_staff_cannot_sign_with_a_signers_link(house: House, staff: Visitor) -> None:
    assert staff.get(PLACE).location == f"/sign-in?next={PLACE}"
    assert house.called("POST", f"{AT}/view") == []

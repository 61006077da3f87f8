"""Announcements in the admin and in the portal (S27)."""

from typing import Any

import pytest
from werkzeug import Response

from tests.gateway.conftest import Visitor
from tests.gateway.house import ACCOUNT, ANNOUNCEMENT, BRAND, OTHER_ACCOUNT, House, problem
from tests.gateway.test_admin_clients import body_of, text_of

PATH, SERVICE = "/admin/settings/announcements", "/portal/v1/announcements"
ID = ANNOUNCEMENT["id"]
SHELL, HOME = ("GET", "/portal/v1/shell"), ("GET", "/portal/v1/home")
TAG = "0192a000-0000-7000-8000-0000000000b1"
STORED: dict[str, Any] = ANNOUNCEMENT | {
    "starts_at": "2026-07-01T07:00:00+00:00",
    "ends_at": "2026-12-04T08:30:00+00:00",
    "state": "current",
    "audience": "accounts",
    "accounts": [{"id": ACCOUNT, "name": "Talleres Acosta, S.L."}],
    "version": 2,
}


def furnish(house: House) -> None:
    """Let the portal service of `house` have one announcement."""
    house.answers |= {
        ("GET", SERVICE): {"items": [STORED], "next": None},
        ("GET", f"{SERVICE}/{ID}"): STORED,
        ("POST", SERVICE): STORED,
        ("GET", "/portal/v1/tags"): {"items": [{"id": TAG, "name": "VAT monthly", "color": "blue"}]},
        ("PUT", f"{SERVICE}/{ID}"): STORED,
        ("POST", f"{SERVICE}/{ID}/end"): STORED,
        ("DELETE", f"{SERVICE}/{ID}"): Response(status=204),
        ("POST", f"{SERVICE}/{ID}/read"): Response(status=204),
    }


@pytest.fixture(autouse=True)
def stored(house: House) -> None:
    furnish(house)


def test_the_list_says_whom_and_when_in_the_firms_time(staff: Visitor, house: House) -> None:
    words = text_of(staff.get(f"{PATH}?state=current"))
    assert "Office closed on Friday 6 December" in words
    assert "1 July 2026, 09:00" in words, "summer time in Madrid"
    assert "4 December 2026, 09:30" in words
    assert "1 client" in words
    assert house.called("GET", SERVICE)[0].args["state"] == "current"


def test_what_is_typed_is_the_firms_time(staff: Visitor, house: House) -> None:
    form = {"audience": "all", "titles_en": "Closed", "texts_en": "On Friday", "starts_at": "2026-07-01T09:00"}
    answer = staff.post(f"{PATH}/new", form | {"ends_at": "2026-12-04T09:30"})
    assert answer.status_code == 303
    assert body_of(house, "POST", SERVICE) == {
        "audience": "all",
        "titles": {"en": "Closed"},
        "texts": {"en": "On Friday"},
        "starts_at": "2026-07-01T09:00:00+02:00",
        "ends_at": "2026-12-04T09:30:00+01:00",
    }


def test_editing_begins_with_what_is_there(staff: Visitor, house: House) -> None:
    page = staff.get(f"{PATH}/{ID}").text
    assert 'value="2026-07-01T09:00"' in page
    assert "Talleres Acosta, S.L." in page
    form = {"audience": "accounts", "account_ids": [ACCOUNT], "titles_en": "Closed", "version": "2"}
    staff.post(f"{PATH}/{ID}", form)
    sent = body_of(house, "PUT", f"{SERVICE}/{ID}")
    assert (sent["version"], sent["account_ids"]) == (2, [ACCOUNT])


def test_clients_are_chosen_by_their_tags(staff: Visitor, house: House) -> None:
    assert "VAT monthly" in staff.get(f"{PATH}/new").text
    staff.post(f"{PATH}/new", {"audience": "tags", "tag_ids": [TAG], "titles_en": "Closed"})
    sent = body_of(house, "POST", SERVICE)
    assert (sent["audience"], sent["tag_ids"]) == ("tags", [TAG])


def test_clients_are_found_by_name_without_losing_what_was_typed(staff: Visitor, house: House) -> None:
    rows = [{"id": ACCOUNT, "name": "Talleres Acosta, S.L."}, {"id": OTHER_ACCOUNT, "name": "Oliveira & Filhos, Lda"}]
    house.answers[("GET", "/portal/v1/accounts")] = {"items": rows, "next": None, "total": 2}
    form = {"audience": "accounts", "titles_en": "Kept", "find": "a", "do": "find", "account_ids": [ACCOUNT]}
    page = staff.post(f"{PATH}/new", form | {f"name_{ACCOUNT}": "Talleres Acosta, S.L."})
    assert page.status_code == 200
    assert 'value="Kept"' in page.text
    assert page.text.count('name="account_ids"') == 2
    assert page.text.count(" checked") == 2, "the audience and the client that was chosen"
    assert not house.called("POST", SERVICE)


@pytest.mark.parametrize("typed", ["soon", "2026-13-01T09:00", "0000-00-00T00:00"])
def test_a_time_that_is_none_is_said_beside_its_field(staff: Visitor, house: House, typed: str) -> None:
    page = staff.post(f"{PATH}/new", {"audience": "all", "titles_en": "Kept", "ends_at": typed})
    assert page.status_code == 422
    assert 'id="f-ends_at-error"' in page.text
    assert not house.called("POST", SERVICE)


def test_what_the_service_refuses_stands_beside_the_fields(staff: Visitor, house: House) -> None:
    said = {"titles": ["Fill this in."], "account_ids": ["Choose at least one client."]}
    house.answers[("POST", SERVICE)] = problem(422, "invalid_input", said)
    page = staff.post(f"{PATH}/new", {"audience": "accounts"})
    assert page.status_code == 422
    assert 'id="f-titles_en-error"' in page.text
    assert "Choose at least one client." in page.text


def test_it_is_ended_now_and_deleted_after_asking(staff: Visitor, house: House) -> None:
    assert staff.post(f"{PATH}/{ID}/end", page=PATH).status_code == 303
    asked = staff.get(f"{PATH}/{ID}/delete")
    assert "Office closed on Friday 6 December" in asked.text
    assert not house.called("DELETE", f"{SERVICE}/{ID}")
    assert staff.post(f"{PATH}/{ID}/delete").status_code == 303
    assert house.called("DELETE", f"{SERVICE}/{ID}")


def announced(house: House, **changes: Any) -> None:
    entry = ANNOUNCEMENT | changes
    house.answers[SHELL] = lambda request: house._shell(request) | {"announcements": [entry]}


def test_it_stands_on_home_and_among_the_notifications_and_is_counted(client: Visitor, house: House) -> None:
    announced(house)
    for path in ("/home", "/notifications"):
        page = client.get(path).text
        assert "Office closed on Friday 6 December" in page
        assert f'action="/announcements/{ID}/read"' in page
        assert '<span class="count count-over">3' in page.replace("\n", "") or ">3<" in page, "two and this one"


def test_who_has_read_it_is_told_no_more(client: Visitor, house: House) -> None:
    announced(house, read=True)
    house.answers[HOME] = house.answers[HOME](None) | {"announcements": []}
    assert "Office closed" not in client.get("/home").text
    page = client.get("/notifications").text
    assert "Office closed" in page
    assert "/announcements/" not in page


def test_reading_leads_back(client: Visitor, house: House) -> None:
    answer = client.post(f"/announcements/{ID}/read", {"back": "/notifications"}, page="/home")
    assert answer.headers["Location"] == "/notifications"
    assert house.called("POST", f"{SERVICE}/{ID}/read")
    answer = client.post(f"/announcements/{ID}/read", {"back": "//evil.example"}, page="/home")
    assert answer.headers["Location"] == "/home"
    house.answers[("POST", f"{SERVICE}/{ID}/read")] = problem(404, "not_found")
    assert client.post(f"/announcements/{ID}/read", page="/home").status_code == 303


@pytest.mark.parametrize(
    ("locale", "title"),
    [("es", "Cerrado el viernes 6 de diciembre"), ("en", "Office closed on Friday"), ("pt", "Cerrado el viernes")],
)
def test_it_is_read_in_ones_own_language_or_the_firms(client: Visitor, house: House, locale: str, title: str) -> None:
    assert BRAND["locale"] == "es"
    house.users["client-session-token"]["locale"] = locale
    assert title in client.get("/home").text


def test_what_looks_like_html_stays_text(client: Visitor, house: House) -> None:
    entry = ANNOUNCEMENT | {"titles": {"en": "<b>x</b>"}, "texts": {"en": "<script>alert(1)</script>"}}
    house.answers[HOME] = house.answers[HOME](None) | {"announcements": [entry]}
    page = client.get("/home").text
    assert "&lt;script&gt;" in page
    assert "<script>alert" not in page

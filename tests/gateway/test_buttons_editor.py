"""The editor of the action buttons, and the buttons as clients find them (S19)."""

from typing import Any

import pytest

from tests.gateway.conftest import Visitor
from tests.gateway.house import BRAND, CLIENT, SWITCHES, House, problem
from tests.gateway.test_admin_clients import body_of, text_of

PATH, SERVICE = "/admin/settings/buttons", "/portal/v1/settings"
HOME = ("GET", "/portal/v1/home")
LINK: dict[str, Any] = {"kind": "link", "labels": {"en": "Our blog"}, "url": "https://blog.example/", "icon": "star"}
BUTTONS: list[dict[str, Any]] = [{"kind": "contact", "labels": {"es": "Escríbanos"}, "url": "", "icon": ""}, LINK]


@pytest.fixture(autouse=True)
def stored(house: House) -> None:
    """The firm has two buttons."""
    house.answers[("GET", SERVICE)] = BRAND | {
        "switches": SWITCHES, "action_buttons": ["contact"], "buttons": BUTTONS, "version": 3
    }  # fmt: skip


def form(order: str = "01234", **changes: str) -> dict[str, Any]:
    """Return the form as it was opened: two buttons that are shown and three that are not, in `order`."""
    kinds = ("contact", "link", "book", "pay", "documents")
    fields = {f"{index}_kind": kind for index, kind in enumerate(kinds)} | {"0_shown": "yes", "1_shown": "yes"}
    link = {"0_label_es": "Escríbanos", "1_label_en": "Our blog", "1_url": LINK["url"], "1_icon": "star"}
    return fields | link | {"version": "3", "row": list(order), "do": "save"} | changes


def names(page: str) -> list[str]:
    return [part.split('"')[0] for part in page.split('_kind" value="')[1:]]


def test_the_editor_shows_what_is_chosen_and_what_could_be(staff: Visitor) -> None:
    page = staff.get(PATH).text
    assert names(page) == ["contact", "link", "book", "pay", "documents"]
    assert page.count("checked") == 2


@pytest.mark.feature("S19")
def test_the_firm_chooses_orders_and_words_the_buttons_of_home(staff: Visitor, client: Visitor, house: House) -> None:
    answer = staff.post(PATH, form("41023", **{"4_shown": "yes", "0_shown": ""}))
    assert answer.status_code == 303
    sent = body_of(house, "PUT", SERVICE)
    assert sent == {"version": 3, "buttons": [{"kind": "documents", "labels": {}}, LINK]}
    house.answers[HOME] = house.answers[HOME](None) | {"buttons": sent["buttons"]}
    page = client.get("/home").text
    aside = page[page.index('class="action-buttons"') :]
    assert aside.index("Share documents") < aside.index("Our blog")
    assert 'href="https://blog.example/" rel="external noopener noreferrer"' in aside
    assert aside[: aside.index("</div>")].count("btn-action") == 2


@pytest.mark.parametrize(
    ("act", "order"),
    [
        ("up:1", ["link", "contact", "book", "pay", "documents"]),
        ("down:0", ["link", "contact", "book", "pay", "documents"]),
        ("up:0", ["contact", "link", "book", "pay", "documents"]),
        ("down:4", ["contact", "link", "book", "pay", "documents"]),
        ("remove:1", ["contact", "book", "pay", "documents"]),
        ("add", ["contact", "link", "book", "pay", "documents", "link"]),
        ("up:99", ["contact", "link", "book", "pay", "documents"]),
        ("nonsense", ["contact", "link", "book", "pay", "documents"]),
    ],
)
def test_rows_move_without_a_script_and_nothing_is_saved(
    staff: Visitor, house: House, act: str, order: list[str]
) -> None:
    page = staff.post(PATH, form(do=act, **{"0_label_pt": "Typed"}))
    assert page.status_code == 200
    assert names(page.text) == order
    assert 'value="Typed"' in page.text
    assert "Not saved yet" in page.text
    assert not house.called("PUT", SERVICE)


def test_what_is_wrong_stands_beside_the_button(staff: Visitor, house: House) -> None:
    said = {"buttons.1.url": ["Write an address that begins with https://"]}
    house.answers[("PUT", SERVICE)] = problem(422, "invalid_input", said)
    page = staff.post(PATH, form("01234", **{"1_url": "http://blog.example/"}))
    assert page.status_code == 422
    assert 'id="f-1_url-error"' in page.text
    assert 'value="http://blog.example/"' in page.text


def test_a_label_is_that_of_the_readers_language(client: Visitor, house: House) -> None:
    buttons = [{"kind": "contact", "labels": {"es": "Escríbanos"}, "url": "", "icon": ""}, LINK]
    house.answers[HOME] = house.answers[HOME](None) | {"buttons": buttons}
    assert "Message the firm Our blog" in text_of(client.get("/home"))
    house.users["spanish"] = CLIENT | {"locale": "es"}
    spanish = Visitor(client.client.application, atrio_client="spanish")
    assert "Escríbanos Our blog" in text_of(spanish.get("/home"))


def test_an_address_that_is_none_of_ours_never_becomes_a_link(client: Visitor, house: House) -> None:
    told = house.answers[HOME](None)
    house.answers[HOME] = told | {"buttons": [LINK | {"url": "javascript:alert(1)"}]}
    assert "javascript:alert" not in client.get("/home").text

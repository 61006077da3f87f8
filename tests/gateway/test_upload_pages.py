"""What an upload's form offers and takes: files that went up before it, done uploading, and room for each client."""

import re
from typing import Any

import pytest

from tests.gateway.archive import DOCUMENT, document
from tests.gateway.conftest import Visitor
from tests.gateway.house import ACCOUNT, SWITCHES, House, problem

SHELL, HOME = ("GET", "/portal/v1/shell"), ("GET", "/portal/v1/home")
NOTICES = f"/documents/v1/accounts/{ACCOUNT}/upload-notices"
OURS = {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}


def switch_on(house: House, client: Visitor, *options: str) -> None:
    switches = SWITCHES | dict.fromkeys(options, True)
    told = house.answers[HOME](None)  # type: ignore[operator]
    house.answers[HOME] = told | {"switches": switches}
    house.answers[SHELL] = lambda request: house._shell(request) | {"switches": switches}
    client.get("/frame/counts")


def send(client: Visitor, **fields: Any) -> Any:
    form = {"csrf_token": client.token("/home")} | fields
    return client.client.post("/documents/upload", data=form, headers=OURS, content_type="multipart/form-data")


@pytest.fixture
def library(house: House) -> House:
    house.answers |= {
        ("GET", f"/documents/v1/documents/{DOCUMENT}"): document(),
        ("GET", "/documents/v1/documents"): {"items": [], "next": None},
        ("GET", f"/documents/v1/accounts/{ACCOUNT}/shelf"): {"items": [], "next": None, "folders": [], "path": []},
        ("POST", NOTICES): {"told": True, "count": 1},
    }
    return house


def test_what_went_up_before_the_form_counts_as_arrived(client: Visitor, library: House) -> None:
    assert send(client, uploaded=DOCUMENT).status_code == 303
    assert send(client).status_code == 422, "control: without it there is no file"
    library.answers[("GET", f"/documents/v1/documents/{DOCUMENT}")] = problem(404, "not_found")
    assert send(client, uploaded=DOCUMENT).status_code in (404, 422), "what is not theirs"
    assert library.called("POST", NOTICES) == []


def test_the_box_in_the_dialog_tells_the_firm(client: Visitor, library: House) -> None:
    assert "done_uploading" not in client.get("/documents").text
    switch_on(library, client, "done_uploading_checkbox")
    assert 'name="done_uploading"' in client.get("/documents").text
    assert send(client, uploaded=DOCUMENT, done_uploading="yes").status_code == 303
    assert [call.get_json() for call in library.called("POST", NOTICES)] == [{"way": "dialog", "request_id": None}]
    library.answers[("POST", NOTICES)] = problem(403, "done_uploading_switched_off")
    assert send(client, uploaded=DOCUMENT, done_uploading="yes").status_code == 303, "what arrived has arrived"


def test_the_button_tells_the_firm(client: Visitor, library: House) -> None:
    assert client.get("/done-uploading").status_code == 404
    switch_on(library, client, "done_uploading")
    assert "You have sent no documents yet" in client.get("/done-uploading").text
    named = [{"id": DOCUMENT, "name": "Enero & febrero.pdf"}]
    library.answers[("GET", NOTICES)] = {"count": 3, "documents": named, "last_at": "2026-11-20T09:30:00+00:00"}
    page = client.get("/done-uploading").text
    assert "Enero &amp; febrero.pdf" in page
    assert "and 2 more" in page
    answer = client.post("/done-uploading", {})
    assert answer.status_code == 303
    assert library.called("POST", NOTICES)[-1].get_json()["way"] == "button"
    library.answers[("POST", NOTICES)] = {"told": False, "count": 0}
    client.post("/done-uploading", {})
    assert "it knows already" in client.get("/documents").text
    library.answers[("POST", NOTICES)] = problem(403, "done_uploading_switched_off")
    assert client.post("/done-uploading", {}).location.endswith("/home")


def test_room_for_all_and_for_one(staff: Visitor, house: House) -> None:
    path = "/admin/settings/uploads"
    house.answers |= {
        ("PUT", "/documents/v1/quota"): {},
        ("PUT", f"/documents/v1/accounts/{ACCOUNT}/quota"): {},
        ("DELETE", f"/documents/v1/accounts/{ACCOUNT}/quota"): {},
    }
    assert 'value="5"' in staff.get(path).text
    assert staff.post(path, {"gigabytes": "0,5"}).status_code == 303
    assert staff.post(path, {"gigabytes": ""}).status_code == 303
    sent = [call.get_json() for call in house.called("PUT", "/documents/v1/quota")]
    assert sent == [{"bytes": 500_000_000}, {"bytes": None}]
    for wrong in ("much", "-1", "nan", "1e12"):
        page = staff.post(path, {"gigabytes": wrong})
        assert page.status_code == 422
        assert f'value="{wrong}"' in page.text, "typed text is kept"
    one = f"/admin/clients/{ACCOUNT}/quota"
    page = " ".join(staff.get(one).text.replace("\xa0", " ").split())
    assert re.search(r"1[.]\d MB of [45][.0-9]* GB taken", page)
    assert staff.post(one, {"gigabytes": "7", "whose": "own"}).status_code == 303
    assert staff.post(one, {"gigabytes": "7", "whose": "all"}).status_code == 303
    assert len(house.called("DELETE", f"/documents/v1/accounts/{ACCOUNT}/quota")) == 1

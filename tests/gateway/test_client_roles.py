"""What each role in an account may open in the portal (B4): the rest is hidden, and answers like a foreign page."""

import pytest

from tests.gateway.conftest import Visitor
from tests.gateway.house import ACCOUNT, CLIENT, CLIENT_SESSION, House

OPEN = {
    "owner": {"/home", "/requests", "/documents", "/conversations", "/payments", "/profile", "/send-email"},
    "member": {"/home", "/requests", "/documents", "/conversations", "/profile", "/send-email"},
    "signer": {"/home", "/profile", "/send-email"},
    "billing": {"/home", "/payments", "/profile", "/send-email"},
}


@pytest.fixture(params=OPEN)
def role(request: pytest.FixtureRequest, house: House) -> str:
    access = {"account_id": ACCOUNT, "contact_id": CLIENT["contact_id"], "role": request.param, "name": "Talleres"}
    house.users[CLIENT_SESSION] = CLIENT | {"accounts": [access]}
    house.answers[("GET", "/portal/v1/requests")] = {"items": [], "next": None}
    house.answers[("GET", f"/documents/v1/accounts/{ACCOUNT}/shelf")] = {"items": [], "next": None}
    found: str = request.param
    return found


def test_a_page_that_the_role_may_not_open_is_not_there(client: Visitor, role: str) -> None:
    found = {path for path in OPEN["owner"] if client.get(path).status_code == 200}
    assert found == OPEN[role]
    assert {client.get(path).status_code for path in OPEN["owner"] - OPEN[role]} <= {404}


def test_no_page_leads_where_the_role_may_not_go(client: Visitor, role: str) -> None:
    for page in ("/home", "/more", "/profile"):
        text = client.get(page).text
        for path in OPEN["owner"] - OPEN[role]:
            assert f'href="{path}' not in text, (page, path)


def test_home_shows_only_what_the_role_can_do(client: Visitor, role: str) -> None:
    page = client.get("/home").text
    assert ("Engagement letter 2026" in page) == (role != "billing")
    assert ("Bank statements, third quarter" in page) == (role in ("owner", "member"))
    assert ("B-4418 2270" in page) == (role != "signer")


def test_signing_is_for_those_who_sign(client: Visitor, role: str, house: House) -> None:
    place = "/v1/sign-requests/0192a000-0000-7000-8000-000000000006"
    client.get(place.replace("/v1/sign-requests", "/sign"))
    asked = [call for call in house.calls if call.path.startswith("/signing")]
    assert bool(asked) == (role != "billing")

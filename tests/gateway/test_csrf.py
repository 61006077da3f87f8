"""No unsafe request counts unless a page of ours sent it (threats 18, 19)."""

from io import BytesIO

import pytest

from gateway.app import Gateway
from gateway.edge.csrf import CsrfTokens, from_own_page
from tests.gateway.conftest import Visitor
from tests.gateway.house import CLIENT, CLIENT_SESSION, STAFF_SESSION, House
from tests.gateway.routes import routes

UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}
SIGN_IN = {"email": CLIENT["email"], "password": "right"}
OURS = {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}


def test_every_unsafe_route_refuses_without_a_token(house: House) -> None:
    gateway = house.gateway(sign_in_burst=1000)
    everybody = Visitor(gateway, atrio_client=CLIENT_SESSION, atrio_staff=STAFF_SESSION)
    unsafe = [(path, access) for path, methods, access in routes(gateway) if methods & UNSAFE]
    assert len(unsafe) > 10
    for path, access in unsafe:
        form = {"file": (BytesIO(b"x"), "x.txt")} if access.streams else {"a": "b"}
        status = everybody.client.post(path, data=form, headers=OURS).status_code
        assert status == 403 or (access.streams and status == 404), path
    changed = [call.path for call in house.calls if call.method in UNSAFE and not call.path.startswith("/identity/")]
    assert changed == []


def test_no_page_changes_anything_by_get(gateway: Gateway) -> None:
    both = [path for path, methods, _access in routes(gateway) if "GET" in methods and methods & UNSAFE]
    assert both == [], "one view for reading and one for writing"


def test_with_the_token_of_the_page_it_works(house: House, client: Visitor) -> None:
    assert client.post("/notifications/read", page="/notifications").status_code == 303
    assert house.called("POST", "/notifications/v1/inbox/read")


def test_the_token_may_come_in_a_header(client: Visitor) -> None:
    token = client.token("/notifications")
    answer = client.client.post("/notifications/read", headers={"X-CSRF-Token": token} | OURS)
    assert answer.status_code == 303


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site", "Origin": "http://localhost"},
    ],
)
def test_another_site_is_refused_even_with_a_token(client: Visitor, headers: dict[str, str]) -> None:
    token = client.token("/notifications")
    answer = client.client.post("/notifications/read", data={"csrf_token": token}, headers=headers)
    assert answer.status_code == 403
    assert "open for too long" in answer.text


def test_the_token_of_another_session_does_not_work(gateway: Gateway, client: Visitor, house: House) -> None:
    house.users["other-session"] = dict(CLIENT)
    other = Visitor(gateway, atrio_client="other-session")
    answer = client.client.post("/notifications/read", data={"csrf_token": other.token("/home")}, headers=OURS)
    assert answer.status_code == 403


def test_the_token_from_before_sign_in_dies_with_it(anybody: Visitor) -> None:
    before = anybody.token("/sign-in/password")
    assert anybody.post("/sign-in/password", SIGN_IN).status_code == 303
    answer = anybody.client.post("/notifications/read", data={"csrf_token": before}, headers=OURS)
    assert answer.status_code == 403


def test_the_visit_gets_a_new_id_at_sign_in(anybody: Visitor) -> None:
    anybody.get("/sign-in/password")
    planted = anybody.client.get_cookie("atrio_visit")
    assert planted
    anybody.post("/sign-in/password", SIGN_IN)
    after = anybody.client.get_cookie("atrio_visit")
    assert after is None or after.value != planted.value


def test_a_planted_visit_cannot_sign_a_stranger_in(gateway: Gateway, anybody: Visitor) -> None:
    """Login CSRF: the attacker's own visit and token, sent by the victim's browser from the attacker's page."""
    attacker = Visitor(gateway)
    token = attacker.token("/sign-in/password")
    visit = attacker.client.get_cookie("atrio_visit")
    assert visit
    anybody.client.set_cookie("atrio_visit", visit.value)
    answer = anybody.client.post(
        "/sign-in/password", data=SIGN_IN | {"csrf_token": token}, headers={"Origin": "https://evil.example"}
    )
    assert answer.status_code == 403
    assert anybody.client.get_cookie("atrio_client") is None


def test_a_code_belongs_to_the_visit_that_asked_for_it(gateway: Gateway, anybody: Visitor) -> None:
    asked = Visitor(gateway)
    asked.post("/sign-in", {"email": CLIENT["email"]})
    answer = anybody.post("/sign-in/code", {"code": "123456"}, page="/sign-in")
    assert answer.headers["Location"] == "/sign-in"
    assert anybody.client.get_cookie("atrio_client") is None


def test_tokens_are_salted_and_bound() -> None:
    tokens = CsrfTokens(b"k" * 32)
    one, two = tokens.issue("session"), tokens.issue("session")
    assert one != two
    assert tokens.accepts(one, "session")
    assert not tokens.accepts(one, "another")
    assert not CsrfTokens(b"x" * 32).accepts(one, "session")
    for bad in (None, "", ".", "a.b.c", one[:-1], "é.é", one + "é"):
        assert not tokens.accepts(bad, "session")
    assert not tokens.accepts(one, None)


def test_a_program_without_browser_headers_passes_the_first_lock() -> None:
    assert from_own_page(None, None, {"http://localhost"})
    assert not from_own_page("cross-site", None, {"http://localhost"})

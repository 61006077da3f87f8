"""The session cookie, the passport behind it, and how quickly one that ended is out (P10)."""

import time_machine

from gateway.edge.sessions import Sessions
from tests.gateway.conftest import Visitor
from tests.gateway.house import ACCOUNT, CLIENT, CLIENT_SESSION, OTHER_ACCOUNT, House, problem

EXCHANGE = ("POST", "/identity/v1/sessions/exchange")


class Identity:
    """Counts the exchanges; `alive` is whether the session still is."""

    def __init__(self) -> None:
        self.asked, self.alive = 0, True

    def __call__(self, _session: str, _account: str | None) -> dict[str, object] | None:
        self.asked += 1
        return {"passport": f"p{self.asked}", "user": CLIENT} if self.alive else None


def test_a_passport_is_kept_for_two_seconds_and_no_longer() -> None:
    identity, now = Identity(), [0.0]
    sessions = Sessions(identity, timer=lambda: now[0])
    assert sessions.visitor("token") is sessions.visitor("token")
    now[0] = 1.9
    sessions.visitor("token")
    assert identity.asked == 1
    identity.alive = False
    now[0] = 2.1
    assert sessions.visitor("token") is None


def test_forgetting_a_session_is_immediate_for_every_account() -> None:
    identity = Identity()
    sessions = Sessions(identity)
    sessions.visitor("token", ACCOUNT)
    sessions.visitor("token", OTHER_ACCOUNT)
    sessions.visitor("another")
    identity.alive = False
    sessions.forget("token")
    assert sessions.visitor("token", ACCOUNT) is None
    assert sessions.visitor("token", OTHER_ACCOUNT) is None
    assert sessions.visitor("another") is not None


def test_a_warm_page_asks_identity_nothing(house: House, client: Visitor) -> None:
    client.get("/home")  # which compiles the page, for longer than a passport is kept where the machine is busy
    before = len(house.called(*EXCHANGE))
    for _ in range(5):
        client.get("/home")
    assert len(house.called(*EXCHANGE)) <= before + 1


def test_the_service_gets_the_passport_and_the_browser_never_sees_it(house: House, client: Visitor) -> None:
    answer = client.get("/home")
    [call] = house.called("GET", "/portal/v1/home")
    assert call.headers["Authorization"] == "Bearer passport-of-client"
    assert "passport" not in answer.text
    assert "passport" not in str(answer.headers)


def test_signing_out_ends_the_session_at_once_everywhere(house: House, client: Visitor) -> None:
    assert client.get("/home").status_code == 200
    answer = client.post("/sign-out", page="/home")
    assert answer.headers["Location"] == "/"
    assert CLIENT_SESSION not in house.users
    assert client.client.get_cookie("atrio_client") is None
    client.client.set_cookie("atrio_client", CLIENT_SESSION)
    assert client.get("/home").headers["Location"] == "/sign-in"


def test_signing_out_works_while_identity_is_down(house: House, client: Visitor) -> None:
    token = client.token("/home")
    house.server.clear()
    answer = client.client.post("/sign-out", data={"csrf_token": token})
    assert answer.status_code == 303
    assert client.client.get_cookie("atrio_client") is None


def test_sign_out_is_no_get(client: Visitor) -> None:
    assert client.get("/sign-out").status_code == 405


def test_the_account_is_switched_and_kept_apart(house: House, client: Visitor) -> None:
    client.post("/account/switch", {"account_id": OTHER_ACCOUNT}, page="/account")
    assert "Oliveira" in client.get("/home").text
    assert house.called(*EXCHANGE)[-1].get_json()["account_id"] == OTHER_ACCOUNT


def test_identity_hears_of_each_switch_however_quick(client: Visitor, house: House) -> None:
    chosen = (OTHER_ACCOUNT, ACCOUNT, OTHER_ACCOUNT)
    for account_id in chosen:
        client.post("/account/switch", {"account_id": account_id}, page="/account")
        client.get("/home")
        asked = house.called("POST", "/identity/v1/sessions/exchange")[-1].get_json()
        assert asked["account_id"] == account_id, "what was looked at last counts where the cookie names nothing"


def test_an_account_that_is_not_theirs_is_not_taken(client: Visitor) -> None:
    answer = client.post("/account/switch", {"account_id": "0192a000-0000-7000-8000-00000000ffff"}, page="/account")
    assert answer.status_code == 404
    assert client.client.get_cookie("atrio_account") is None


def test_a_form_opened_in_one_account_does_not_count_in_another(client: Visitor) -> None:
    client.post("/account/switch", {"account_id": ACCOUNT}, page="/account")
    opened_before = {"csrf_token": client.token("/notifications")}
    assert client.post("/notifications/read", opened_before, page="/notifications").status_code == 303, "control"
    client.post("/account/switch", {"account_id": OTHER_ACCOUNT}, page="/account")
    stale = client.post("/notifications/read", opened_before, page="/notifications")
    assert (stale.status_code, "Nothing was changed" in stale.text) == (403, True)
    assert client.post("/notifications/read", page="/notifications").status_code == 303


def test_what_is_not_here_may_be_of_another_account(house: House, client: Visitor) -> None:
    path = "/documents/0192a000-0000-7000-8000-00000000ffff"
    house.answers[("GET", "/documents/v1/documents/0192a000-0000-7000-8000-00000000ffff")] = problem(404, "not_found")
    page = client.get(path)
    assert (page.status_code, 'href="/account"' in page.text) == (404, True)
    house.users[CLIENT_SESSION] = CLIENT | {"accounts": CLIENT["accounts"][:1]}
    client = Visitor(house.gateway(), atrio_client=CLIENT_SESSION)
    page = client.get(path)
    assert (page.status_code, 'href="/account"' in page.text) == (404, False)
    assert 'class="account-bar"' not in client.get("/home").text


def test_an_account_that_was_taken_away_falls_back_to_the_first(gateway, house: House) -> None:
    visitor = Visitor(gateway, atrio_client=CLIENT_SESSION, atrio_account="0192a000-0000-7000-8000-00000000ffff")
    assert visitor.get("/home").status_code == 200


def test_the_cookies_are_closed_to_scripts_and_other_sites(house: House) -> None:
    visitor = Visitor(house.gateway(public_url="https://portal.example"))
    headers = {"Host": "portal.example"}
    page = visitor.client.get("/sign-in/password", headers=headers, base_url="https://portal.example")
    token = page.text.split('name="csrf-token" content="')[1].split('"')[0]
    answer = visitor.client.post(
        "/sign-in/password",
        data={"csrf_token": token, "email": CLIENT["email"], "password": "right"},
        headers=headers | {"Origin": "https://portal.example"},
        base_url="https://portal.example",
    )
    assert answer.status_code == 303
    cookies = [*page.headers.getlist("Set-Cookie"), *answer.headers.getlist("Set-Cookie")]
    set_now = [cookie for cookie in cookies if "Max-Age=0" not in cookie]
    assert any(cookie.startswith("__Host-atrio_client=") for cookie in set_now)
    for cookie in set_now:
        assert cookie.startswith("__Host-")
        for attribute in ("HttpOnly", "Secure", "SameSite=Lax", "Path=/"):
            assert attribute in cookie, cookie
        assert "Domain" not in cookie


def test_while_identity_is_down_pages_say_so(house: House, client: Visitor) -> None:
    house.answers[EXCHANGE] = problem(503, "unavailable")
    answer = client.get("/home")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    assert "resting" in answer.text


def test_times_are_those_of_the_visitor(house: House, client: Visitor) -> None:
    house.answers[("GET", "/notifications/v1/inbox")] = {
        "items": [
            {"id": "1", "kind": "x", "title": "T", "path": "/", "read_at": None}
            | {"created_at": "2026-11-22T10:30:00+00:00"}
        ],
        "next": None,
        "unread": 1,
    }
    with time_machine.travel("2026-11-22T12:00:00+00:00", tick=False):
        assert "today, 11:30" in client.get("/notifications").text

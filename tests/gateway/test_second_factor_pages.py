"""The second step of signing in, and passkeys, as a browser goes through them."""

from typing import Any

import pytest
from werkzeug.test import TestResponse

from gateway.app import Gateway
from tests.gateway import safe
from tests.gateway.conftest import Visitor
from tests.gateway.house import CLIENT, CLIENT_SESSION, STAFF, STAFF_SESSION, House, problem
from tests.gateway.test_admin_clients import body_of, text_of

FACTOR, ADMIN_FACTOR = "/sign-in/factor", "/admin/sign-in/factor"
WAYS = ("GET", "/identity/v1/sign-in/ways")
RIGHT = {"email": CLIENT["email"], "password": "right"}
CREDENTIAL = '{"id": "x", "type": "public-key"}'


@pytest.fixture(autouse=True)
def factors(house: House) -> None:
    safe.move_in(house)


def ask_options(visitor: Visitor, path: str, page: str) -> TestResponse:
    """Ask for a passkey's options as the script of the page does."""
    return visitor.client.post(path, headers={"X-CSRF-Token": visitor.token(page), "Origin": "http://localhost"})


def cookie(visitor: Visitor, name: str) -> str | None:
    found = visitor.client.get_cookie(name)
    return found.value if found else None


def test_a_password_alone_opens_nothing(anybody: Visitor) -> None:
    answer = anybody.post("/sign-in/password", RIGHT)
    assert answer.headers["Location"] == FACTOR
    assert cookie(anybody, "atrio_client") is None
    assert anybody.get("/home").headers["Location"] == "/sign-in"


@pytest.mark.feature("B2")
def test_a_code_of_the_app_opens_what_was_asked_for(house: House, anybody: Visitor) -> None:
    anybody.get("/sign-in/password?next=/documents")
    anybody.post("/sign-in/password", RIGHT)
    page = anybody.get(FACTOR).text
    assert 'autocomplete="one-time-code"' in page
    assert 'inputmode="numeric"' in page
    answer = anybody.post(FACTOR, {"way": "totp", "code": "123456", "remember": "yes"})
    assert answer.headers["Location"] == "/documents"
    sent = body_of(house, "POST", "/identity/v1/sign-in/factor")
    assert (sent["challenge"], sent["method"], sent["remember"]) == ("challenge-1", "totp", True)
    assert sent["client"]["ip"] == "127.0.0.1"
    assert cookie(anybody, "atrio_client") == CLIENT_SESSION


def test_a_one_time_code_leads_to_the_second_step_too(house: House, anybody: Visitor) -> None:
    house.answers[("POST", "/identity/v1/sign-in/code")] = safe.challenge(factors=["totp"])
    anybody.post("/sign-in", {"email": CLIENT["email"]})
    assert anybody.post("/sign-in/code", {"code": "123456"}).headers["Location"] == FACTOR


def test_a_recovery_code_is_another_way(house: House, anybody: Visitor) -> None:
    anybody.post("/sign-in/password", RIGHT)
    page = anybody.get(f"{FACTOR}?way=recovery").text
    assert "Recovery code" in page
    assert "Use the authenticator app" in page
    answer = anybody.post(FACTOR, {"way": "recovery", "code": safe.CODES[0]}, page=f"{FACTOR}?way=recovery")
    assert answer.headers["Location"] == "/home"
    sent = body_of(house, "POST", "/identity/v1/sign-in/factor")
    assert (sent["method"], sent["remember"]) == ("recovery", False)


@pytest.mark.parametrize("way", ["totp", "recovery"])
def test_a_wrong_code_stands_beside_the_field(anybody: Visitor, way: str) -> None:
    anybody.post("/sign-in/password", RIGHT)
    page = anybody.post(FACTOR, {"way": way, "code": "654321"})
    assert page.status_code == 422
    assert 'id="f-code-error"' in page.text
    assert 'role="alert"' in page.text
    assert "654321" not in page.text
    assert cookie(anybody, "atrio_client") is None


def test_only_the_factors_that_the_person_has_are_shown(house: House, anybody: Visitor) -> None:
    house.answers[("POST", "/identity/v1/sign-in/password")] = safe.challenge(factors=["totp"])
    anybody.post("/sign-in/password", RIGHT)
    page = anybody.get(FACTOR).text
    assert "Use a passkey" not in page
    assert "recovery code" not in page


def test_who_can_use_none_of_them_is_told_whom_to_ask_and_can_have_the_firm_told(
    house: House, anybody: Visitor
) -> None:
    asked = ("POST", "/identity/v1/sign-in/factor/lost")
    house.answers[asked] = {}
    anybody.post("/sign-in/password", RIGHT)
    assert f'href="{FACTOR}/lost"' in anybody.get(FACTOR).text
    page = anybody.get(f"{FACTOR}/lost").text
    assert 'href="tel:' in page
    assert "Ask the firm for help" in page
    assert anybody.post(f"{FACTOR}/lost").headers["Location"] == f"{FACTOR}/lost"
    assert house.called(*asked)[-1].get_json()["challenge"] == "challenge-1"
    page = anybody.get(f"{FACTOR}/lost").text
    assert "The firm has been told and gets in touch with you." in page
    assert "Ask the firm for help" not in page
    assert anybody.get(FACTOR).status_code == 200, "a factor that turns up still counts"


def test_only_who_gave_a_first_factor_can_have_the_firm_told(house: House, anybody: Visitor) -> None:
    asked = ("POST", "/identity/v1/sign-in/factor/lost")
    assert anybody.get(f"{FACTOR}/lost").headers["Location"] == "/sign-in"
    assert anybody.post(f"{FACTOR}/lost", page="/sign-in").headers["Location"] == "/sign-in"
    assert not house.called(*asked)
    house.answers[asked] = problem(401, "challenge_over")
    anybody.post("/sign-in/password", RIGHT)
    assert anybody.post(f"{FACTOR}/lost").headers["Location"] == "/sign-in"


def test_staff_is_led_to_an_owner(house: House, anybody: Visitor) -> None:
    anybody.post("/admin/sign-in", {"email": STAFF["email"], "password": "right"})
    page = anybody.get(f"{ADMIN_FACTOR}/lost").text
    assert "Ask an owner of the firm" in page
    assert "Ask the firm for help" not in page


def test_a_challenge_that_is_over_leads_to_the_beginning(house: House, anybody: Visitor) -> None:
    house.answers[("POST", "/identity/v1/sign-in/factor")] = problem(401, "challenge_over")
    anybody.post("/sign-in/password", RIGHT)
    assert anybody.post(FACTOR, {"way": "totp", "code": "123456"}).headers["Location"] == "/sign-in"
    assert "too many tries" in anybody.get("/sign-in").text
    assert anybody.get(FACTOR).headers["Location"] == "/sign-in"


def test_a_challenge_belongs_to_the_browser_that_gave_the_password(gateway: Gateway, anybody: Visitor) -> None:
    """threat 19: a stranger's browser cannot give the second factor for it."""
    Visitor(gateway).post("/sign-in/password", RIGHT)
    assert anybody.get(FACTOR).headers["Location"] == "/sign-in"
    answer = anybody.post(FACTOR, {"way": "totp", "code": "123456"}, page="/sign-in")
    assert answer.headers["Location"] == "/sign-in"
    assert cookie(anybody, "atrio_client") is None


def test_the_challenge_of_one_side_does_not_count_on_the_other(anybody: Visitor) -> None:
    anybody.post("/admin/sign-in", {"email": STAFF["email"], "password": "right"})
    assert anybody.get(ADMIN_FACTOR).status_code == 200
    assert anybody.get(FACTOR).headers["Location"] == "/sign-in"


def test_the_visit_is_dropped_after_the_second_step(anybody: Visitor) -> None:
    anybody.post("/sign-in/password", RIGHT)
    planted = cookie(anybody, "atrio_visit")
    anybody.post(FACTOR, {"way": "totp", "code": "123456"})
    assert cookie(anybody, "atrio_visit") != planted
    assert anybody.get(FACTOR).headers["Location"] == "/sign-in"


@pytest.mark.feature("B2")
@pytest.mark.parametrize(
    ("side", "home", "session"), [("", "/home", CLIENT_SESSION), ("/admin", "/admin/", STAFF_SESSION)]
)
def test_a_passkey_alone_signs_in(house: House, anybody: Visitor, side: str, home: str, session: str) -> None:
    base, kind = f"{side}/sign-in", "staff" if side else "client"
    options = ask_options(anybody, f"{base}/passkey/options", base)
    assert options.get_json() == {"options": safe.REQUEST_OPTIONS}  # the flow stays out of the script's reach
    assert body_of(house, "POST", "/identity/v1/sign-in/passkey/options") == {"kind": kind}
    answer = anybody.post(f"{base}/passkey", {"credential": CREDENTIAL}, page=base)
    assert answer.headers["Location"] == home
    sent = body_of(house, "POST", "/identity/v1/sign-in/passkey")
    assert (sent["flow"], sent["credential"]["id"]) == (f"{kind}-flow", "x")
    assert cookie(anybody, "atrio_staff" if side else "atrio_client") == session
    assert cookie(anybody, "atrio_passkey") is None


def test_a_passkey_as_the_second_step_carries_the_challenge(house: House, anybody: Visitor) -> None:
    anybody.post("/sign-in/password", RIGHT)
    ask_options(anybody, "/sign-in/passkey/options?step=second", FACTOR)
    sent = body_of(house, "POST", "/identity/v1/sign-in/passkey/options")
    assert sent == {"kind": "client", "challenge": "challenge-1"}
    answer = anybody.post("/sign-in/passkey", {"credential": CREDENTIAL, "remember": "yes"}, page=FACTOR)
    assert answer.headers["Location"] == "/home"
    assert body_of(house, "POST", "/identity/v1/sign-in/passkey")["remember"] is True


@pytest.mark.parametrize("credential", ["", "{", "[]", '"x"', "x" * 30_000])
def test_what_is_no_credential_asks_nobody(house: House, anybody: Visitor, credential: str) -> None:
    ask_options(anybody, "/sign-in/passkey/options", "/sign-in")
    answer = anybody.post("/sign-in/passkey", {"credential": credential}, page="/sign-in")
    assert answer.headers["Location"] == "/sign-in"
    assert "This passkey was not taken." in anybody.get("/sign-in").text
    assert not house.called("POST", "/identity/v1/sign-in/passkey")


def test_a_passkey_of_another_browser_s_ceremony_is_nobody_s(house: House, gateway: Gateway, anybody: Visitor) -> None:
    ask_options(Visitor(gateway), "/sign-in/passkey/options", "/sign-in")
    anybody.post("/sign-in/passkey", {"credential": CREDENTIAL}, page="/sign-in")
    assert not house.called("POST", "/identity/v1/sign-in/passkey")
    assert cookie(anybody, "atrio_client") is None


def test_a_refused_passkey_says_so_where_it_was_used(house: House, anybody: Visitor) -> None:
    house.answers[("POST", "/identity/v1/sign-in/passkey")] = problem(401, "passkey_refused")
    anybody.post("/sign-in/password", RIGHT)
    ask_options(anybody, "/sign-in/passkey/options?step=second", FACTOR)
    assert anybody.post("/sign-in/passkey", {"credential": CREDENTIAL}, page=FACTOR).headers["Location"] == FACTOR
    assert "This passkey was not taken." in anybody.get(FACTOR).text


def test_options_that_are_refused_are_told_in_words(house: House, anybody: Visitor) -> None:
    house.answers[("POST", "/identity/v1/sign-in/passkey/options")] = problem(403, "way_off")
    answer = ask_options(anybody, "/sign-in/passkey/options", "/sign-in")
    assert (answer.status_code, set(answer.get_json())) == (403, {"error"})
    assert "switched this way" in answer.get_json()["error"]


def ways(house: House, **changes: Any) -> None:
    house.answers[WAYS] = {"password": True, "code": True, "passkey": True, "oidc": None} | changes


def test_without_script_there_is_no_passkey_button(anybody: Visitor) -> None:
    page = anybody.get("/sign-in").text
    form = page[page.index('<form method="post" action="/sign-in/passkey"') :].split(">")[0]
    assert form.endswith(" hidden")


def test_ways_that_the_firm_switched_off_are_not_shown(house: House, gateway: Gateway) -> None:
    ways(house, passkey=False, code=False)
    visitor = Visitor(gateway)
    assert "passkey" not in visitor.get("/sign-in").text
    assert visitor.post("/sign-in", {"email": CLIENT["email"]}).headers["Location"] == "/sign-in/password"
    page = visitor.get("/sign-in/password").text
    assert "code instead" not in page
    assert not house.called("POST", "/identity/v1/sign-in/start")


def test_without_passwords_their_page_leads_back(house: House, anybody: Visitor) -> None:
    ways(house, password=False)
    assert "Use a password" not in anybody.get("/sign-in").text
    assert anybody.get("/sign-in/password").headers["Location"] == "/sign-in"
    anybody.post("/sign-in", {"email": CLIENT["email"]})
    assert "Use a password" not in anybody.get("/sign-in/code").text


def test_passkeys_alone_need_no_field(house: House, anybody: Visitor) -> None:
    ways(house, password=False, code=False)
    page = anybody.get("/sign-in").text
    assert 'name="email"' not in page
    assert "Use a passkey" in page


def test_where_identity_does_not_answer_the_page_still_opens(house: House, anybody: Visitor) -> None:
    house.answers[WAYS] = problem(503, "unavailable")
    assert anybody.get("/sign-in").status_code == 200


def test_the_provider_of_the_firm_has_a_button_for_staff_alone(house: House, anybody: Visitor) -> None:
    ways(house, oidc={"name": "Marín ID"})
    page = anybody.get("/admin/sign-in").text
    assert 'href="/admin/sign-in/oidc"' in page
    assert "Sign in with Marín ID" in page
    assert "oidc" not in anybody.get("/sign-in").text


def test_a_browser_is_known_on_both_sides(anybody: Visitor, house: House) -> None:
    anybody.post("/sign-in/password", RIGHT)
    anybody.post(FACTOR, {"way": "totp", "code": "123456"})
    assert cookie(anybody, "atrio_device") == "device-token"
    assert cookie(anybody, "atrio_device_staff") is None
    anybody.post("/admin/sign-in", {"email": STAFF["email"], "password": "right"})
    assert "device" not in house.called("POST", "/identity/v1/sign-in/password")[-1].get_json()["client"]


def test_the_page_speaks_the_visitor_s_language(anybody: Visitor) -> None:
    anybody.client.set_cookie("atrio_language", "pt")
    anybody.post("/sign-in/password", RIGHT)
    assert "Mais um passo" in text_of(anybody.get(FACTOR))

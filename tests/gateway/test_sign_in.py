"""Signing in, signing up, and a forgotten password, as a browser does them."""

import pytest
import time_machine
from werkzeug import Response

from gateway.app import Gateway
from services.chassis.testing.logs import logging_of
from tests.gateway.conftest import Visitor
from tests.gateway.house import CLIENT, CLIENT_SESSION, STAFF, House, problem

INVITATION, RESET = "/invitation/a-token", "/reset/a-token"


@pytest.mark.feature("S15")
def test_the_public_page_leads_to_my_account(anybody: Visitor) -> None:
    page = anybody.get("/")
    assert "My account" in page.text
    assert anybody.get("/home").headers["Location"] == "/sign-in"


@pytest.mark.feature("S12")
def test_signing_in_with_the_email_alone(house: House, anybody: Visitor) -> None:
    anybody.get("/sign-in?next=/documents")
    answer = anybody.post("/sign-in", {"email": CLIENT["email"]})
    assert answer.headers["Location"] == "/sign-in/code"
    [start] = house.called("POST", "/identity/v1/sign-in/start")
    body = start.get_json()
    assert (body["email"], body["prefer"], body["client"]["ip"]) == (CLIENT["email"], "sms", "127.0.0.1")
    assert start.headers["Authorization"] == "Bearer service-token"
    page = anybody.get("/sign-in/code").text
    assert 'autocomplete="one-time-code"' in page
    assert CLIENT["email"] in page
    answer = anybody.post("/sign-in/code", {"code": "123456"})
    [code] = house.called("POST", "/identity/v1/sign-in/code")
    assert (code.get_json()["flow"], code.get_json()["code"]) == ("flow-1", "123456")
    assert answer.headers["Location"] == "/documents"
    assert anybody.client.get_cookie("atrio_client").value == CLIENT_SESSION  # type: ignore[union-attr]
    assert anybody.get("/home").status_code == 200


def test_sign_in_leads_on_to_the_page_asked_for(anybody: Visitor) -> None:
    anybody.get("/sign-in/password?next=/notifications")
    answer = anybody.post("/sign-in/password", {"email": CLIENT["email"], "password": "right"})
    assert answer.headers["Location"] == "/notifications"


@pytest.mark.feature("S13")
def test_an_unknown_address_sees_the_same_page(house: House, gateway: Gateway) -> None:
    pages = []
    for email in (CLIENT["email"], "nobody@example.com"):
        visitor = Visitor(gateway)
        assert visitor.post("/sign-in", {"email": email}).headers["Location"] == "/sign-in/code"
        page = visitor.get("/sign-in/code").text.replace(email, "E")
        pages.append([line for line in page.splitlines() if "csrf" not in line])
    assert pages[0] == pages[1]


def test_a_wrong_code_is_told_beside_the_field(house: House, anybody: Visitor) -> None:
    anybody.post("/sign-in", {"email": CLIENT["email"]})
    house.answers[("POST", "/identity/v1/sign-in/code")] = problem(401, "wrong_code")
    answer = anybody.post("/sign-in/code", {"code": "000000"})
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert "This code is not right" in answer.text
    assert anybody.client.get_cookie("atrio_client") is None


def test_another_code_only_after_a_minute_but_by_email_at_once(house: House, anybody: Visitor) -> None:
    start = ("POST", "/identity/v1/sign-in/start")
    with time_machine.travel("2026-11-22T10:00:00+00:00", tick=False) as clock:
        anybody.post("/sign-in", {"email": CLIENT["email"]})
        anybody.post("/sign-in/resend", {"prefer": "sms"}, page="/sign-in/code")
        assert len(house.called(*start)) == 1
        assert "another one in 60 seconds" in anybody.get("/sign-in/code").text
        anybody.post("/sign-in/resend", {"prefer": "email"}, page="/sign-in/code")
        assert house.called(*start)[-1].get_json()["prefer"] == "email"
        clock.shift(61)
        anybody.post("/sign-in/resend", {"prefer": "email"}, page="/sign-in/code")
        assert len(house.called(*start)) == 3


def too_soon(seconds: int) -> Response:
    refusal = problem(429, "too_many_attempts")
    refusal.headers["Retry-After"] = str(seconds)
    return refusal


def test_who_asks_again_too_soon_is_told_when_and_can_still_give_the_code(house: House, anybody: Visitor) -> None:
    start = ("POST", "/identity/v1/sign-in/start")
    anybody.post("/sign-in", {"email": CLIENT["email"]})
    house.answers[start] = too_soon(42)
    answer = anybody.post("/sign-in", {"email": CLIENT["email"].upper()})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/sign-in/code")
    page = anybody.get("/sign-in/code").text
    assert "A code was just sent. You can ask for another one in 42 seconds." in page
    assert 'autocomplete="one-time-code"' in page
    assert anybody.post("/sign-in/code", {"code": "123456"}).headers["Location"] == "/home"


def test_who_asked_in_another_browser_keeps_the_email_typed(house: House, anybody: Visitor) -> None:
    house.answers[("POST", "/identity/v1/sign-in/start")] = too_soon(42)
    page = anybody.post("/sign-in", {"email": CLIENT["email"]})
    assert page.status_code == 422
    assert f'value="{CLIENT["email"]}"' in page.text
    assert "another one in 42 seconds" in page.text
    assert "flow" not in page.text


def test_a_longer_wait_is_told_in_minutes(house: House, anybody: Visitor) -> None:
    anybody.post("/sign-in", {"email": CLIENT["email"]})
    house.answers[("POST", "/identity/v1/sign-in/start")] = too_soon(601)
    page = anybody.post("/sign-in/resend", {"prefer": "email"}, page="/sign-in/code")
    assert page.status_code == 422
    assert "another one in 11 minutes" in page.text


@pytest.mark.feature("S11")
def test_signing_in_with_a_password(anybody: Visitor) -> None:
    wrong = anybody.post("/sign-in/password", {"email": CLIENT["email"], "password": "wrong"})
    assert wrong.status_code == 422
    assert "E-mail or password is not right." in wrong.text
    assert f'value="{CLIENT["email"]}"' in wrong.text
    assert 'value="wrong"' not in wrong.text
    right = anybody.post("/sign-in/password", {"email": CLIENT["email"], "password": "right"})
    assert right.headers["Location"] == "/home"


def test_the_email_typed_goes_along_to_the_password(anybody: Visitor) -> None:
    answer = anybody.post("/sign-in", {"email": CLIENT["email"], "use": "password"})
    assert answer.headers["Location"] == "/sign-in/password"
    assert CLIENT["email"] in anybody.get("/sign-in/password").text


def test_nothing_is_asked_of_identity_without_input(house: House, anybody: Visitor) -> None:
    assert anybody.post("/sign-in", {"email": " "}).status_code == 422
    assert anybody.post("/sign-in/password", {}).status_code == 422
    assert anybody.post("/admin/sign-in", {}).status_code == 422
    asked = [call.path for call in house.calls if call.path.startswith("/identity/v1/sign-in/")]
    assert set(asked) <= {"/identity/v1/sign-in/ways"}


def test_too_many_tries_are_told(house: House, anybody: Visitor) -> None:
    refusal = problem(429, "too_many_attempts")
    refusal.headers["Retry-After"] = "120"
    house.answers[("POST", "/identity/v1/sign-in/password")] = refusal
    answer = anybody.post("/sign-in/password", {"email": CLIENT["email"], "password": "x"})
    assert "too many tries" in answer.text


def test_one_address_cannot_hammer_sign_in(anybody: Visitor) -> None:
    token = anybody.token("/sign-in/password")
    form = {"csrf_token": token, "email": "a@b.example", "password": "wrong"}
    answers = [anybody.client.post("/sign-in/password", data=form) for _ in range(24)]
    assert answers[0].status_code == 422
    assert answers[-1].status_code == 429
    assert answers[-1].headers["Retry-After"]


@pytest.mark.feature("S5", "S6")
def test_an_invitation_asks_for_a_password_and_leads_home(house: House, anybody: Visitor) -> None:
    page = anybody.get(INVITATION)
    assert CLIENT["email"] in page.text
    assert ">Update</button>" in page.text
    answer = anybody.post(INVITATION, {"password": "four unrelated words here"})
    assert answer.headers["Location"] == "/home"
    [accepted] = house.called("POST", "/identity/v1/invitations/accept")
    assert accepted.get_json()["token"] == "a-token"
    assert "Account details" in anybody.get("/home").text


def test_looking_at_an_invitation_uses_nothing_up(house: House, anybody: Visitor) -> None:
    """threat 11: a mail scanner follows links."""
    for _ in range(5):
        assert anybody.get(INVITATION).status_code == 200
        assert anybody.client.head(INVITATION).status_code == 200
    assert house.called("POST", "/identity/v1/invitations/accept") == []


def test_a_password_that_is_not_taken_is_told_with_the_reason(house: House, anybody: Visitor) -> None:
    house.answers[("POST", "/identity/v1/invitations/accept")] = problem(
        422,
        "invalid_input",
        {"password": ["Use at least 15 characters. A few unrelated words are easy to remember."]},
    )
    answer = anybody.post(INVITATION, {"password": "short"})
    assert answer.status_code == 422
    assert "at least 15 characters" in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert "short" not in answer.text


@pytest.mark.parametrize("status", ["accepted", "revoked", "expired"])
def test_an_invitation_that_is_over_says_so(house: House, anybody: Visitor, status: str) -> None:
    house.answers[("POST", "/identity/v1/invitations/inspect")] = {
        "name": "A", "email": "a@b.example", "kind": "client", "status": status
    }  # fmt: skip
    answer = anybody.get(INVITATION)
    assert answer.status_code == 410
    assert "works no more" in answer.text


def test_an_unknown_link_looks_the_same(house: House, anybody: Visitor) -> None:
    house.answers[("POST", "/identity/v1/invitations/inspect")] = problem(404, "not_found")
    house.answers[("POST", "/identity/v1/passwords/inspect")] = problem(404, "not_found")
    assert anybody.get(INVITATION).status_code == 410
    assert anybody.get(RESET).status_code == 410


def test_a_forgotten_password_is_set_anew_by_a_link(house: House, anybody: Visitor) -> None:
    sent = anybody.post("/forgot", {"email": CLIENT["email"]})
    assert f"If we know {CLIENT['email']}" in sent.text
    answer = anybody.post(RESET, {"password": "four unrelated words here"})
    assert answer.headers["Location"] == "/sign-in/password"
    assert "Your password is changed" in anybody.get("/sign-in/password").text
    assert house.called("POST", "/identity/v1/passwords/reset")[0].get_json()["token"] == "a-token"


def test_staff_signs_in_to_the_admin_and_nowhere_else(house: House, anybody: Visitor) -> None:
    anybody.get("/admin/sign-in?next=/admin/notifications")
    answer = anybody.post("/admin/sign-in", {"email": STAFF["email"], "password": "right"})
    assert answer.headers["Location"] == "/admin/notifications"
    assert house.called("POST", "/identity/v1/sign-in/password")[0].get_json()["kind"] == "staff"
    assert anybody.get("/admin/").status_code == 200
    assert anybody.get("/home").headers["Location"] == "/sign-in"
    assert anybody.post("/admin/sign-out", page="/admin/").headers["Location"] == "/admin/sign-in"
    assert anybody.get("/admin/").status_code == 302


def test_no_token_or_code_stands_in_a_log(house: House) -> None:
    """threat 36."""
    with logging_of("gateway") as log:
        anybody = Visitor(house.gateway_with_its_own_pages())
        anybody.get("/invitation/canary-token-1")
        anybody.post("/sign-in/password", {"email": "a@b.example", "password": "canary-password-2"})
        anybody.post("/sign-in", {"email": CLIENT["email"]})
        anybody.post("/sign-in/code", {"code": "canary3"})
    assert "/sign-in/code" in log.getvalue()
    assert "canary" not in log.getvalue()


def test_a_page_of_identity_that_breaks_is_an_error_page_with_a_number(house: House, anybody: Visitor) -> None:
    house.answers[("POST", "/identity/v1/invitations/inspect")] = Response("broken", 500)
    answer = anybody.get(INVITATION)
    assert answer.status_code == 500
    assert answer.headers["X-Request-ID"] in answer.text
    assert "Traceback" not in answer.text


def test_whose_access_has_ended_is_out_and_told_why(house: House, gateway: Gateway) -> None:
    refusal = problem(401, "access_ended")
    refusal.set_data(refusal.get_data().replace(b"}", b',"on":"2020-03-12"}'))
    house.answers[("POST", "/identity/v1/sessions/exchange")] = refusal
    visitor = Visitor(gateway, atrio_client=CLIENT_SESSION)
    assert visitor.get("/home").headers["Location"] == "/sign-in"
    house.answers[("POST", "/identity/v1/sessions/exchange")] = problem(401, "not_signed_in")
    assert "Your access ended on 12 March 2020." in visitor.get("/sign-in").text

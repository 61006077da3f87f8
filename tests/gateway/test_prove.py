"""Proving again who one is: asked for before dangerous pages, and where a service wants it; then back."""

from datetime import timedelta
from typing import Any

import pytest
from werkzeug import Request

from gateway.app import Gateway
from services.chassis import clock
from tests.gateway import safe
from tests.gateway.conftest import Visitor
from tests.gateway.house import CLIENT, CLIENT_SESSION, STAFF_SESSION, House, problem
from tests.gateway.routes import routes
from tests.gateway.test_admin_clients import body_of, text_of

SECURITY, PASSWORD = "/profile/security", "/profile/security/password"
PROOF = ("POST", "/identity/v1/me/proof")
LONG_AGO = timedelta(minutes=11)


class Age:
    """How long ago the visitors' last proof was."""

    def __init__(self, house: House) -> None:
        self.ago, self._exchange = timedelta(0), house._exchange
        house.answers[("POST", "/identity/v1/sessions/exchange")] = self._answer

    def _answer(self, request: Request) -> Any:
        answer = self._exchange(request)
        if isinstance(answer, dict):
            answer["authenticated_at"] = (clock.now() - self.ago).isoformat()
        return answer


@pytest.fixture
def age(house: House) -> Age:
    safe.move_in(house)
    return Age(house)


def dangerous(gateway: Gateway) -> list[str]:
    """Return the pages about one's own security that want a recent proof."""
    found = [path for path, methods, access in routes(gateway) if access.proof and "GET" in methods]
    return [path for path in found if "/security" in path and "/settings/" not in path]


def test_a_dangerous_page_asks_who_signed_in_long_ago(age: Age, gateway: Gateway) -> None:
    age.ago = LONG_AGO
    visitor = Visitor(gateway, atrio_client=CLIENT_SESSION, atrio_staff=STAFF_SESSION)
    pages = dangerous(gateway)
    assert {PASSWORD, "/admin/security/password", f"{SECURITY}/authenticator"} <= set(pages)
    for path in pages:
        answer = visitor.get(path)
        start = "/admin/prove?next=" if path.startswith("/admin") else "/prove?next="
        assert answer.status_code == 302, path
        assert answer.headers["Location"] == f"{start}{path}", path


def test_whoever_has_just_signed_in_is_not_asked(age: Age, client: Visitor) -> None:
    age.ago = timedelta(minutes=9)
    assert client.get(PASSWORD).status_code == 200


def test_a_page_that_changes_nothing_opens_without(age: Age, client: Visitor) -> None:
    age.ago = timedelta(hours=8)
    assert client.get(SECURITY).status_code == 200


def test_the_way_back_keeps_what_was_asked_for(age: Age, client: Visitor) -> None:
    age.ago = LONG_AGO
    assert client.get(f"{PASSWORD}?a=b&c=d").headers["Location"].endswith("password%3Fa%3Db%26c%3Dd")


def test_a_right_password_leads_back_and_counts_at_once(age: Age, house: House, client: Visitor) -> None:
    age.ago = LONG_AGO
    asked = client.get(PASSWORD).headers["Location"]
    assert "Confirm that it is you" in client.get(asked).text
    age.ago = timedelta(0)
    answer = client.post(asked, {"way": "password", "password": "right"})
    assert (answer.status_code, answer.headers["Location"]) == (303, PASSWORD)
    assert body_of(house, *PROOF) == {"method": "password", "password": "right"}
    assert client.get(PASSWORD).status_code == 200  # and not what was kept of the session before


@pytest.mark.parametrize("way", ["totp", "code", "recovery"])
def test_a_code_proves_too(age: Age, house: House, client: Visitor, way: str) -> None:
    answer = client.post(f"/prove?next={SECURITY}", {"way": way, "code": " 123456 "})
    assert answer.headers["Location"] == SECURITY
    assert body_of(house, *PROOF) == {"method": way, "code": "123456"}


@pytest.mark.parametrize(("way", "field"), [("password", "password"), ("totp", "code"), ("recovery", "code")])
def test_what_is_wrong_stands_beside_the_field(age: Age, client: Visitor, way: str, field: str) -> None:
    page = client.post("/prove", {"way": way, field: "wrong-one"})
    assert page.status_code == 422
    assert f'id="f-{field}-error"' in page.text
    assert "wrong-one" not in page.text or way == "recovery"


def test_an_empty_field_asks_nobody(age: Age, house: House, client: Visitor) -> None:
    assert client.post("/prove", {"way": "totp"}).status_code == 422
    assert client.post("/prove", {"way": "passkey", "code": "x"}).status_code == 422
    assert not house.called(*PROOF)


@pytest.mark.parametrize("target", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:1", ""])
def test_it_leads_only_to_pages_of_ours(age: Age, client: Visitor, target: str) -> None:
    """threat 35."""
    answer = client.post("/prove", {"way": "password", "password": "right"}, page=f"/prove?next={target}")
    assert answer.headers["Location"] == "/home"
    page = client.get("/prove", query_string={"next": target}).text
    assert "evil" not in page
    assert (
        client.post(f"/prove?next={SECURITY}", {"way": "password", "password": "right"}).headers["Location"] == SECURITY
    )


def test_a_code_is_sent_and_asked_for(age: Age, house: House, client: Visitor) -> None:
    assert "Send me a code" in client.get("/prove?way=code").text
    answer = client.post("/prove/code", page="/prove?way=code")
    assert answer.headers["Location"] == "/prove?next=/home&way=code"
    assert body_of(house, "POST", "/identity/v1/me/proof/code") == {"prefer": "sms"}
    page = client.get(answer.headers["Location"]).text
    assert 'autocomplete="one-time-code"' in page
    assert "Send it by e-mail instead" in page
    assert 'data-wait="60"' in page or 'data-wait="59"' in page


def test_a_passkey_proves_by_its_own_ceremony(age: Age, house: House, client: Visitor) -> None:
    token = {"X-CSRF-Token": client.token("/prove"), "Origin": "http://localhost"}
    options = client.client.post("/prove/passkey/options", headers=token)
    assert options.get_json()["options"]["rpId"] == "localhost"
    answer = client.post(f"/prove/passkey?next={SECURITY}", {"credential": '{"id": "x"}'}, page="/prove")
    assert answer.headers["Location"] == SECURITY
    assert body_of(house, "POST", "/identity/v1/me/proof/passkey") == {"flow": "proving", "credential": {"id": "x"}}
    again = client.post("/prove/passkey", {"credential": '{"id": "x"}'}, page="/prove")
    assert again.status_code == 422  # the ceremony is over


def test_only_the_ways_that_the_person_has_are_shown(age: Age, house: House, client: Visitor) -> None:
    house.answers[("GET", "/identity/v1/me/proof")] = {"methods": ["password"]}
    page = client.get("/prove").text
    assert "Password" in page
    assert not any(word in page for word in ("Use a passkey", "authenticator", "recovery", "Have a code sent"))


def test_a_service_that_wants_a_proof_leads_there_too(age: Age, house: House, client: Visitor) -> None:
    house.answers[("POST", "/identity/v1/password")] = problem(403, "proof_required")
    form = {"csrf_token": client.token(PASSWORD), "current": "old", "new": "a new one of some length"}
    headers = {"Origin": "http://localhost", "Referer": f"http://localhost{PASSWORD}"}
    answer = client.client.post(PASSWORD, data=form, headers=headers)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/prove?next={PASSWORD}")
    assert "Nothing was changed yet." in text_of(client.get("/prove"))


def test_a_script_is_led_there_by_a_header(age: Age, house: House, client: Visitor) -> None:
    house.answers[("POST", "/identity/v1/me/passkeys/options")] = problem(403, "proof_required")
    path = f"{SECURITY}/passkeys/new"
    headers = {
        "X-CSRF-Token": client.token(path),
        "Origin": "http://localhost",
        "Referer": f"http://localhost{path}",
        "X-Soft-Redirect": "1",
    }
    answer = client.client.post(f"{SECURITY}/passkeys/options", headers=headers)
    assert (answer.status_code, answer.headers["X-Location"]) == (204, f"/prove?next={path}")


def test_a_stranger_proves_nothing(house: House, anybody: Visitor) -> None:
    assert anybody.get("/prove").headers["Location"] == "/sign-in?next=/prove"
    assert anybody.get("/admin/prove").headers["Location"] == "/admin/sign-in?next=/admin/prove"


def test_a_client_cannot_prove_for_staff(age: Age, house: House, gateway: Gateway) -> None:
    crossed = Visitor(gateway, atrio_staff=CLIENT_SESSION)
    assert crossed.get("/admin/prove").status_code == 302
    assert house.users[CLIENT_SESSION]["id"] == CLIENT["id"]

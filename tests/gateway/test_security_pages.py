"""One's own security: password, passkeys, authenticator app, recovery codes, for clients and for staff."""

import re
from typing import Any
from urllib.parse import unquote

import pytest
from werkzeug import Request

from gateway.app import Gateway
from tests.gateway import safe
from tests.gateway.conftest import Visitor
from tests.gateway.house import CLIENT, CLIENT_SESSION, STAFF_SESSION, House, problem
from tests.gateway.test_admin_clients import body_of, text_of

OWN = ("GET", "/identity/v1/me/security")
SIDES = pytest.mark.parametrize("home", ["/profile/security", "/admin/security"])
CREDENTIAL = '{"id": "x"}'


@pytest.fixture(autouse=True)
def factors(house: House) -> None:
    safe.move_in(house)


@pytest.fixture
def both(gateway: Gateway) -> Visitor:
    """Somebody who is signed in on both sides."""
    return Visitor(gateway, atrio_client=CLIENT_SESSION, atrio_staff=STAFF_SESSION)


def make_passkey(visitor: Visitor, home: str, **form: object) -> Any:
    """Add a passkey as the script of the page does."""
    page = f"{home}/passkeys/new"
    headers = {"X-CSRF-Token": visitor.token(page), "Origin": "http://localhost"}
    assert visitor.client.post(f"{home}/passkeys/options", headers=headers).status_code == 200
    return visitor.post(page, {"credential": CREDENTIAL} | form)


@SIDES
def test_the_page_says_what_one_has(both: Visitor, home: str) -> None:
    words = text_of(both.get(home))
    for part in (
        "Password",
        "Last changed on",
        "Authenticator app",
        "Ready",
        "8 codes are left.",
        "Laptop",
        "not used yet",
    ):
        assert part in words, part


@SIDES
def test_who_has_nothing_yet_is_shown_what_there_is(both: Visitor, house: House, home: str) -> None:
    house.answers[OWN] = safe.own(
        password_set=False, totp=None, passkeys=[], recovery_codes_left=0, second_factor=False, min_password_length=15
    )
    words = text_of(both.get(home))
    for part in ("Not set up", "No passkey yet", "Add a passkey", "Set a password"):
        assert part in words, part
    assert "Recovery codes" not in words
    page = both.get(f"{home}/password").text
    assert 'name="current"' not in page
    assert "At least 15 characters" in page


def test_few_codes_are_marked(client: Visitor, house: House) -> None:
    house.answers[OWN] = safe.own(recovery_codes_left=1)
    words = text_of(client.get("/profile/security"))
    assert "1 code is left." in words
    assert "Few left" in words


def test_passkeys_are_not_offered_where_the_firm_switched_them_off(client: Visitor, house: House) -> None:
    off = {"password": True, "code": True, "passkey": False, "oidc": None}
    house.answers[("GET", "/identity/v1/sign-in/ways")] = off
    house.answers[OWN] = safe.own(passkeys=[])
    assert "Add a passkey" not in client.get("/profile/security").text


@pytest.mark.feature("S7")
@SIDES
def test_the_password_is_changed_by_who_knows_the_present_one(both: Visitor, house: House, home: str) -> None:
    form = {"current": "old words in a row", "new": "new words in a row"}
    answer = both.post(f"{home}/password", form)
    assert (answer.status_code, answer.headers["Location"]) == (303, home)
    assert body_of(house, "POST", "/identity/v1/password") == form
    assert "Your password is changed." in text_of(both.get(home))


def test_who_has_no_password_sets_one_without(client: Visitor, house: House) -> None:
    house.answers[OWN] = safe.own(password_set=False)
    client.post("/profile/security/password", {"new": "new words in a row"})
    assert body_of(house, "POST", "/identity/v1/password") == {"new": "new words in a row"}


def test_what_is_wrong_with_a_password_stands_beside_it_and_none_is_shown_again(client: Visitor, house: House) -> None:
    said = {"current": ["This is not your present password."], "password": ["Use at least 15 characters."]}
    house.answers[("POST", "/identity/v1/password")] = problem(422, "invalid_input", said)
    page = client.post("/profile/security/password", {"current": "wrong secret", "new": "tiny"})
    assert page.status_code == 422
    assert 'id="f-current-error"' in page.text
    assert 'id="f-new-error"' in page.text
    assert "wrong secret" not in page.text


def test_an_empty_password_form_asks_nobody(client: Visitor, house: House) -> None:
    assert client.post("/profile/security/password", {}).status_code == 422
    assert not house.called("POST", "/identity/v1/password")


@pytest.mark.parametrize("path", ["/profile/security/password", "/invitation/x", "/reset/x"])
def test_a_field_for_a_new_password_says_the_rule_and_takes_what_is_pasted(client: Visitor, path: str) -> None:
    page = client.get(path).text
    field = re.search(r'<input[^>]*autocomplete="new-password"[^>]*>', page)
    assert field
    assert 'maxlength="128"' in field[0]
    assert "onpaste" not in field[0]
    assert re.search(r"At least (8|15) characters", page)
    assert "data-show-password" in page


def test_the_rule_is_that_of_the_person(client: Visitor, house: House) -> None:
    """8 characters are enough with a second factor, 15 are asked for without (B6)."""
    house.answers[("POST", "/identity/v1/passwords/inspect")] = {
        "name": "Ana", "email": CLIENT["email"], "kind": "client", "status": "open", "min_length": 8,
    }  # fmt: skip
    assert "At least 8 characters" in client.get("/reset/x").text
    house.answers[OWN] = safe.own(min_password_length=15)
    assert "At least 15 characters" in client.get("/profile/security/password").text


def test_a_client_who_chose_a_password_is_offered_a_passkey_once(house: House, anybody: Visitor) -> None:
    assert anybody.post("/invitation/x", {"password": "gaviota molino trigo"}).headers["Location"] == "/home"
    assert 'href="/profile/security/passkeys/new"' in anybody.get("/home").text
    assert 'href="/profile/security/passkeys/new"' not in anybody.get("/home").text


def test_after_a_reset_it_is_offered_at_the_next_sign_in(house: House, anybody: Visitor) -> None:
    house.answers[("POST", "/identity/v1/sign-in/password")] = house._with_password
    anybody.post("/reset/x", {"password": "gaviota molino trigo"})
    anybody.post("/sign-in/password", {"email": CLIENT["email"], "password": "right"})
    assert 'href="/profile/security/passkeys/new"' in anybody.get("/home").text


@pytest.mark.feature("B2")
@SIDES
def test_a_passkey_is_added_with_a_name(both: Visitor, house: House, home: str) -> None:
    page = make_passkey(both, home, name="My telephone")
    assert body_of(house, "POST", "/identity/v1/me/passkeys") == {
        "flow": "making", "credential": {"id": "x"}, "name": "My telephone",
    }  # fmt: skip
    assert [code for code in safe.CODES if code not in page.text] == []  # who had none is shown recovery codes
    assert f'href="{home}">I have saved them' in page.text


def test_who_has_recovery_codes_goes_back_at_once(client: Visitor, house: House) -> None:
    house.answers[("POST", "/identity/v1/me/passkeys")] = {"passkey": {}, "recovery_codes": None}
    answer = make_passkey(client, "/profile/security")
    assert answer.headers["Location"] == "/profile/security"
    assert re.match(r"Passkey of .+", body_of(house, "POST", "/identity/v1/me/passkeys")["name"])


def test_a_passkey_that_was_not_made_says_so(client: Visitor, house: House) -> None:
    page = client.post("/profile/security/passkeys/new", {"name": "Laptop"})
    assert page.status_code == 422
    assert "No passkey was made." in page.text
    assert 'value="Laptop"' in page.text
    assert not house.called("POST", "/identity/v1/me/passkeys")


@SIDES
def test_a_passkey_is_renamed_and_removed(both: Visitor, house: House, home: str) -> None:
    path = f"{home}/passkeys/{safe.PASSKEY}"
    assert 'value="Laptop"' in both.get(path).text
    assert both.post(path, {"name": ""}).status_code == 422
    assert both.post(path, {"name": "Old laptop"}).headers["Location"] == home
    assert body_of(house, "PATCH", f"/identity/v1/me/passkeys/{safe.PASSKEY}") == {"name": "Old laptop"}
    assert "“Laptop”" in text_of(both.get(f"{path}/remove"))
    assert both.post(f"{path}/remove").headers["Location"] == home
    assert house.called("DELETE", f"/identity/v1/me/passkeys/{safe.PASSKEY}")


def test_a_passkey_of_somebody_else_is_not_there(client: Visitor) -> None:
    path = "/profile/security/passkeys/0192a000-0000-7000-8000-000000000999"
    assert client.get(path).status_code == 404
    assert client.get(f"{path}/remove").status_code == 404
    assert client.get("/profile/security/passkeys/nonsense").status_code == 404


def test_the_last_factor_of_staff_stays(staff: Visitor, house: House) -> None:
    house.answers[("DELETE", f"/identity/v1/me/passkeys/{safe.PASSKEY}")] = problem(409, "last_factor")
    house.answers[("DELETE", "/identity/v1/me/totp")] = problem(409, "last_factor")
    for path in (f"/admin/security/passkeys/{safe.PASSKEY}/remove", "/admin/security/authenticator/remove"):
        assert staff.post(path).headers["Location"] == "/admin/security"
        assert "last second factor" in text_of(staff.get("/admin/security"))


@pytest.mark.feature("B2")
@SIDES
def test_an_authenticator_app_is_set_up_by_picture_or_text_and_confirmed_by_a_code(
    both: Visitor, house: House, home: str
) -> None:
    path = f"{home}/authenticator"
    page = both.post(path).text
    assert 'src="data:image/svg+xml' in page
    assert "JBSW Y3DP EHPK 3PXP" in page
    secret = {"secret": safe.SECRET, "uri": safe.URI}
    wrong = both.post(f"{path}/confirm", {"code": "000000"} | secret, page=path)
    assert wrong.status_code == 422
    assert 'id="f-code-error"' in wrong.text
    assert "JBSW Y3DP" in wrong.text  # the same secret: the app need not scan again
    right = both.post(f"{path}/confirm", {"code": "123 456"} | secret, page=path)
    assert safe.CODES[9] in right.text
    assert house.called("POST", "/identity/v1/me/totp/confirm")[-1].get_json() == {"code": "123456"}


def test_what_a_form_brings_back_as_secret_is_shown_only_as_one(client: Visitor) -> None:
    path = "/profile/security/authenticator"
    form = {"code": "000000", "secret": "<script>x", "uri": "javascript:alert(1)"}
    page = client.post(f"{path}/confirm", form, page=path).text
    assert "javascript:" not in page
    assert "<script>x" not in page


def test_a_secret_that_is_too_old_begins_again(client: Visitor, house: House) -> None:
    house.answers[("POST", "/identity/v1/me/totp/confirm")] = problem(409, "nothing_to_confirm")
    path = "/profile/security/authenticator"
    answer = client.post(f"{path}/confirm", {"code": "123456"}, page=path)
    assert answer.headers["Location"] == path
    assert "too old" in text_of(client.get(path))
    assert client.get(f"{path}/confirm").headers["Location"] == path


@SIDES
def test_recovery_codes_are_made_after_a_question_and_shown_once(both: Visitor, house: House, home: str) -> None:
    path = f"{home}/recovery-codes"
    assert "work no more" in text_of(both.get(path))
    assert not house.called("POST", "/identity/v1/me/recovery-codes")
    page = both.post(path).text
    assert [code for code in safe.CODES if page.count(code) < 2] == []  # to read, and to copy
    download = re.search(r'download="recovery-codes.txt" href="data:text/plain;charset=utf-8,([^"]+)"', page)
    assert download
    assert safe.CODES[3] in unquote(download[1])
    assert not any(code in both.get(home).text for code in safe.CODES)


class TestEnrolment:
    """Staff without a second factor set one up before anything else."""

    @pytest.fixture(autouse=True)
    def without_factor(self, house: House) -> None:
        exchange = house._exchange

        def owing(request: Request) -> Any:
            answer = exchange(request)
            if isinstance(answer, dict) and answer["user"]["kind"] == "staff" and self.owes:
                answer |= {"must_enrol": True, "user": answer["user"] | {"permissions": []}}
            return answer

        self.owes = True
        house.answers[("POST", "/identity/v1/sessions/exchange")] = owing

    @pytest.mark.parametrize("path", ["/admin/", "/admin/clients", "/admin/settings", "/admin/security"])
    def test_every_page_leads_there(self, staff: Visitor, path: str) -> None:
        answer = staff.get(path)
        assert answer.status_code == 302
        assert answer.headers["Location"].startswith("/admin/security/enrol")

    def test_they_choose_and_go_on_to_where_they_wanted(self, staff: Visitor, house: House) -> None:
        asked = staff.get("/admin/clients?q=a").headers["Location"]
        assert asked == "/admin/security/enrol?next=/admin/clients%3Fq%3Da"
        page = staff.get(asked).text
        assert 'href="/admin/security/passkeys/new"' in page
        assert 'href="/admin/security/authenticator"' in page
        assert 'class="rail"' not in page
        form = {"code": "123456", "secret": safe.SECRET, "uri": safe.URI}
        path = "/admin/security/authenticator"
        codes = staff.post(f"{path}/confirm", form, page=path).text
        assert 'href="/admin/clients?q=a">I have saved them' in codes
        self.owes = False
        assert staff.get("/admin/clients?q=a").status_code == 200  # asked anew, not from memory

    def test_a_passkey_will_do_as_well(self, staff: Visitor) -> None:
        assert 'href="/admin/">I have saved them' in make_passkey(staff, "/admin/security").text

    def test_they_can_sign_out(self, staff: Visitor) -> None:
        assert staff.post("/admin/sign-out", page="/admin/security/enrol").headers["Location"] == "/admin/sign-in"

    def test_it_leads_only_to_pages_of_ours(self, staff: Visitor) -> None:
        staff.get("/admin/security/enrol?next=//evil.example")
        assert "evil" not in make_passkey(staff, "/admin/security").text

    def test_whoever_has_a_factor_goes_on(self, staff: Visitor) -> None:
        self.owes = False
        assert (
            staff.get("/admin/security/enrol?next=/admin/notifications").headers["Location"] == "/admin/notifications"
        )

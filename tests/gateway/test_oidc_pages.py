"""The way to the firm's identity provider and back, in the admin's sign-in (B7)."""

import pytest

from tests.gateway.conftest import Visitor
from tests.gateway.house import STAFF_SESSION, House, problem
from tests.gateway.test_admin_clients import text_of

PROVIDER = "https://id.example/authorize?client_id=atrio"
BACK = "/admin/sign-in/oidc/callback"


@pytest.fixture(autouse=True)
def _provider(house: House) -> None:
    house.answers[("POST", "/identity/v1/sign-in/oidc/start")] = {"flow": "flow-7", "url": PROVIDER}
    house.answers[("POST", "/identity/v1/sign-in/oidc")] = house._session(STAFF_SESSION)


def sent(house: House) -> list[dict[str, object]]:
    return [call.get_json() for call in house.calls if call.path == "/identity/v1/sign-in/oidc"]


def test_the_browser_goes_to_the_provider_and_comes_back_signed_in(anybody: Visitor, house: House) -> None:
    away = anybody.get("/admin/sign-in/oidc?next=/admin/clients")
    assert (away.status_code, away.headers["Location"]) == (302, PROVIDER)
    back = anybody.get(f"{BACK}?code=c-1&state=s-1&iss=https://id.example")
    assert (back.status_code, back.headers["Location"]) == (303, "/admin/clients")
    assert any(cookie.startswith("atrio_staff=") for cookie in back.headers.getlist("Set-Cookie"))
    (asked,) = sent(house)
    assert (asked["flow"], asked["code"], asked["state"], asked["issuer"]) == (
        "flow-7",
        "c-1",
        "s-1",
        "https://id.example",
    )


def test_an_answer_in_another_browser_signs_nobody_in(anybody: Visitor, gateway, house: House) -> None:
    anybody.get("/admin/sign-in/oidc")
    victim = Visitor(gateway)
    assert victim.get(f"{BACK}?code=c-1&state=s-1").status_code == 400
    assert sent(house) == []
    assert anybody.get(f"{BACK}?code=c-1&state=s-1").status_code == 303
    assert anybody.get(f"{BACK}?code=c-1&state=s-1").status_code == 400  # once only


def test_the_page_asked_for_must_be_ours(anybody: Visitor) -> None:
    anybody.get("/admin/sign-in/oidc?next=https://evil.example/")
    assert anybody.get(f"{BACK}?code=c-1&state=s-1").headers["Location"] == "/admin/"


@pytest.mark.parametrize(
    ("status", "code", "says"),
    [
        (401, "oidc_refused", "was not accepted"),
        (401, "oidc_flow_over", "took too long"),
        (403, "oidc_unverified", "has not verified your e-mail address"),
        (403, "oidc_unknown", "Nobody of the staff"),
        (403, "access_suspended", "suspended"),
        (503, "oidc_unavailable", "does not answer at the moment"),
    ],
)
def test_a_refusal_says_why_and_shows_the_other_ways(
    anybody: Visitor, house: House, status: int, code: str, says: str
) -> None:
    house.answers[("POST", "/identity/v1/sign-in/oidc")] = problem(status, code)
    anybody.get("/admin/sign-in/oidc")
    page = anybody.get(f"{BACK}?code=c-1&state=s-1")
    assert page.status_code == status
    assert says in text_of(page)
    assert 'href="/admin/sign-in"' in page.text


def test_a_provider_that_is_down_is_said_and_leaves_the_password(anybody: Visitor, house: House) -> None:
    house.answers[("POST", "/identity/v1/sign-in/oidc/start")] = problem(503, "oidc_unavailable")
    page = anybody.get("/admin/sign-in/oidc")
    assert (page.status_code, "Sign in in another way" in text_of(page)) == (503, True)
    assert anybody.get("/admin/sign-in").status_code == 200


def test_the_providers_error_is_not_echoed(anybody: Visitor, house: House) -> None:
    anybody.get("/admin/sign-in/oidc")
    page = anybody.get(f"{BACK}?error=access_denied&error_description=<script>evil</script>&state=s")
    assert (page.status_code, "evil" in page.text) == (403, False)
    assert sent(house) == []

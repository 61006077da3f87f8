"""Staff signs in by the firm's identity provider, a real one over HTTP; what does not hold is refused (B7)."""

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from werkzeug.test import TestResponse

from services.chassis import clock
from services.chassis.settings import WrongSettings
from services.chassis.testing.fixtures import OpenHarness
from services.chassis.testing.harness import environment
from services.identity.service import SERVICE
from tests.identity import oidc_provider
from tests.identity.house import AWAY, HOME, House
from tests.identity.oidc_provider import CLIENT_ID, CLIENT_SECRET, Provider, running_provider

pytestmark = pytest.mark.usefixtures("quick_hashing")
LUCIA = {"email": "lucia@firm.example", "name": "Lucía Marín", "role": "owner"}


@pytest.fixture(scope="module")
def server() -> Iterator[Provider]:
    with running_provider() as provider:
        yield provider


@pytest.fixture
def provider(server: Provider) -> Provider:
    """The provider as it behaves by default."""
    fresh = Provider(issuer=server.issuer, key=server.key)
    for name, value in vars(fresh).items():
        setattr(server, name, value)
    return server


def settings(provider: Provider, **changes: str) -> dict[str, str]:
    return {
        "ATRIO_OIDC_ISSUER": provider.issuer,
        "ATRIO_OIDC_CLIENT_ID": CLIENT_ID,
        "ATRIO_OIDC_CLIENT_SECRET": CLIENT_SECRET,
        "ATRIO_OIDC_NAME": "Firm ID",
    } | changes


@pytest.fixture
def house(open_harness: OpenHarness, provider: Provider) -> House:
    """Identity, which knows the provider, with Lucía on the staff."""
    house = House(open_harness(SERVICE, **settings(provider)))
    add(house)
    return house


def add(house: House, **values: str) -> str:
    """Add an active member of staff and return the id."""
    made = house.harness.staff().post("/v1/staff", json=LUCIA | values)
    assert made.status_code == 201, made.text
    assert house.accept(house.invitation_tokens()[-1]).status_code == 200
    id: str = made.json["id"]
    return id


def begin(house: House) -> tuple[str, str]:
    """Start a sign-in; return the flow, and the address to which the browser is sent."""
    begun = house.post("sign-in/oidc/start", client=HOME)
    assert begun.status_code == 200, begun.text
    return begun.json["flow"], begun.json["url"]


def visit(url: str) -> dict[str, str]:
    """Go to the provider as a browser; return what it sends back."""
    answer = requests.get(url, allow_redirects=False, timeout=5)
    assert answer.status_code == 302, answer.text
    assert answer.headers["Location"].startswith("https://portal.example/admin/sign-in/oidc/callback?")
    brought = parse_qs(urlsplit(answer.headers["Location"]).query)
    return {name: values[0] for name, values in brought.items()}


def finish(house: House, flow: str, brought: dict[str, str], client: dict[str, str] = HOME) -> TestResponse:
    named = {"code": brought["code"], "state": brought["state"], "issuer": brought.get("iss")}
    return house.post("sign-in/oidc", flow=flow, client=client, **named)


def sign_in(house: House) -> TestResponse:
    flow, url = begin(house)
    return finish(house, flow, visit(url))


def test_a_member_of_staff_comes_in(house: House) -> None:
    answer = sign_in(house)
    assert (answer.status_code, answer.json["kind"]) == (200, "staff"), answer.text
    exchanged = house.exchange(answer.json["session"]).json
    assert exchanged["user"]["email"] == LUCIA["email"]
    assert exchanged["methods"] == ["oidc"]
    assert house.recorded("identity.user.signed_in.v1")[-1]["method"] == "oidc"


def test_the_browser_is_sent_with_pkce_state_and_nonce_and_no_secret(house: House, provider: Provider) -> None:
    _, url = begin(house)
    asked = parse_qs(urlsplit(url).query)
    assert url.startswith(f"{provider.issuer}/authorize?")
    assert (asked["response_type"], asked["code_challenge_method"]) == (["code"], ["S256"])
    assert asked["redirect_uri"] == ["https://portal.example/admin/sign-in/oidc/callback"]
    assert min(len(asked[name][0]) for name in ("state", "nonce", "code_challenge")) >= 40
    assert CLIENT_SECRET not in url


def test_the_sign_in_page_learns_the_providers_name(house: House) -> None:
    assert house.gateway.get("/v1/sign-in/ways?kind=staff").json["oidc"] == {"name": "Firm ID"}
    assert house.gateway.get("/v1/sign-in/ways?kind=client").json["oidc"] is None


def later_by(seconds: int) -> Callable[[dict[str, Any]], dict[str, Any]]:
    now = int(clock.now().timestamp())
    return lambda claims: claims | {"iat": now + seconds - 300, "exp": now + seconds}


WRONG: dict[str, dict[str, Any]] = {
    "issuer": {"claims": {"iss": "https://evil.example"}},
    "issuer with a slash more": {"change": lambda claims: claims | {"iss": claims["iss"] + "/"}},
    "no issuer": {"claims": {"iss": None}},
    "audience": {"claims": {"aud": "another-client"}},
    "several audiences without azp": {"claims": {"aud": [CLIENT_ID, "another"]}},
    "azp": {"claims": {"azp": "another-client"}},
    "no audience": {"claims": {"aud": None}},
    "nonce": {"claims": {"nonce": "another"}},
    "no nonce": {"claims": {"nonce": None}},
    "nonce that is no text": {"claims": {"nonce": ["x"]}},
    "expired": {"change": later_by(-120)},
    "no expiry": {"claims": {"exp": None}},
    "from the future": {"change": later_by(3600)},
    "too long ago": {"change": lambda claims: claims | {"iat": claims["iat"] - 1000}},
    "no subject": {"claims": {"sub": None}},
    "alg none": {"sign": oidc_provider.unsigned},
    "the client's secret as key": {"sign": oidc_provider.signed_with_the_client_secret},
    "the public key as secret": {"sign": oidc_provider.signed_with_the_public_key},
    "a key of somebody else": {"sign": oidc_provider.signed_by_somebody_else},
    "no token at all": {"sign": lambda _claims, _key: "x"},
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_an_id_token_that_does_not_hold_is_refused(house: House, provider: Provider, wrong: dict[str, Any]) -> None:
    for name, value in wrong.items():
        setattr(provider, name, value)
    answer = sign_in(house)
    assert (answer.status_code, answer.json["code"]) == (401, "oidc_refused")
    provider.claims, provider.change, provider.sign = {}, lambda claims: claims, None
    assert sign_in(house).status_code == 200  # the control: only what was wrong was in the way


def test_several_audiences_with_azp_are_taken(house: House, provider: Provider) -> None:
    provider.claims = {"aud": [CLIENT_ID, "another"], "azp": CLIENT_ID}
    assert sign_in(house).status_code == 200


@pytest.mark.parametrize("verified", [False, None, "true", 1])
def test_an_address_that_is_not_verified_is_nobodys(house: House, provider: Provider, verified: object) -> None:
    provider.claims = {"email_verified": verified}
    answer = sign_in(house)
    assert (answer.status_code, answer.json["code"]) == (403, "oidc_unverified")


def test_nobody_is_made_and_clients_are_no_staff(house: House, provider: Provider) -> None:
    house.activate(email="ana@example.com")
    count = len(house.users())
    for email in ("stranger@firm.example", "ana@example.com", "no address", "lucia@firm.example\r\nx"):
        provider.email, provider.subject = email, f"subject of {email}"
        answer = sign_in(house)
        assert (answer.status_code, answer.json["code"]) == (403, "oidc_unknown"), email
    assert len(house.users()) == count
    provider.email, provider.subject = "LUCIA@firm.example", "subject-1"
    assert sign_in(house).status_code == 200


def test_who_is_invited_or_suspended_stays_out(house: House, provider: Provider) -> None:
    made = house.harness.staff().post("/v1/staff", json=LUCIA | {"email": "new@firm.example"}).json
    provider.email, provider.subject = "new@firm.example", "subject-2"
    assert sign_in(house).json["code"] == "not_activated"
    house.accept(house.invitation_tokens()[-1])
    assert sign_in(house).status_code == 200
    house.harness.staff().post(f"/v1/staff/{made['id']}/suspend")
    assert sign_in(house).json["code"] == "access_suspended"


def test_the_subject_stays_the_same(house: House, provider: Provider) -> None:
    assert sign_in(house).status_code == 200
    provider.subject = "somebody who got the address later"
    assert sign_in(house).json["code"] == "oidc_unknown"
    provider.subject = "subject-1"
    assert sign_in(house).status_code == 200
    add(house, email="two@firm.example")
    provider.email = "two@firm.example"
    assert sign_in(house).json["code"] == "oidc_unknown"  # one subject is one person


def test_an_owner_lets_a_new_subject_in(house: House, provider: Provider) -> None:
    id = next(user["id"] for user in house.users() if user["email"] == LUCIA["email"])
    sign_in(house)
    provider.subject = "new account at the provider"
    assert sign_in(house).status_code == 403
    assert house.harness.staff().post(f"/v1/staff/{id}/reset-second-factor").status_code == 200
    assert sign_in(house).status_code == 200


def test_the_answer_counts_once_and_in_its_own_browser_alone(house: House, provider: Provider) -> None:
    flow, url = begin(house)
    brought = visit(url)
    other, _ = begin(house)
    assert finish(house, other, brought, AWAY).json["code"] == "oidc_flow_over"  # the state is of another flow
    assert finish(house, "made up", brought).json["code"] == "oidc_flow_over"
    assert finish(house, flow, brought).status_code == 200
    assert finish(house, flow, brought).json["code"] == "oidc_flow_over"


def test_a_wrong_state_uses_the_flow_up(house: House) -> None:
    flow, url = begin(house)
    brought = visit(url)
    assert finish(house, flow, brought | {"state": "another"}).json["code"] == "oidc_flow_over"
    assert finish(house, flow, brought).json["code"] == "oidc_flow_over"


def test_a_code_of_another_sign_in_is_refused(house: House) -> None:
    first, first_url = begin(house)
    _, second_url = begin(house)
    mixed = visit(first_url) | {"code": visit(second_url)["code"]}
    assert finish(house, first, mixed).json["code"] == "oidc_refused"  # PKCE: the code is not of this verifier


def test_it_must_not_take_longer_than_ten_minutes(house: House, later: Callable[..., object]) -> None:
    flow, url = begin(house)
    brought = visit(url)
    later(minutes=11)
    assert finish(house, flow, brought).json["code"] == "oidc_flow_over"


def test_an_answer_of_another_provider_is_refused(house: House, provider: Provider) -> None:
    provider.answers_issuer = True
    assert sign_in(house).status_code == 200
    flow, url = begin(house)
    assert finish(house, flow, visit(url) | {"iss": "https://evil.example"}).json["code"] == "oidc_refused"


def test_an_answer_without_the_issuer_that_was_promised_is_refused(house: House, provider: Provider) -> None:
    provider.metadata = {"authorization_response_iss_parameter_supported": True}
    assert sign_in(house).json["code"] == "oidc_refused"


def test_a_new_key_of_the_provider_is_found(house: House, provider: Provider, later: Callable[..., object]) -> None:
    assert sign_in(house).status_code == 200
    provider.rotate()
    later(seconds=6)
    asked = provider.asked.count("/keys")
    assert sign_in(house).status_code == 200
    assert provider.asked.count("/keys") == asked + 1


def test_made_up_keys_do_not_have_the_provider_asked_each_time(house: House, provider: Provider) -> None:
    provider.sign = oidc_provider.signed_by_somebody_else
    for _ in range(5):
        assert sign_in(house).status_code == 401
    assert provider.asked.count("/keys") <= 2


def test_the_address_may_come_from_userinfo_of_the_same_person(house: House, provider: Provider) -> None:
    provider.claims = {"email": None, "email_verified": None}
    provider.userinfo = {"sub": "subject-1", "email": LUCIA["email"], "email_verified": True}
    assert sign_in(house).status_code == 200
    provider.userinfo = provider.userinfo | {"sub": "another"}
    assert sign_in(house).json["code"] == "oidc_refused"


def test_a_second_factor_of_ones_own_is_asked_for(house: House, provider: Provider) -> None:
    from tests.identity.test_staff_management import enrol

    id = add(house, email="two@firm.example")
    enrol(house, id)
    with house.harness.database.unit_of_work() as session:
        session.execute(oidc_subjects().delete())
    provider.email = "two@firm.example"
    assert "totp" in sign_in(house).json["factors"]
    provider.claims = {"amr": ["pwd", "mfa"]}
    answer = sign_in(house)
    assert house.exchange(answer.json["session"]).json["methods"] == ["oidc", "mfa"]


def oidc_subjects() -> Any:
    from services.identity.oidc.models import OidcSubject

    return OidcSubject.__table__


def test_the_operator_may_leave_it_to_the_provider(open_harness: OpenHarness, provider: Provider) -> None:
    house = House(open_harness(SERVICE, **settings(provider, ATRIO_OIDC_SECOND_FACTOR="provider")))
    add(house)
    answer = sign_in(house)
    assert house.exchange(answer.json["session"]).json["methods"] == ["oidc", "mfa"]


def test_a_provider_that_is_down_leaves_the_other_ways(open_harness: OpenHarness, provider: Provider) -> None:
    house = House(open_harness(SERVICE, **settings(provider, ATRIO_OIDC_ISSUER="http://127.0.0.1:9")))
    add(house)
    answer = house.post("sign-in/oidc/start", client=HOME)
    assert (answer.status_code, answer.json["code"]) == (503, "oidc_unavailable")
    assert house.give_password(email=LUCIA["email"], kind="staff").status_code == 200


BROKEN: dict[str, dict[str, Any]] = {
    "another issuer's document": {"issuer": "https://evil.example"},
    "plain http elsewhere": {"authorization_endpoint": "http://intranet.example/authorize"},
    "a file": {"authorization_endpoint": "file:///etc/passwd"},
    "nothing": {"authorization_endpoint": None},
}


@pytest.mark.parametrize("metadata", BROKEN.values(), ids=BROKEN)
def test_a_document_that_leads_astray_is_not_followed(
    house: House, provider: Provider, metadata: dict[str, Any]
) -> None:
    provider.metadata = metadata
    assert house.post("sign-in/oidc/start", client=HOME).json["code"] == "oidc_unavailable"


@pytest.mark.parametrize("address", ["http://169.254.169.254/latest", "http://user@127.0.0.1/", "ftp://127.0.0.1/x"])
@pytest.mark.parametrize("name", ["token_endpoint", "jwks_uri"])
def test_no_call_goes_where_the_document_must_not_lead(
    house: House, provider: Provider, name: str, address: str
) -> None:
    provider.metadata = {name: address}
    assert sign_in(house).json["code"] == "oidc_unavailable"


def test_without_a_provider_there_is_no_such_way(open_harness: OpenHarness) -> None:
    house = House(open_harness(SERVICE))
    assert house.post("sign-in/oidc/start", client=HOME).status_code == 404
    assert house.gateway.get("/v1/sign-in/ways?kind=staff").json["oidc"] is None


def test_only_the_gateway_calls(house: House) -> None:
    for browser in (house.harness.anyone(), house.harness.staff(), house.harness.peer("portal")):
        answer = browser.post("/v1/sign-in/oidc/start", json={"client": HOME})
        assert answer.status_code in (401, 403)


@pytest.mark.parametrize(
    ("values", "name"),
    [
        ({"ATRIO_OIDC_ISSUER": "http://id.example"}, "ATRIO_OIDC_ISSUER"),
        ({"ATRIO_OIDC_CLIENT_ID": ""}, "ATRIO_OIDC_CLIENT_ID"),
        ({"ATRIO_OIDC_SECOND_FACTOR": "none"}, "ATRIO_OIDC_SECOND_FACTOR"),
    ],
)
def test_wrong_settings_are_named_at_the_start(values: dict[str, str], name: str) -> None:
    given = settings(Provider(issuer="https://id.example")) | values
    with environment(**given), pytest.raises(WrongSettings, match=name):
        SERVICE.load_settings()

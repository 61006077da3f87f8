"""The firm's people from outside: invited, with a second factor, within their role, and by the identity provider."""

import secrets
from collections.abc import Iterator

import pytest
import requests

from deploy.smoke import Smoke
from deploy.staff_sign_in import ENROL, FACTOR, SIGN_IN, Staff, sign_in
from deploy.visitor import Visitor
from tests.identity.oidc_provider import CLIENT_ID, CLIENT_SECRET, Provider, running_provider, signed_by_somebody_else
from tests.running import STAFF_EMAIL, Running, running

pytestmark = pytest.mark.stack

STAFF_PAGE, STAFF_API = "/admin/settings/staff", "/admin/api/identity/v1/staff"
PASSWORD = "-".join(secrets.token_hex(3) for _ in range(4))


def status(visitor: Visitor, path: str) -> int:
    """Return what a page answers, without following where it leads."""
    return visitor.session.get(visitor.url + path, allow_redirects=False, timeout=60).status_code


def owner_of(atrio: Running) -> Smoke:
    """Return the job of the firm's owner, who is signed in."""
    job = Smoke(atrio.url, atrio.staff, say=lambda _line: None)
    job.staff_signs_in()
    return job


def add_client(owner: Smoke) -> tuple[str, str]:
    """Let the owner add a client; return its id and name."""
    name = f"Client {secrets.token_hex(4)}, S.L."
    token = owner.staff.open("/admin/").csrf_token
    made = owner.staff.call("POST", "/admin/api/portal/v1/accounts", token, {"name": name, "is_test": True})
    return made["id"], name


def invite(owner: Smoke, email: str) -> Visitor:
    """Let the owner invite an agent for assigned clients only, who accepts; return the agent's browser."""
    form = {"name": "Tomás Vidal", "email": email, "role": "agent", "assigned_only": "yes"}
    owner.staff.submit(owner.staff.open(f"{STAFF_PAGE}/invite"), f"{STAFF_PAGE}/invite", form)
    mail = owner.message(email, "invitation", lambda found: "/invitation/" in str(found["text"]))
    link = next(link for link in mail["links"] if "/invitation/" in link)  # type: ignore[attr-defined]
    agent = Visitor(owner.staff.url)
    agent.submit(agent.open(link), "/invitation/", {"password": PASSWORD})
    return agent


def person(owner: Smoke, email: str) -> dict[str, object]:
    """Return one of the firm's people as the owner sees them."""
    items = owner.staff.json(f"{STAFF_API}?q={email}")["items"]
    (found,) = items  # type: ignore[misc]
    return found  # type: ignore[no-any-return]


@pytest.mark.feature("B8")
def test_an_agent_is_invited_enrols_and_keeps_to_role_and_clients(atrio: Running) -> None:
    owner = owner_of(atrio)
    (own, own_name), (other, other_name) = add_client(owner), add_client(owner)
    email = f"tomas.{secrets.token_hex(4)}@marincosta.example"
    agent = invite(owner, email)
    assert agent.open("/admin/clients").path == ENROL, "nothing opens before there is a second factor"
    agent, told = Visitor(atrio.url), list[str]()
    sign_in(agent, Staff(email, PASSWORD), told.append)
    tomas = Staff(email, PASSWORD, *told)
    id = person(owner, email)["id"]
    place = f"/admin/api/portal/v1/accounts/{own}"
    version = owner.staff.json(place)["version"]
    token = owner.staff.open("/admin/").csrf_token
    owner.staff.call("PATCH", place, token, {"adviser_id": id, "version": version})

    assert status(agent, f"/admin/clients/{own}") == 200
    assert status(agent, f"/admin/clients/{other}") == 404
    assert status(owner.staff, f"/admin/clients/{other}") == 200, "control: it is there"
    page = agent.open("/admin/clients")
    assert own_name in page.html
    assert other_name not in page.html
    assert status(agent, STAFF_PAGE) == status(agent, "/admin/settings/preferences") == 403
    assert status(owner.staff, STAFF_PAGE) == status(owner.staff, "/admin/settings/preferences") == 200, (
        "control: an owner may"
    )

    assert status(agent, "/admin/clients/new") == 200
    for role, new_client, settings, other_client in (("read_only", 403, 403, 200), ("manager", 200, 200, 200)):
        change = {"role": role, "assigned_only": False}
        owner.staff.call("PATCH", f"{STAFF_API}/{id}", token, change)
        agent = Visitor(atrio.url)
        sign_in(agent, tomas)
        assert status(agent, "/admin/clients/new") == new_client, role
        assert status(agent, "/admin/settings/preferences") == settings, role
        assert status(agent, f"/admin/clients/{other}") == other_client, role
        assert status(agent, STAFF_PAGE) == 403, role


@pytest.mark.feature("B8")
def test_the_last_owner_stays(atrio: Running) -> None:
    owner = owner_of(atrio)
    id, token = person(owner, STAFF_EMAIL)["id"], owner.staff.open("/admin/").csrf_token
    headers = {"X-CSRF-Token": token, "Origin": atrio.url}
    place = f"{atrio.url}{STAFF_API}/{id}"
    demoted = owner.staff.session.patch(place, json={"role": "manager"}, headers=headers, timeout=60)
    suspended = owner.staff.session.post(f"{place}/suspend", headers=headers, timeout=60)
    assert [demoted.status_code, suspended.status_code] == [409, 409]
    assert person(owner, STAFF_EMAIL)["role"] == "owner"
    named = owner.staff.session.patch(place, json={"name": "Lucía Marín"}, headers=headers, timeout=60)
    assert named.status_code == 200, "control: what is allowed is done"


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    """The firm's identity provider."""
    with running_provider() as found:
        found.email = STAFF_EMAIL
        yield found


@pytest.fixture(scope="module")
def with_provider(provider: Provider, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """Atrio, whose staff may sign in by the provider."""
    settings = {
        "ATRIO_OIDC_ISSUER": provider.issuer,
        "ATRIO_OIDC_CLIENT_ID": CLIENT_ID,
        "ATRIO_OIDC_CLIENT_SECRET": CLIENT_SECRET,
        "ATRIO_OIDC_NAME": "Firm ID",
    }
    with running(tmp_path_factory.mktemp("oidc"), **settings) as installation:
        yield installation


@pytest.mark.feature("B7")
def test_staff_signs_in_by_the_firms_provider(
    with_provider: Running, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = with_provider.url
    page = Visitor(url).open(SIGN_IN)
    assert "Firm ID" in page.html
    way = page.link("/admin/sign-in/oidc")
    assert Visitor(url).open(way).path == FACTOR, "the provider says nothing of a second factor, so ours is asked for"
    monkeypatch.setattr(provider, "claims", {"amr": ["pwd", "mfa"]})
    lucia = Visitor(url)
    assert lucia.open(way).path.rstrip("/") == "/admin"
    assert status(lucia, "/admin/clients") == 200

    monkeypatch.setattr(provider, "sign", signed_by_somebody_else)
    assert _refused(url, way) == 401
    monkeypatch.setattr(provider, "sign", None)
    monkeypatch.setattr(provider, "subject", "subject-2")
    monkeypatch.setattr(provider, "email", "stranger@elsewhere.example")
    assert _refused(url, way) == 403


def _refused(url: str, way: str) -> int:
    """Return what the way in comes to; nobody may be signed in after it."""
    visitor = Visitor(url)
    answer: requests.Response = visitor.session.get(url + way, timeout=60)
    assert status(visitor, "/admin/clients") in (302, 303)
    return answer.status_code

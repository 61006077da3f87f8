"""Every page of the gateway x every kind of visitor: who may not open it never gets it (P7)."""

from typing import Any

import pytest
from werkzeug.wrappers import Response

from gateway.app import Gateway
from gateway.edge import guard as door
from gateway.edge import sessions
from gateway.edge.access import Access
from gateway.edge.limits import Limits
from tests.gateway import backstage, safe
from tests.gateway.conftest import Visitor, gateway, house, house_server
from tests.gateway.house import CLIENT, STAFF, House
from tests.gateway.routes import routes

__all__ = ["gateway", "house", "house_server"]  # fixtures

ROLES = ("owner", "member", "signer", "billing")
PAGES = {"": "/sign-in", "client": "/home", "staff": "/admin/"}
SIGN_IN = {"client": "/sign-in", "staff": "/admin/sign-in"}


class Somebody:
    """A kind of visitor, who opens each page in a new browser, so that no page is changed by another."""

    def __init__(self, house: House, at: Gateway, name: str, session: dict[str, Any]) -> None:
        self.name, self.session, self._house, self._gateway = name, session, house, at
        self._token = f"session-of-{name}".replace(" ", "-")
        self._csrf = self._visitor().token(PAGES[session.get("kind", "")])

    def may(self, access: Access) -> bool:
        """Return whether a page is theirs, by what it declares."""
        if not self.session or self.session["kind"] != access.kind:
            return False
        if access.kind == "client":
            return access.roles is None or self.session["accounts"][0]["role"] in access.roles
        return access.permission is None or access.permission in self.session["permissions"]

    def open(self, method: str, path: str) -> Response:
        """Open the page, or send a form to it as a page of ours would."""
        headers = {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin", "X-CSRF-Token": self._csrf}
        return self._visitor().client.open(path, method=method, headers=headers)

    def _visitor(self) -> Visitor:
        if not self.session:
            return Visitor(self._gateway)
        self._house.users[self._token] = self.session
        return Visitor(self._gateway, **{f"atrio_{self.session['kind']}": self._token})


@pytest.fixture
def people(house: House, gateway: Gateway, monkeypatch: pytest.MonkeyPatch) -> list[Somebody]:
    """Everybody who comes to the gateway, all of one address."""
    monkeypatch.setattr(Limits, "wait", lambda *_asked: 0)
    safe.move_in(house)
    backstage.move_in(house)
    house.answers[("GET", "/portal/v1/work")] = {"items": [], "total": 0}
    everything = [*STAFF["permissions"], "staff.manage", "audit.read"]
    sessions: dict[str, dict[str, Any]] = {"nobody": {}}
    sessions |= {f"client {role}": _client(role) for role in ROLES}
    sessions |= {"staff": STAFF | {"permissions": everything}, "staff without a role": STAFF | {"permissions": []}}
    return [Somebody(house, gateway, name, session) for name, session in sessions.items()]


def _client(role: str) -> dict[str, Any]:
    return CLIENT | {"accounts": [CLIENT["accounts"][0] | {"role": role}]}


def violations(gateway: Gateway, people: list[Somebody], below: str = "/") -> list[str]:
    """Return a line for each answer of a closed page, `below`, that is not what its declaration makes it."""
    found = []
    for path, methods, access in routes(gateway):
        if access.kind == "public" or not path.startswith(below):
            continue
        for method in sorted(methods - {"HEAD", "OPTIONS"}):
            for somebody in people:
                answer, may = somebody.open(method, path), somebody.may(access)
                if answer.status_code >= 500 or may == _keeps_out(answer, access, may):
                    found.append(f"{method} {path} answers {somebody.name} with {answer.status_code}")
    return found


def _keeps_out(answer: Response, access: Access, may: bool) -> bool:
    """Return whether a visitor is kept out: told so, or sent to sign in. Who `may` enter may find nothing there."""
    leads = answer.headers.get("Location") or answer.headers.get("HX-Redirect") or ""
    return leads.startswith(SIGN_IN[access.kind]) or answer.status_code in ((401, 403) if may else (401, 403, 404))


def test_every_closed_page_opens_for_whom_it_declares_and_nobody_else(gateway: Gateway, people: list[Somebody]) -> None:
    found = violations(gateway, people)
    assert not found, "\n".join(found)


def test_a_door_that_asks_for_no_permission_is_found(
    gateway: Gateway, people: list[Somebody], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sessions.Visitor, "can", lambda _visitor, _permission: True)
    found = violations(gateway, people, "/admin/settings")
    assert "GET /admin/settings/preferences answers staff without a role with 200" in found


def test_a_session_of_the_other_side_that_counts_is_found(
    gateway: Gateway, people: list[Somebody], monkeypatch: pytest.MonkeyPatch
) -> None:
    staff = people[-2]
    real = door.visitor_of
    monkeypatch.setattr(door, "visitor_of", lambda _side: real("staff"))
    found = violations(gateway, people, "/notifications")
    assert f"GET /notifications answers {staff.name} with 200" in found

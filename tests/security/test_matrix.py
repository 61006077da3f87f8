"""Every route of every service x every kind of caller: only who is declared gets in, and only to what is theirs (P7).

What is expected is read from the declarations and the routes, so a new route is tried by being there. The last tests
are the controls: with a door left open, the same walk says which.
"""

from collections.abc import Callable

import pytest
from argon2 import PasswordHasher
from pytest_httpserver import HTTPServer
from sqlalchemy import true

from services.chassis import auth
from services.chassis.testing.fixtures import OpenHarness
from services.documents.library import queries as documents
from services.identity.passwords import hashing
from tests.parts import SERVICE_NAMES, service
from tests.security.matrix import (
    documents_scene,
    identity_scene,
    notifications_scene,
    portal_scene,
    privacy_things,
    signing_scene,
)
from tests.security.matrix.scene import Scene
from tests.security.matrix.walk import violations

Opens = Callable[[str], Scene]
MAKERS = {
    "identity": identity_scene.make,
    "portal": portal_scene.make,
    "documents": documents_scene.make,
    "notifications": notifications_scene.make,
}
DOCUMENT = "/v1/documents/<uuid:document_id>"


@pytest.fixture
def scene(open_harness: OpenHarness, httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch) -> Opens:
    """A function that opens a service with a real thing for each of its routes."""
    monkeypatch.setattr(hashing, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))

    def opened(name: str) -> Scene:
        harness = open_harness(service(name))
        found = signing_scene.make(harness, httpserver) if name == "signing" else MAKERS[name](harness)
        found.things |= privacy_things.part_of_export(harness)
        found.things |= privacy_things.of_portal(found) if name == "portal" else {}
        return found

    return opened


@pytest.mark.parametrize("name", SERVICE_NAMES)
def test_every_answer_is_what_the_declaration_makes_it(name: str, scene: Opens) -> None:
    found = violations(scene(name))
    assert not found, "\n".join(found)


def test_a_predicate_that_forgets_the_owner_is_found(scene: Opens, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "visible_to", lambda _caller: true())
    found = violations(scene("documents"), "/v1/documents")
    for who in ("client owner of another account", "staff agent assigned clients only"):
        assert f"documents: GET {DOCUMENT}/content answers {who} with 200; it must be 404" in found
    assert any("GET /v1/documents answers client owner of another account with 200 and tells" in line for line in found)


def test_a_guard_that_lets_everybody_in_is_found(scene: Opens, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(auth, "may", lambda _caller, _access: True)
    found = violations(scene("notifications"), "/v1/messages")
    assert "notifications: GET /v1/messages answers client owner with 200; it must be 401, 403 or 404" in found
    assert "notifications: GET /v1/messages answers staff no role with 200; it must be 401, 403 or 404" in found


def test_who_is_kept_from_what_is_theirs_is_found(scene: Opens, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = scene("documents")
    monkeypatch.setattr(auth, "may", lambda caller, _access: caller.kind != "client")
    content = f"{DOCUMENT}/content"
    (refused,) = [line for line in violations(opened, content) if f"GET {content} answers client owner with" in line]
    assert refused.endswith("with 403; it must be neither 401, 403 nor 404")


def test_a_new_route_is_asked_about(scene: Opens) -> None:
    opened = scene("notifications")
    view = auth.allow(client=True)(lambda letter_id: {"id": str(letter_id)})
    app = opened.harness.describe_again()
    app.add_url_rule("/v1/letters/<uuid:letter_id>", "letter", view)
    app.add_url_rule("/v1/forgotten", "forgotten", lambda: {"open": True})
    forgotten, unknown = violations(opened)
    assert "GET /v1/forgotten does not say who may call it" in forgotten
    assert "'GET /v1/letters/<uuid:letter_id>' in `things` of tests/security/matrix/notifications_scene.py" in unknown

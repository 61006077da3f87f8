"""Every page says who may open it, and only those get in."""

import pytest
from flask import Blueprint

from gateway import app as gateway_app
from gateway.app import Gateway
from gateway.edge.access import access_of, undeclared
from tests.gateway.conftest import Visitor
from tests.gateway.house import ALL_PERMISSIONS, STAFF_SESSION, House
from tests.gateway.routes import routes

PUBLIC_PATHS = {
    "/", "/sign-in", "/sign-in/code", "/sign-in/resend", "/sign-in/password", "/sign-out", "/invitation/<token>",
    "/rate/<token>", "/shared/<token>",
    "/forgot", "/reset/<token>", "/brand.css", "/icon.svg", "/manifest.webmanifest", "/privacy", "/terms", "/language",
    "/admin/language", "/admin/sign-in", "/admin/sign-out", "/api/", "/healthz", "/readyz", "/metrics",
    "/static/<path:filename>", "/dev/mailbox", "/dev/mailbox/<message_id>", "/dev/mailbox/<message_id>/html",
    "/dev/mailbox/<message_id>/reply",
    "/dev/components", "/verify", "/sign-in/factor", "/sign-in/passkey", "/sign-in/passkey/options",
    "/admin/sign-in/factor", "/admin/sign-in/passkey", "/admin/sign-in/passkey/options", "/view/stop",
    "/admin/sign-in/oidc", "/admin/sign-in/oidc/callback", "/logo.png", "/sign-in/factor/lost",
    "/admin/sign-in/factor/lost", "/app-icon/<kind>.png", "/service-worker.js", "/offline",
}  # fmt: skip


def test_every_route_says_who_may_open_it(gateway: Gateway) -> None:
    assert undeclared(gateway.pages) == []


def test_a_route_that_does_not_say_so_stops_the_start(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    careless = Blueprint("careless", __name__)
    careless.add_url_rule("/careless", view_func=lambda: "open to all")
    monkeypatch.setattr(
        gateway_app,
        "import_module",
        lambda name, real=gateway_app.import_module: (
            type("Module", (), {"pages": careless}) if name.endswith("later.views") and "portal" in name else real(name)
        ),
    )
    with pytest.raises(RuntimeError, match="/careless"):
        house.gateway_with_its_own_pages()


def test_the_public_pages_are_these_and_no_others(gateway: Gateway) -> None:
    public = {
        rule.rule
        for rule in gateway.pages.url_map.iter_rules()
        if (access := access_of(gateway.pages, rule.endpoint)) and access.kind == "public"
    }
    assert public - PUBLIC_PATHS == set()


def test_every_page_under_admin_is_for_staff(gateway: Gateway) -> None:
    wrong = [
        rule.rule
        for rule in gateway.pages.url_map.iter_rules()
        if (access := access_of(gateway.pages, rule.endpoint))
        and access.kind != "public"
        and (access.kind == "staff") != rule.rule.startswith("/admin")
    ]
    assert wrong == []


def test_every_closed_page_sends_a_stranger_to_sign_in(gateway: Gateway, anybody: Visitor) -> None:
    for path, methods, access in routes(gateway):
        if access.kind == "public" or "GET" not in methods:
            continue
        answer = anybody.get(path)
        expected = "/admin/sign-in" if access.kind == "staff" else "/sign-in"
        assert answer.status_code == 302, path
        assert answer.headers["Location"].startswith(expected), path


def test_sign_in_leads_back_to_the_page_that_was_asked_for(anybody: Visitor) -> None:
    answer = anybody.get("/notifications?cursor=abc")
    assert answer.headers["Location"] == "/sign-in?next=/notifications%3Fcursor%3Dabc"


def test_a_client_cannot_use_the_admin_and_staff_not_the_portal(gateway: Gateway, house: House) -> None:
    crossed = Visitor(gateway, atrio_client=STAFF_SESSION, atrio_staff="client-session-token")
    assert crossed.get("/home").headers["Location"] == "/sign-in"
    assert crossed.get("/admin/").headers["Location"] == "/admin/sign-in"


@pytest.mark.parametrize("path", ["/admin/settings", "/admin/search?q=x"])
def test_staff_without_the_permission_is_told_so(house: House, staff: Visitor, path: str) -> None:
    needed = {"/admin/settings": "settings.write", "/admin/search?q=x": "clients.read"}[path]
    house.users[STAFF_SESSION]["permissions"] = [name for name in ALL_PERMISSIONS if name != needed]
    answer = staff.get(path)
    assert answer.status_code == 403
    assert "You may not open this page" in answer.text


def test_htmx_is_sent_to_sign_in_by_a_header(anybody: Visitor) -> None:
    answer = anybody.get(
        "/frame/counts", headers={"HX-Request": "true", "HX-Current-URL": "http://localhost/documents?q=a"}
    )
    assert answer.status_code == 401
    assert answer.headers["HX-Redirect"] == "/sign-in?next=/documents%3Fq%3Da"

"""Only the gateway's own names are answered, and none of them comes out of a Host header (threat 15)."""

import pytest

from gateway.app import Gateway
from gateway.edge import addresses
from gateway.edge.hosts import TrustedHosts
from gateway.edge.redirects import safe_path
from tests.gateway.conftest import Visitor
from tests.gateway.house import House


@pytest.mark.parametrize(
    "headers", [{"Host": "evil.example"}, {"X-Forwarded-Host": "evil.example"}, {"Host": "localhost:99"}]
)
@pytest.mark.parametrize("path", ["/", "/sign-in", "/api/portal/v1/brand", "/static/dist/app.css"])
def test_another_host_is_refused(anybody: Visitor, headers: dict[str, str], path: str) -> None:
    assert anybody.client.get(path, headers=headers).status_code == 400


def test_a_link_by_mail_is_asked_for_without_any_host(house: House, anybody: Visitor) -> None:
    token = anybody.token("/forgot")
    refused = anybody.client.post(
        "/forgot", data={"csrf_token": token, "email": "ana@example.com"}, headers={"X-Forwarded-Host": "evil.example"}
    )
    assert refused.status_code == 400
    assert house.called("POST", "/identity/v1/passwords/forgot") == []
    anybody.post("/forgot", {"email": "ana@example.com"})
    [call] = house.called("POST", "/identity/v1/passwords/forgot")
    assert set(call.get_json()) == {"email", "kind", "client"}
    assert "evil" not in str(call.headers)


def test_probes_come_under_any_name(anybody: Visitor) -> None:
    assert anybody.client.get("/healthz", headers={"Host": "10.1.2.3:8000"}).status_code == 200


def test_metrics_are_not_for_the_public(house: House) -> None:
    public = Visitor(house.gateway(public_url="https://portal.example"))
    assert public.client.get("/metrics", headers={"Host": "portal.example"}).status_code == 404
    assert public.client.get("/metrics", headers={"Host": "10.1.2.3:8000"}).status_code == 200
    proxied = {"Host": "10.1.2.3:8000", "X-Forwarded-For": "203.0.113.9"}
    assert public.client.get("/metrics", headers=proxied).status_code == 404


@pytest.mark.parametrize(
    ("public_url", "host", "known"),
    [
        ("https://portal.example", "portal.example", True),
        ("https://portal.example", "PORTAL.example:443", True),
        ("https://portal.example", "portal.example:80", False),
        ("https://portal.example", "localhost", False),
        ("https://portal.example", "portal.example.evil.example", False),
        ("http://localhost:8000", "127.0.0.1:8000", True),
        ("http://localhost:8000", "[::1]:8000", True),
        ("http://localhost:8000", "localhost", False),
    ],
)
def test_hosts_follow_from_the_public_url(public_url: str, host: str, known: bool) -> None:
    assert TrustedHosts(public_url).accepts({"PATH_INFO": "/", "HTTP_HOST": host}) is known


@pytest.mark.parametrize(
    "target",
    [
        *("//evil.example", "/\\evil.example", "https://evil.example", "javascript:alert(1)"),
        *("", None, "/a\r\nb", "\t//evil", "/\t/evil", "home"),
    ],
)
def test_nobody_is_sent_away_from_the_site(target: str | None) -> None:
    assert safe_path(target, "/home") == "/home"


def test_a_path_of_ours_is_kept() -> None:
    assert safe_path("/documents?q=a%20b#x", "/home") == "/documents?q=a%20b#x"


@pytest.mark.parametrize("target", ["//evil.example", "/\\evil.example", "https://evil.example/"])
def test_sign_in_does_not_lead_elsewhere(anybody: Visitor, target: str) -> None:
    anybody.get("/sign-in/password", query_string={"next": target})
    answer = anybody.post("/sign-in/password", {"email": "ana@example.com", "password": "right"})
    assert answer.headers["Location"] == "/home"


def test_the_address_is_what_our_own_proxies_saw() -> None:
    environ = {"REMOTE_ADDR": "10.0.0.1", "HTTP_X_FORWARDED_FOR": "6.6.6.6, 203.0.113.9"}
    assert addresses.of(environ, 0) == "10.0.0.1"
    assert addresses.of(environ, 1) == "203.0.113.9"
    assert addresses.of({"REMOTE_ADDR": "10.0.0.1"}, 1) == "10.0.0.1"


def test_the_gateway_starts_only_with_a_public_url_that_is_one(house: House) -> None:
    with pytest.raises(ValueError, match="public URL"):
        house.gateway(public_url="portal.example")


def test_a_known_gateway_answers(gateway: Gateway) -> None:
    assert Visitor(gateway).get("/").status_code == 200

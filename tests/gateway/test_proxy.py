"""The public API through the gateway: who is believed, what goes through, and a service that does not answer."""

import socket
import threading
import time
from collections.abc import Iterator

import pytest
from werkzeug import Request, Response

from gateway.app import Gateway
from gateway.edge.upstream import OPEN_SECONDS, Breaker
from tests.gateway.conftest import Visitor
from tests.gateway.house import CLIENT_SESSION, STAFF_SESSION, House, problem

HOME = ("GET", "/portal/v1/home")
OURS = {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}


def test_a_client_calls_the_api_with_the_session_of_the_page(house: House, client: Visitor) -> None:
    answer = client.get("/api/portal/v1/home?a=b%20c", headers={"Accept": "application/json"})
    assert answer.status_code == 200
    assert answer.json["greeting_name"] == "Ana"
    [call] = house.called(*HOME)
    assert call.headers["Authorization"] == "Bearer passport-of-client"
    assert call.query_string == b"a=b%20c"
    assert call.headers["X-Request-ID"] == answer.headers["X-Request-ID"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_staff_has_a_way_of_its_own(house: House, gateway: Gateway) -> None:
    both = Visitor(gateway, atrio_client=CLIENT_SESSION, atrio_staff=STAFF_SESSION)
    both.get("/api/portal/v1/home")
    both.get("/admin/api/portal/v1/work")
    assert house.called(*HOME)[0].headers["Authorization"] == "Bearer passport-of-client"
    assert house.called("GET", "/portal/v1/work")[0].headers["Authorization"] == "Bearer passport-of-staff"


def test_nobody_is_believed_for_a_header(house: House, anybody: Visitor) -> None:
    """threat 8: identity headers made up by the caller do not get through, nor do cookies."""
    forged = {"X-User-Id": "1", "X-Account-Id": "1", "X-Atrio-Passport": "x"}
    forged |= {"Forwarded": "for=1", "X-Real-IP": "1.2.3.4"}
    anybody.client.set_cookie("other", "secret")
    anybody.get("/api/portal/v1/home", headers=forged | {"X-Forwarded-For": "6.6.6.6"})
    [call] = house.called(*HOME)
    for name in (*forged, "Cookie", "Authorization"):
        assert name not in call.headers
    assert call.headers["X-Forwarded-For"] != "6.6.6.6"


def test_a_bearer_token_goes_through_as_it_is(house: House, client: Visitor) -> None:
    client.client.post("/api/portal/v1/home", headers={"Authorization": "Bearer my-own-token"})
    [call] = house.called("POST", "/portal/v1/home")
    assert call.headers["Authorization"] == "Bearer my-own-token"


def test_a_change_by_cookie_needs_the_token_of_the_page(house: House, client: Visitor) -> None:
    house.answers[("POST", "/portal/v1/requests")] = {"id": "1"}
    body = {"title": "x"}
    assert client.client.post("/api/portal/v1/requests", json=body).status_code == 403
    token = {"X-CSRF-Token": client.token("/home")}
    evil = token | {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
    assert client.client.post("/api/portal/v1/requests", json=body, headers=evil).status_code == 403
    assert house.called("POST", "/portal/v1/requests") == []
    answer = client.client.post("/api/portal/v1/requests", json=body, headers=token | OURS)
    assert answer.status_code == 200
    assert house.called("POST", "/portal/v1/requests")[0].get_json() == body


def test_an_ended_session_is_401_as_a_problem(house: House, client: Visitor) -> None:
    house.users.clear()
    answer = client.get("/api/portal/v1/home")
    assert (answer.status_code, answer.json["code"]) == (401, "not_signed_in")
    assert answer.content_type == "application/problem+json"


@pytest.mark.parametrize(
    "path",
    [
        "/api/identity/v1/sessions/exchange",
        "/api/identity/v1/sign-in/password",
        "/api/identity/v1/service-tokens",
        "/admin/api/identity/v1/invitations/accept",
        "/api/portal/metrics",
        "/api/portal/healthz",
        "/api/portal/v1/../metrics",
        "/api/portal/v1/%2e%2e/metrics",
        "/api/portal/v1//metrics",
        "/api/gateway/v1/home",
        "/api/unknown/v1/home",
        "/api/portal/v2/home",
        "/api/portal/v1/a%5Cb",
    ],
)
def test_what_is_not_public_is_not_there(house: House, client: Visitor, path: str) -> None:
    token = client.token("/home")
    house.calls.clear()
    for answer in (client.get(path), client.client.post(path, headers=OURS | {"X-CSRF-Token": token}, json={})):
        assert (answer.status_code, answer.json["code"]) == (404, "not_found")
    assert house.calls == []


def test_odd_characters_arrive_as_they_were(house: House, client: Visitor) -> None:
    house.answers[("GET", "/documents/v1/documents/año ñ;x=1")] = {"ok": True}
    assert client.get("/api/documents/v1/documents/a%C3%B1o%20%C3%B1;x=1").json == {"ok": True}


def test_a_service_s_problem_and_headers_come_back(house: House, client: Visitor) -> None:
    refusal = problem(422, "invalid_input", {"title": ["Fill this in."]})
    refusal.headers |= {"Retry-After": "7", "ETag": '"a"', "Set-Cookie": "x=y", "Server": "s"}
    house.answers[HOME] = refusal
    answer = client.get("/api/portal/v1/home")
    assert answer.status_code == 422
    assert answer.json["errors"] == {"title": ["Fill this in."]}
    assert answer.headers["Retry-After"] == "7"
    assert answer.headers["ETag"] == '"a"'
    assert "Set-Cookie" not in answer.headers
    assert "Server" not in answer.headers


def test_large_bodies_go_both_ways_whole(house: House, client: Visitor) -> None:
    sent = bytes(range(256)) * 20_000
    house.answers[("POST", "/documents/v1/verify")] = lambda request: Response(request.get_data(), content_type="x/y")
    token = client.token("/home")
    answer = client.client.post("/api/documents/v1/verify", data=sent, headers=OURS | {"X-CSRF-Token": token})
    assert answer.data == sent
    assert answer.headers["Content-Length"] == str(len(sent))


def test_what_is_too_large_is_refused_before_it_is_read(house: House) -> None:
    small = Visitor(house.gateway(max_upload_bytes=1000), atrio_client=CLIENT_SESSION)
    headers = OURS | {"X-CSRF-Token": small.token("/home")}
    assert small.client.post("/api/documents/v1/verify", data=b"x" * 1001, headers=headers).status_code == 413


def test_an_empty_post_has_a_length(house: House, client: Visitor) -> None:
    house.answers[("POST", "/portal/v1/requests/1/close")] = Response(status=204)
    headers = OURS | {"X-CSRF-Token": client.token("/home")}
    assert client.client.post("/api/portal/v1/requests/1/close", headers=headers).status_code == 204
    assert house.calls[-1].headers["Content-Length"] == "0"


def test_head_has_no_body(house: House, client: Visitor) -> None:
    house.answers[("HEAD", "/portal/v1/home")] = {"a": 1}
    answer = client.client.head("/api/portal/v1/home")
    assert (answer.status_code, answer.data) == (200, b"")


def test_public_documents_of_the_apis(house: House, anybody: Visitor) -> None:
    house.answers[("GET", "/portal/openapi.json")] = {"openapi": "3.1.0"}
    assert anybody.get("/api/portal/openapi.json").json == {"openapi": "3.1.0"}
    page = anybody.get("/api/").text
    for service in ("identity", "portal", "documents", "signing", "notifications"):
        assert f"/api/{service}/openapi.json" in page


def test_verifying_is_slowed_down_per_address(house: House, anybody: Visitor) -> None:
    house.answers[("POST", "/signing/v1/verify")] = {"valid": False}
    statuses = [anybody.client.post("/api/signing/v1/verify", data=b"x").status_code for _ in range(12)]
    assert statuses[:10] == [200] * 10
    assert statuses[-1] == 429


@pytest.fixture
def dead_port() -> int:
    """A port of this machine where nothing listens."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        return int(unused.getsockname()[1])


def test_a_service_that_is_down_is_a_quick_503(house: House, dead_port: int) -> None:
    settings = house.settings()
    known = settings.url_of
    settings.url_of = lambda name: f"http://127.0.0.1:{dead_port}" if name == "portal" else known(name)  # type: ignore[method-assign]
    from gateway.app import create_app

    visitor = Visitor(create_app(settings), atrio_client=CLIENT_SESSION)
    for _ in range(8):
        answer = visitor.get("/api/portal/v1/home")
        assert (answer.status_code, answer.json["code"]) == (503, "unavailable")
        assert answer.headers["Retry-After"] == "5"
    started = time.perf_counter()
    visitor.get("/api/portal/v1/home")
    assert time.perf_counter() - started < 0.5
    assert visitor.get("/api/notifications/v1/inbox").status_code == 200


def test_the_breaker_opens_lets_one_try_and_closes() -> None:
    now = [0.0]
    breaker = Breaker(lambda: now[0])
    for _ in range(5):
        assert breaker.allows()
        breaker.failed()
    assert not breaker.allows()
    now[0] = OPEN_SECONDS + 0.1
    assert breaker.allows()
    assert not breaker.allows()
    breaker.succeeded()
    assert breaker.allows()


class Fickle:
    """A server that answers one call a connection, and hangs up on the second without a word."""

    def __init__(self) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.heard: list[bytes] = []
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._answer, args=(connection,), daemon=True).start()

    def _answer(self, connection: socket.socket) -> None:
        with connection:
            self.heard.append(connection.recv(65536))
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Type: application/json\r\n\r\n{}")
            if again := connection.recv(65536):
                self.heard.append(again)


@pytest.fixture
def fickle() -> Iterator[Fickle]:
    server = Fickle()
    yield server
    server.listener.close()


def test_a_read_is_repeated_on_a_new_connection_and_a_change_never(house: House, fickle: Fickle) -> None:
    from gateway.app import create_app

    settings = house.settings()
    known = settings.url_of
    settings.url_of = lambda name: f"http://127.0.0.1:{fickle.port}" if name == "signing" else known(name)  # type: ignore[method-assign]
    visitor = Visitor(create_app(settings), atrio_client=CLIENT_SESSION)
    headers = OURS | {"X-CSRF-Token": visitor.token("/home")}
    assert visitor.get("/api/signing/v1/a").status_code == 200
    assert visitor.get("/api/signing/v1/b").status_code == 200
    assert [text.split()[1] for text in fickle.heard] == [b"/v1/a", b"/v1/b", b"/v1/b"]
    fickle.heard.clear()
    assert visitor.client.post("/api/signing/v1/c", headers=headers, json={}).status_code == 503
    assert len([text for text in fickle.heard if b"/v1/c" in text]) == 1


def test_one_hung_service_takes_only_its_own_share(house: House) -> None:
    """P12: while calls to one service hang, more of them are refused at once and the others go on."""
    release = threading.Event()

    def hang(_request: Request) -> dict[str, str]:
        release.wait(5)
        return {}

    house.answers[("GET", "/documents/v1/slow")] = hang
    gateway = house.gateway(upstream_concurrency=2)
    Visitor(gateway, atrio_client=CLIENT_SESSION).get("/api/portal/v1/home")
    threads = [
        threading.Thread(target=lambda: Visitor(gateway, atrio_client=CLIENT_SESSION).get("/api/documents/v1/slow"))
        for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    while len(house.called("GET", "/documents/v1/slow")) < 2:
        time.sleep(0.01)
    visitor = Visitor(gateway, atrio_client=CLIENT_SESSION)
    started = time.perf_counter()
    assert visitor.get("/api/documents/v1/slow").status_code == 503
    assert visitor.get("/api/portal/v1/home").status_code == 200
    assert time.perf_counter() - started < 1
    release.set()
    for thread in threads:
        thread.join()
    assert visitor.get("/api/documents/v1/slow").status_code == 200


class Gone:
    """A body whose sender goes away."""

    def read(self, _size: int = -1) -> bytes:
        raise ConnectionResetError


def test_callers_that_go_away_do_not_count_against_the_service(house: House, client: Visitor) -> None:
    headers = OURS | {"X-CSRF-Token": client.token("/home")}
    for _ in range(7):
        environ = {"wsgi.input": Gone(), "CONTENT_LENGTH": "1000"}
        answer = client.client.post("/api/portal/v1/requests", environ_overrides=environ, headers=headers)
        assert (answer.status_code, answer.json["code"]) == (400, "incomplete")
    assert client.get("/api/portal/v1/home").status_code == 200

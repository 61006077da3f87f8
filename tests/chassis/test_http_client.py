"""Calls between services: errors become problems, a part that is down is not asked again and again."""

import socket
import time

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Response

from services.chassis import observability
from services.chassis.http_client import ServiceClient
from services.chassis.problems import Problem


def test_says_who_calls_and_passes_the_ids_on(httpserver: HTTPServer) -> None:
    seen = {}

    def answer(request):
        seen.update(request.headers)
        return Response("{}", content_type="application/json")

    httpserver.expect_request("/v1/things").respond_with_handler(answer)
    with observability.correlated("abcdef123456"):
        ServiceClient(httpserver.url_for(""), lambda: "our-token").get("/v1/things")
    assert seen["Authorization"] == "Bearer our-token"
    assert seen["X-Request-Id"] == "abcdef123456"
    assert "Traceparent" in seen


def test_the_problem_of_the_other_service_is_kept(httpserver: HTTPServer) -> None:
    body = {"title": "Wrong", "status": 422, "code": "invalid_input", "errors": {"name": ["Fill this in."]}, "hint": 1}
    httpserver.expect_request("/v1/things").respond_with_json(body, status=422)
    with pytest.raises(Problem) as problem:
        ServiceClient(httpserver.url_for("")).post("/v1/things", json={})
    assert (problem.value.status, problem.value.code) == (422, "invalid_input")
    assert problem.value.errors == {"name": ["Fill this in."]}
    assert problem.value.extra == {"hint": 1}


def test_an_error_page_becomes_a_problem_without_detail(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/").respond_with_data("<h1>Traceback</h1>", status=502)
    with pytest.raises(Problem) as problem:
        ServiceClient(httpserver.url_for("")).get("/")
    assert (problem.value.status, problem.value.code, problem.value.detail) == (502, "upstream_error", None)


def test_a_redirect_is_not_followed(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/away").respond_with_data("", status=302, headers={"Location": "/secret"})
    assert ServiceClient(httpserver.url_for("")).get("/away").status_code == 302


def test_a_part_that_is_down_answers_503_and_is_left_alone_for_a_while() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        client = ServiceClient(f"http://127.0.0.1:{unused.getsockname()[1]}", breaker_seconds=60)
        for _ in range(6):
            with pytest.raises(Problem) as problem:
                client.get("/")
            assert (problem.value.status, problem.value.retry_after) == (503, 5)
        unused.listen()
        with pytest.raises(Problem):  # it would answer now, but is not asked yet
            client.get("/", timeout=(0.2, 0.2))
        unused.settimeout(0.2)
        with pytest.raises(TimeoutError):
            unused.accept()


def test_a_part_that_hangs_is_given_up_on_in_time() -> None:
    with socket.socket() as hanging:
        hanging.bind(("127.0.0.1", 0))
        hanging.listen()
        client = ServiceClient(f"http://127.0.0.1:{hanging.getsockname()[1]}", timeout=(0.5, 0.5))
        started = time.monotonic()
        with pytest.raises(Problem):
            client.get("/")
        assert time.monotonic() - started < 5


def test_it_takes_no_proxy_from_the_environment(httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    httpserver.expect_request("/").respond_with_json({})
    assert ServiceClient(httpserver.url_for("")).get("/").status_code == 200

"""SMS through an HTTP gateway."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from services.chassis import clock
from tests.notifications.house import House


def issue(house: House, code: str = "482913", minutes: float = 10) -> None:
    expires = clock.now() + timedelta(minutes=minutes)
    data = {"user_id": str(house.ana.id), "code": house.harness.seal(code), "expires_at": expires.isoformat()}
    house.harness.deliver("identity.code.issued.v1", data | {"to": "+34600111222", "locale": "en"})


@pytest.fixture
def texted(open_house: Callable[..., House], httpserver: HTTPServer) -> House:
    """A house whose SMS go to the test's own gateway."""
    return open_house(ATRIO_SMS=httpserver.url_for("/send"))


def test_an_sms_is_one_post(texted: House, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/send", method="POST").respond_with_data("ok", 202)
    issue(texted)
    assert texted.send() == 1
    (request, _), (message,) = httpserver.log[0], texted.messages()
    body = request.get_json()
    assert body["to"] == "+34600111222"
    assert body["text"].splitlines()[0] == (
        "482913 is your code for Marín & Costa. It is valid for 10 minutes. Give it to nobody."
    )
    assert body["text"].splitlines()[-1] == "@portal.example #482913"
    assert request.headers["Idempotency-Key"] == body["reference"] == str(message.id)
    assert message.status == "delivered"


def test_a_gateway_by_url_alone(open_house: Callable[..., House], httpserver: HTTPServer) -> None:
    httpserver.expect_request("/sms").respond_with_data("ok")
    house = open_house(ATRIO_SMS=httpserver.url_for("/sms") + "?number={to}&message={text}")
    issue(house)
    house.send()
    (request, _) = httpserver.log[0]
    assert request.args["number"] == "+34600111222"
    assert request.args["message"].endswith("@portal.example #482913")


@pytest.mark.parametrize("status", [500, 503, 429, 401])
def test_an_outage_is_tried_again_in_seconds(texted: House, httpserver: HTTPServer, status: int) -> None:
    answers = iter([status, 200])
    keys = []

    def answer(request: Request) -> Response:
        keys.append(request.headers["Idempotency-Key"])
        return Response("482913 is what you sent", next(answers))

    httpserver.expect_request("/send").respond_with_handler(answer)
    issue(texted)
    texted.send()
    assert [message.status for message in texted.messages()] == ["temporary_failure"]
    with time_machine.travel(clock.now() + timedelta(seconds=11)):
        texted.send()
    assert [message.status for message in texted.messages()] == ["delivered"]
    assert len(set(keys)) == 1


def test_a_number_that_does_not_exist_is_final(texted: House, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/send").respond_with_data("no such number", 400)
    issue(texted)
    texted.send()
    (failed,) = texted.harness.recorded("notifications.message.failed.v1")
    assert (failed.data["channel"], failed.data["reason"]) == ("sms", "The SMS gateway answered 400")


def test_a_redirect_is_not_followed(texted: House, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/send").respond_with_data("", 302, headers={"Location": httpserver.url_for("/other")})
    issue(texted)
    texted.send()
    assert [request.path for request, _ in httpserver.log] == ["/send"]


def test_a_code_is_never_sent_after_its_time(texted: House, httpserver: HTTPServer) -> None:
    issue(texted)
    with time_machine.travel(clock.now() + timedelta(minutes=11)):
        texted.send()
        (message,) = texted.messages()
        answer = texted.browser(texted.lucia).post(f"/v1/messages/{message.id}/resend")
    assert httpserver.log == []
    assert message.status == "permanent_failure"
    assert (answer.status_code, answer.json["code"]) == (409, "expired")


def test_a_code_is_given_up_before_its_time(texted: House, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/send").respond_with_data("", 503)
    issue(texted)
    start = clock.now()
    for seconds in range(0, 700, 15):
        with time_machine.travel(start + timedelta(seconds=seconds)):
            texted.send()
    assert [message.status for message in texted.messages()] == ["permanent_failure"]
    assert len(httpserver.log) >= 8


def test_a_gateway_that_is_away(open_house: Callable[..., House]) -> None:
    house = open_house(ATRIO_SMS="http://127.0.0.1:9/send?text={text}&to={to}")
    issue(house)
    house.send()
    (message,) = house.messages()
    assert message.status == "temporary_failure"
    assert "482913" not in (message.last_error or "")

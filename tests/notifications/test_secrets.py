"""A live link or code rests nowhere unsealed: not in the database, not in events, not in logs (threat 36)."""

from collections.abc import Callable

import pytest
from pytest_httpserver import HTTPServer
from sqlalchemy import select

from services.chassis.outbox import OUTBOX
from services.notifications.models import Model
from tests.notifications.house import House
from tests.notifications.smtp_server import SmtpServer, parsed

LINK = "https://portal.example/invitation/CANARY-7f3a9"
CODE = "907351"


def everything_stored(house: House) -> str:
    """Return all that stands in the database, as text."""
    tables = [*Model.metadata.sorted_tables, OUTBOX]
    with house.harness.database.reading() as session:
        return "\n".join(repr(tuple(row)) for table in tables for row in session.execute(select(table)))


def test_a_secret_is_opened_only_to_be_sent(
    open_house: Callable[..., House], smtp: SmtpServer, httpserver: HTTPServer, capsys: pytest.CaptureFixture[str]
) -> None:
    httpserver.expect_request("/sms").respond_with_data(f"quoting {CODE}", 400)
    house = open_house(ATRIO_MAIL=smtp.url, ATRIO_SMS=httpserver.url_for("/sms"))
    smtp.data = [f"550 I do not like {LINK}"]
    house.invite(link=LINK)
    code = {"code": house.harness.seal(CODE), "expires_at": "2126-11-20T09:40:00Z"}
    house.harness.deliver("identity.code.issued.v1", code)
    house.harness.deliver("identity.code.issued.v1", code | {"channel": "email", "to": "a@b.example"})
    stored = everything_stored(house)
    assert "CANARY" not in stored
    assert CODE not in stored
    house.send()
    stored, printed = everything_stored(house), "".join(capsys.readouterr())
    for place in (stored, printed):
        assert "CANARY" not in place
        assert CODE not in place
    assert "message_attempted" in printed
    assert "[secret]" in stored
    assert CODE in parsed(smtp.mails[-1][2]).get_body(("plain",)).get_content()  # type: ignore[union-attr]


def test_a_secret_that_cannot_be_opened_is_our_own_failure(house: House) -> None:
    house.harness.deliver("identity.code.issued.v1", {"expires_at": "2126-11-20T09:40:00Z"})  # sealed for nobody
    house.share()
    assert house.send() == 2
    assert sorted(message.status for message in house.messages()) == ["delivered", "technical_failure"]
    (failed,) = house.harness.recorded("notifications.message.failed.v1")
    assert failed.data["reason"] == "The message could not be made: ValueError"
    (attempt,) = [attempt for attempt in house.attempts() if attempt.result == "technical_failure"]
    assert attempt.number == 1


def test_no_page_shows_what_a_message_says(house: House) -> None:
    house.invite(link=LINK)
    house.send()
    staff = house.browser(house.lucia)
    (item,) = staff.get("/v1/messages").json["items"]
    for path in ("/v1/messages", f"/v1/messages/{item['id']}", "/v1/inbox"):
        assert "CANARY" not in staff.get(path).text

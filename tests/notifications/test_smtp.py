"""Mail over a real SMTP server: what is retried, what is a bounce, what an outage does (P11)."""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine

from services.chassis import clock
from services.chassis.testing.harness import Harness
from services.notifications.channels.mail import Mail
from services.notifications.channels.smtp import Server, SmtpChannel
from services.notifications.service import SERVICE
from services.notifications.settings import NotificationsSettings
from tests.notifications.house import House
from tests.notifications.smtp_server import Dripper, SmtpServer, parsed

FAILED, DELIVERED = "notifications.message.failed.v1", "notifications.message.delivered.v1"


@pytest.fixture
def mailed(open_house: Callable[..., House], smtp: SmtpServer) -> House:
    """A house that mails to the test's own SMTP server."""
    return open_house(ATRIO_MAIL=smtp.url)


def wait(seconds: float) -> time_machine.travel:
    return time_machine.travel(clock.now() + timedelta(seconds=seconds))


@pytest.mark.parametrize("stage", ["rcpt", "data"])
@pytest.mark.parametrize("answer", ["421 Closing", "450 Greylisted, come back", "451 Try later", "452 No space"])
def test_a_passing_refusal_is_tried_again(mailed: House, smtp: SmtpServer, stage: str, answer: str) -> None:
    getattr(smtp, stage).append(answer)
    mailed.share()
    assert mailed.send() == 1
    (message,) = mailed.messages()
    assert message.status == "temporary_failure"
    assert answer[:3] in (message.last_error or "")
    assert mailed.harness.recorded(FAILED) == []
    assert mailed.send() == 0  # not before its time
    with wait(11):
        assert mailed.send() == 1
    assert [message.status for message in mailed.messages()] == ["delivered"]
    assert [attempt.result for attempt in mailed.attempts()] == ["temporary_failure", "delivered"]
    assert len(smtp.mails) == 1
    (event,) = mailed.harness.recorded(DELIVERED)
    assert event.data["channel"] == "email"


@pytest.mark.parametrize("stage", ["rcpt", "data"])
@pytest.mark.parametrize("answer", ["550 5.1.1 No such mailbox", "554 Spam", "552 Too big"])
def test_a_final_refusal_is_a_bounce(mailed: House, smtp: SmtpServer, stage: str, answer: str) -> None:
    getattr(smtp, stage).append(answer)
    event = mailed.share()
    mailed.send()
    (message,) = mailed.messages()
    assert message.status == "permanent_failure"
    (failed,) = mailed.harness.recorded(FAILED)
    assert failed.data["reason"].startswith(answer[:3])
    assert failed.data["user_id"] == mailed.ana.id
    assert failed.data["reference"] == event.id
    with wait(100_000):
        assert mailed.send() == 0


def test_one_bounce_does_not_hold_up_the_others(mailed: House, smtp: SmtpServer) -> None:
    smtp.rcpt = ["250 OK", "550 Unknown", "250 OK"]
    for number in range(3):
        mailed.invite(email=f"p{number}@client.example")
    assert mailed.send() == 3
    assert sorted(message.status for message in mailed.messages()) == ["delivered", "delivered", "permanent_failure"]


def test_a_server_that_wants_nobody_is_an_outage_and_no_bounce(mailed: House, smtp: SmtpServer) -> None:
    smtp.mail.append("550 Your address is blocked")
    mailed.share()
    mailed.send()
    assert [message.status for message in mailed.messages()] == ["temporary_failure"]


def test_many_mails_take_one_connection(mailed: House, smtp: SmtpServer) -> None:
    for number in range(20):
        mailed.invite(email=f"p{number}@client.example")
    assert mailed.send() == 20
    assert len(smtp.mails) == 20
    assert len(smtp.sessions) == 1


def test_an_outage_of_hours_delays_and_loses_nothing(mailed: House, smtp: SmtpServer) -> None:
    smtp.stop()
    for number in range(10):
        mailed.share(id=str(number) * 8 + "-0000-7000-8000-000000000000")
    start = clock.now()
    attempts = 0
    for minutes in range(0, 6 * 60, 20):
        with time_machine.travel(start + timedelta(minutes=minutes)):
            attempts += mailed.send()
    assert {message.status for message in mailed.messages()} == {"temporary_failure"}
    assert attempts >= 10
    smtp.start()
    with time_machine.travel(start + timedelta(hours=6, minutes=21)):
        mailed.send()
    assert {message.status for message in mailed.messages()} == {"delivered"}
    subjects = [parsed(content)["Message-ID"] for _, _, content in smtp.mails]
    assert len(subjects) == len(set(subjects)) == 10


def test_after_three_days_a_mail_is_given_up(mailed: House, smtp: SmtpServer) -> None:
    smtp.stop()
    mailed.share()
    mailed.send()
    with wait(73 * 3600):
        mailed.send()
    (message,) = mailed.messages()
    assert message.status == "permanent_failure"
    assert "Given up" in (message.last_error or "")
    assert len(mailed.harness.recorded(FAILED)) == 1


def test_a_connection_that_breaks_after_the_mail_gives_one_extra_copy_of_the_same_id(
    mailed: House, smtp: SmtpServer
) -> None:
    smtp.data = ["drop"]
    mailed.share()
    mailed.send()
    assert [message.status for message in mailed.messages()] == ["temporary_failure"]
    with wait(11):
        mailed.send()
    assert [message.status for message in mailed.messages()] == ["delivered"]
    ids = [parsed(content)["Message-ID"] for _, _, content in smtp.mails]
    assert len(ids) == 2
    assert len(set(ids)) == 1


def test_a_sender_that_dies_leaves_its_message_to_another(mailed: House, smtp: SmtpServer) -> None:
    mailed.share()
    kill_after_sending(mailed.harness)
    (message,) = mailed.messages()
    assert message.status == "sending"
    assert mailed.send() == 0  # it may be alive still
    with wait(601):
        assert mailed.send() == 1
    assert [message.status for message in mailed.messages()] == ["delivered"]
    assert len({parsed(content)["Message-ID"] for _, _, content in smtp.mails}) == 1
    assert len(smtp.mails) == 2  # the one extra copy that SMTP allows
    assert len(mailed.harness.recorded(DELIVERED)) == 1


def kill_after_sending(harness: Harness) -> None:
    """Let a sender die between sending a mail and settling it."""
    from unittest import mock

    with (
        mock.patch("services.notifications.messages.actions.settle", side_effect=SystemExit),
        pytest.raises(SystemExit),
    ):
        harness.run_sender("email")


def test_a_sender_that_was_taken_for_dead_changes_nothing(mailed: House) -> None:
    from services.notifications.messages.actions import Outcome, claim, settle

    mailed.share()
    with mailed.harness.database.unit_of_work() as session:
        first = claim(session, "email")
    with wait(601), mailed.harness.database.unit_of_work() as session:
        second = claim(session, "email")
    assert first is not None
    assert second is not None
    with mailed.harness.database.unit_of_work() as session:
        settle(session, first.id, 1, Outcome("permanent_failure", "from the dead"))
    assert [message.status for message in mailed.messages()] == ["sending"]
    with mailed.harness.database.unit_of_work() as session:
        settle(session, first.id, 2, Outcome("delivered"))
    assert [message.status for message in mailed.messages()] == ["delivered"]


def test_a_server_that_drips_is_left(tmp_path: object) -> None:
    dripper = Dripper()
    thread = threading.Thread(target=dripper.run, daemon=True)
    thread.start()
    server = Server("smtp", "127.0.0.1", dripper.port)
    channel = SmtpChannel(server, own_name="portal.example", timeout=1, deadline=1)
    started = clock.now()
    outcome = channel.send(Mail("a@b.example", "c@d.example", b"Subject: x\r\n\r\nx\r\n"))
    dripper.close()
    assert outcome.result == "temporary_failure"
    assert clock.now() - started < timedelta(seconds=8)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://mail.example", Server("smtp", "mail.example", 25)),
        ("smtp+starttls://u:p%40ss@mail.example", Server("smtp+starttls", "mail.example", 587, "u", "p@ss")),
        ("smtps://mail.example:4650", Server("smtps", "mail.example", 4650)),
    ],
)
def test_urls_of_servers(url: str, expected: Server) -> None:
    assert Server.parse(url) == expected


@pytest.mark.parametrize("url", ["http://mail.example", "mail.example", "smtp://", "smtp://u:secret@mail.example"])
def test_a_wrong_server_is_named_at_the_start(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ATRIO_MAIL", url)
    with pytest.raises(SystemExit) as failure:
        NotificationsSettings.load("notifications", SERVICE.contracts.SERVICES)
    assert "ATRIO_MAIL" in str(failure.value)
    assert "secret" not in str(failure.value)

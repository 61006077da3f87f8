"""Who is told of reviews, and what a client writes to the firm as it arrives (S36, S39, B20)."""

from collections.abc import Callable
from email.message import EmailMessage
from typing import Any

import pytest

from services.chassis.columns import new_id
from services.notifications.kinds import kinds_for
from tests.notifications.house import House
from tests.notifications.smtp_server import SmtpServer, parsed
from tests.notifications.test_header_injection import NAMES

LINK = "https://portal.example/rate/SECRET-TOKEN"


def ask(house: House, **data: Any) -> None:
    """Let Lucía ask Ana for a review."""
    who = {"user_id": str(house.ana.id), "by": house.lucia.person, "expires_at": "2126-12-20T09:30:00+00:00"}
    house.deliver("portal.review.requested.v1", {"link": house.harness.seal(LINK)} | who | data)


def write(house: House, **data: Any) -> None:
    """Let Ana write to the firm."""
    house.harness.deliver("portal.mail.sent.v1", {"account_id": str(house.account_id)} | data)


def text_of(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def test_the_mail_has_a_link_for_each_number_of_stars_and_one_without(house: House) -> None:
    ask(house)
    house.send()
    (mail,) = house.captured()
    assert mail["subject"].startswith("¿Cómo valora el servicio")
    for part in (mail["text"], mail["html"]):
        assert LINK in part
        for stars in range(1, 6):
            assert f"{LINK}?stars={stars}" in part
    assert "Pulse para valorar" in mail["html"]


def test_the_link_rests_sealed_and_stands_in_no_answer(house: House) -> None:
    ask(house)
    (message,) = house.messages()
    assert "SECRET" not in repr([message.data, message.sealed, message.path])
    house.send()
    staff = house.browser(house.lucia)
    assert "SECRET" not in staff.get("/v1/messages").text
    assert "SECRET" not in house.browser(house.ana).get("/v1/inbox").text


def test_who_is_no_portal_user_is_asked_and_answered_by_mail_alone(house: House) -> None:
    ask(house, user_id=None, name="Bruno", email="bruno@acosta.example", locale="pt")
    by = {"kind": "client", "id": str(new_id()), "name": "Bruno"}
    answered = {"user_id": None, "email": "bruno@acosta.example", "by": by}
    house.deliver("portal.review.answered.v1", answered)
    assert house.told() == {(answered["email"], "review_requested"), (answered["email"], "review_answered")}
    house.send()
    asked, told = house.captured()
    assert asked["subject"].startswith("Como avalia")
    assert "Gracias, Ana. Nos alegra." in told["text"]
    assert "/review" not in told["text"], "there is no page for who cannot sign in"
    assert house.notices() == []


def test_staff_is_told_that_a_client_changed_own_details(house: House) -> None:
    house.deliver("portal.profile.changed.v1", {"by": house.ana.person})
    assert house.told() == {(house.lucia.email, "profile_changed")}


def test_staff_is_told_of_a_review_and_the_client_of_the_answer(house: House) -> None:
    house.deliver("portal.review.submitted.v1", {"by": house.ana.person})
    assert house.told() == {(house.lucia.email, "review_received")}
    house.deliver(
        "portal.review.answered.v1", {"user_id": str(house.ana.id), "by": house.ana.person, "email": house.ana.email}
    )
    assert (house.ana.email, "review_answered") in house.told()
    assert {notice.path for notice in house.notices()} >= {"/review"}


def test_who_is_no_contact_any_more_is_told_nothing(house: House) -> None:
    house.deliver("portal.review.answered.v1", {"email": "", "user_id": None})
    assert house.told() == set()


@pytest.mark.feature("S36")
def test_what_a_client_writes_arrives_at_the_firm_and_the_answer_goes_to_the_client(
    open_house: Callable[..., House], smtp: SmtpServer
) -> None:
    house = open_house(ATRIO_MAIL=smtp.url, ATRIO_MAIL_FROM="portal@firm.example")
    write(house)
    assert house.send() == 1
    ((sender, recipients, content),) = smtp.mails
    mail = parsed(content)
    assert (sender, recipients) == ("portal@firm.example", ["hola@marincosta.example"])
    assert [entry.addr_spec for entry in mail["From"].addresses] == ["portal@firm.example"]
    (reply_to,) = mail["Reply-To"].addresses
    assert (reply_to.display_name, reply_to.addr_spec) == ("Ana Acosta", "ana@talleresacosta.example")
    assert str(mail["Subject"]) == "Una pregunta sobre el IVA"
    assert "¿Puedo deducir la furgoneta?" in text_of(mail)
    assert mail["Auto-Submitted"] is None, "a person wrote it, and may be answered by a machine"


def test_another_mail_says_that_a_program_wrote_it(open_house: Callable[..., House], smtp: SmtpServer) -> None:
    house = open_house(ATRIO_MAIL=smtp.url)
    house.share()
    house.send()
    mail = parsed(smtp.mails[0][2])
    assert mail["Auto-Submitted"] == "auto-generated", "the control"
    assert mail["Reply-To"].addresses[0].addr_spec == "hola@marincosta.example"


@pytest.mark.parametrize("name", [name for name in NAMES if "\0" not in name and name.isascii()][::9])
def test_no_name_or_subject_becomes_a_header_of_it(
    name: str, open_house: Callable[..., House], smtp: SmtpServer
) -> None:
    house = open_house(ATRIO_MAIL=smtp.url)
    write(house, subject=name, by={"kind": "client", "id": str(new_id()), "name": name})
    house.send()
    ((_sender, recipients, content),) = smtp.mails
    mail = parsed(content)
    assert recipients == ["hola@marincosta.example"]
    assert mail["Bcc"] is None
    assert [entry.addr_spec for entry in mail["Reply-To"].addresses] == ["ana@talleresacosta.example"]


def test_it_is_no_matter_of_preferences(house: House) -> None:
    assert "firm_mail" not in kinds_for("staff") | kinds_for("client")
    assert {"review_requested", "review_answered"} <= set(kinds_for("client"))

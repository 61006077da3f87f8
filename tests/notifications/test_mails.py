"""What people get: right words, right people, once."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.notifications.house import House
from tests.notifications.smtp_server import SmtpServer, parsed


@pytest.mark.parametrize(
    ("locale", "subject", "button"),
    [
        ("en", "Marín & Costa invites you to its client portal", "Accept invitation"),
        ("es", "Marín & Costa le invita a su portal de clientes", "Aceptar invitación"),
        ("pt", "Marín & Costa deu-lhe acesso ao seu portal de clientes", "Aceitar convite"),
    ],
)
def test_an_invitation_in_the_persons_language(house: House, locale: str, subject: str, button: str) -> None:
    house.invite(name="Ana Acosta", email="ana.new@acosta.example", locale=locale)
    assert house.send() == 1
    (mail,) = house.captured()
    assert (mail["subject"], mail["to"]) == (subject, "Ana Acosta <ana.new@acosta.example>")
    link = "https://portal.example/invitation/SECRET-TOKEN"
    assert f"{button}:\n{link}" in mail["text"]
    assert re.search(rf'<a href="{link}"[^>]*>{button}</a>', mail["html"])
    assert f'<html lang="{locale}">' in mail["html"]
    assert "ana.new@acosta.example" in mail["text"]
    assert "https://portal.example" in mail["text"].split("SECRET-TOKEN")[1]


def test_headers_of_a_mail(open_house: Callable[..., House], smtp: SmtpServer) -> None:
    house = open_house(ATRIO_MAIL=smtp.url, ATRIO_MAIL_FROM="portal@marincosta.example")
    house.share(name="Declaración de IVA.pdf")
    assert house.send() == 1
    ((sender, recipients, content),) = smtp.mails
    assert (sender, recipients) == ("portal@marincosta.example", ["ana@talleresacosta.example"])
    mail, (message,) = parsed(content), house.messages()
    assert str(mail["From"]) == "Marín & Costa <portal@marincosta.example>"
    assert str(mail["Reply-To"]) == "Marín & Costa <hola@marincosta.example>"
    assert mail["Message-ID"] == f"<{message.id}@portal.example>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Subject"] == "Tiene un documento nuevo: Declaración de IVA.pdf"
    assert mail.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    assert all(line.isascii() and len(line) <= 998 for line in content.split(b"\r\n"))


def test_links_come_from_the_public_url(house: House) -> None:
    event = house.share()
    house.send()
    (mail,) = house.captured()
    assert f"https://portal.example/documents/{event.data['id']}" in mail["links"]
    assert all(link.startswith("https://portal.example/") for link in mail["links"])


def test_an_sms_ends_with_the_code_for_this_site(house: House) -> None:
    house.harness.deliver(
        "identity.code.issued.v1",
        {"user_id": str(house.ana.id), "code": house.harness.seal("123456"), "expires_at": "2126-11-20T09:40:00Z"},
    )
    house.send()
    (sms,) = house.captured()
    assert (sms["channel"], sms["to"]) == ("sms", "+34600111222")
    assert sms["text"].startswith("123456 es su clave para Marín & Costa.")
    assert sms["text"].endswith("\n\n@portal.example #123456")


def test_a_code_by_mail(house: House) -> None:
    data = {"channel": "email", "to": "ana@x.example", "code": house.harness.seal("654321"), "locale": "en"}
    house.harness.deliver("identity.code.issued.v1", data | {"expires_at": "2126-11-20T09:40:00Z"})
    house.send()
    (mail,) = house.captured()
    assert "654321" in mail["text"]
    assert "654321" in mail["html"]
    assert "654321" not in mail["subject"]


def test_a_reset_and_a_change_of_password(house: House) -> None:
    common = {"user_id": str(house.ana.id), "email": house.ana.email, "name": "Ana", "locale": "en"}
    link = house.harness.seal("https://portal.example/reset/TOKEN")
    expires = {"link": link, "expires_at": "2126-11-20T09:40:00Z"}
    house.harness.deliver("identity.password.reset_requested.v1", common | expires)
    changed = {"credential": "password", "at": "2026-11-20T09:30:00Z"}
    house.harness.deliver("identity.credential.changed.v1", common | changed)
    house.send()
    reset, change = house.captured()
    assert "https://portal.example/reset/TOKEN" in reset["links"]
    assert "20 November 2126, 10:40" in reset["text"]  # in Ana's own time zone
    assert "Your password was changed on 20 November 2026, 10:30." in change["text"]
    assert "passkey" not in change["text"]
    assert [notice.kind for notice in house.notices()] == ["credential_changed"]


def test_optional_words_are_left_out(house: House) -> None:
    data = {"created_by": house.lucia.person, "message": "", "due_on": None, "title": "Extractos"}
    house.deliver("portal.request.created.v1", data)
    data = data | {"message": "Por favor:\n- enero\n- febrero", "due_on": "2026-11-28", "title": "Más extractos"}
    house.deliver("portal.request.created.v1", data)
    house.send()
    short, full = house.captured()
    assert "antes del" not in short["text"]
    assert "\n>" not in short["text"]
    assert "antes del 28 de noviembre de 2026." in full["text"]
    assert "> Por favor:\n> - enero\n> - febrero" in full["text"]
    assert "Por favor:<br>- enero<br>- febrero" in full["html"]


@pytest.mark.parametrize("text", ["{{7*7}}", "{{ firm }}", "{% raw %}", "<script>alert(1)</script>", "${7*7}"])
def test_what_people_write_stays_text(house: House, text: str) -> None:
    data: dict[str, Any] = {"created_by": house.lucia.person, "message": text, "title": text}
    house.deliver("portal.request.created.v1", data)
    house.send()
    (mail,) = house.captured()
    assert text in mail["text"]
    assert text in mail["subject"]
    assert "<script>" not in mail["html"]
    assert "\n> 49" not in mail["text"]
    (line,) = house.browser(house.ana).get("/v1/inbox").json["items"]
    assert text in line["title"]


def test_the_firms_brand(house: House) -> None:
    for version, accent in ((9, "#ffee00"), (10, "red;}</style>")):
        brand = {"accent": accent, "version": version, "firm_name": "A<b>B"}
        house.harness.deliver("portal.settings.saved.v1", brand)
        house.share()
        house.send()
    yellow, odd = house.captured()
    assert "background:#ffee00" in yellow["html"]
    assert "color:#111111;font-weight:600" in yellow["html"]  # white on yellow cannot be read
    assert "A&lt;b&gt;B" in yellow["html"]
    assert "red;" not in odd["html"]
    assert "Alameda 31, 29001 Málaga" in odd["text"]
    assert "<img" not in odd["html"]


def test_the_firms_logo_stands_at_the_head(house: House) -> None:
    house.harness.deliver("portal.settings.saved.v1", {"logo": '5f2d"onload="x', "version": 9})
    house.share()
    house.send()
    (mail,) = house.captured()
    assert '<img src="https://portal.example/logo.png?v=5f2d%22onload%3D%22x" alt="' in mail["html"]
    assert "<img" not in mail["text"]


@pytest.mark.parametrize(
    ("locale", "subject", "device"),
    [
        ("en", "New sign-in to Marín & Costa", "Device: Firefox, Linux"),
        ("es", "Nuevo acceso a Marín & Costa", "Dispositivo: Firefox, Linux"),
        ("pt", "Novo acesso a Marín & Costa", "Dispositivo: Firefox, Linux"),
    ],
)
def test_a_sign_in_from_a_device_not_seen_before(house: House, locale: str, subject: str, device: str) -> None:
    person = house.add_client("Ana Nova", "ana.nova@acosta.example", locale)
    signed_in = {"user_id": str(person.id), "at": "2026-11-20T09:30:00Z", "ip": "203.0.113.7"}
    new = {"new_device": True, "device": "Firefox, Linux"}
    house.harness.deliver("identity.user.signed_in.v1", signed_in | new)
    house.send()
    (mail,) = house.captured()
    assert mail["subject"] == subject
    assert device in mail["text"]
    assert "203.0.113.7" in mail["text"]
    assert "10:30" in mail["text"], "in Ana's own time zone"
    assert "https://portal.example/profile/sessions" in mail["links"]
    assert [notice.kind for notice in house.notices()] == ["new_device"]


def test_a_sign_in_from_a_known_device_or_of_an_older_identity_is_not_told(house: House) -> None:
    for known in ({"new_device": False}, {}):
        event = house.harness.make("identity.user.signed_in.v1", {"user_id": str(house.ana.id)} | known)
        house.harness.deliver(event)
    assert house.send() == 0


def test_a_new_device_is_not_told_to_who_wants_no_mail_of_it(house: House) -> None:
    off = {"kind": "new_device", "channel": "email", "enabled": False}
    assert house.browser(house.ana).put("/v1/preferences", json={"items": [off]}).status_code == 200
    told = {"user_id": str(house.ana.id), "new_device": True}
    house.harness.deliver("identity.user.signed_in.v1", told)
    assert house.send() == 0
    assert [notice.kind for notice in house.notices()] == ["new_device"]

"""Names, subjects and file names that try to become headers (threats 16 and 17)."""

import itertools
import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from services.chassis import clock
from services.notifications.channels.addresses import BadAddress, mail_address
from services.notifications.channels.mail import Person, build
from services.notifications.rendering.message import Rendered
from tests.notifications.house import House
from tests.notifications.smtp_server import SmtpServer, parsed

EXPECTED = {
    "from", "to", "reply-to", "subject", "date", "message-id", "content-language", "auto-submitted",
    "x-auto-response-suppress", "mime-version", "content-type",
}  # fmt: skip
BREAKS = ["\r\n", "\n", "\r", "\u2028", "\u2029", "\x85", "\x0b", "\x0c", "\x00", "\x1c", "\x1e", "\ud800", "\u202e"]
SMUGGLED = [
    "Bcc: evil@evil.example",
    "Subject: another",
    " folded",
    "\r\n.\r\nMAIL FROM:<x@y>",
    "Content-Type: x/y",
    "--==boundary",
]
ENCODED = [
    "=?utf-8?q?=0d=0aBcc:evil=40evil.example?=",
    "=?utf-8?b?DQpCY2M6IGV2aWxAZXZpbC5leGFtcGxl?=",
    "=?utf-8?q?a=0a?= <evil@evil.example>",
    "=?iso-8859-1?q?=00?=",
    "=?utf-8?q??=",
    "=?utf-8?q?a?= =?utf-8?q?=0d=0aX:b?=",
]
QUOTES = ['"', '\\"', "<evil@evil.example>", 'a" <evil@evil.example>, "b', "(comment)", "a,b;c", "@", "Ana, Bea", "."]
NAMES = [
    *(f"Ana{mark}{smuggled}" for mark, smuggled in itertools.product(BREAKS, SMUGGLED)),
    *ENCODED,
    *(f"Ana {word}" for word in ENCODED),
    *(f"{word}{mark}x" for word, mark in itertools.product(ENCODED, BREAKS)),
    *QUOTES,
    *(f"Ana {quote} ñ" for quote in QUOTES),
    *(character * length for character in "añ語😀 \u0301" for length in (1, 70, 500)),
    *("Ana " * count for count in (20, 200)),
]

WITHOUT_NUL = st.characters(exclude_characters="\0")


def test_there_are_enough_names() -> None:
    assert len(set(NAMES)) >= 200


def _build(name: str, subject: str, text: str = "Hello") -> bytes:
    return build(
        Rendered(subject, text, f"<p>{len(text)}</p>"),
        sender=Person(name, "portal@firm.example"),
        to=Person(name, "ana@client.example"),
        reply_to=Person(name, "hello@firm.example"),
        message_id="<1@portal.example>",
        at=clock.now(),
        language="en",
    ).content


def _assert_harmless(content: bytes) -> None:
    mail = parsed(content)
    assert not mail.defects
    assert sorted(key.lower() for key in mail.keys()) == sorted(EXPECTED)  # noqa: SIM118  (a mapping of many values)
    for header, address in (
        ("From", "portal@firm.example"),
        ("To", "ana@client.example"),
        ("Reply-To", "hello@firm.example"),
    ):
        assert [entry.addr_spec for entry in mail[header].addresses] == [address]
        assert not any(unicodedata.category(c) in ("Cc", "Zl", "Zp", "Cs") for c in str(mail[header]))
    assert not any(unicodedata.category(c) in ("Cc", "Zl", "Zp", "Cs") for c in str(mail["Subject"]))


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_no_name_or_subject_becomes_a_header(name: str) -> None:
    _assert_harmless(_build(name, name))


@given(name=st.text(), subject=st.text(), text=st.text())
@example(name="\ud800", subject="\u2028", text="\x85\x00\udfff")
@settings(max_examples=150, deadline=None)
def test_any_text_makes_a_mail_that_can_be_sent(name: str, subject: str, text: str) -> None:
    from services.notifications.rendering.message import plain

    _assert_harmless(_build(name, subject, plain(text, multiline=True)))


@given(title=st.text(WITHOUT_NUL, max_size=300), by=st.text(WITHOUT_NUL, max_size=100))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_in_an_event_is_delivered(house: House, title: str, by: str) -> None:
    """Text comes from events, which carry no lone surrogates and no NUL; all else must reach its reader."""
    title, by = (text.encode("utf-8", "replace").decode() for text in (title, by))
    person = house.lucia.person | {"name": by}
    house.deliver("portal.request.created.v1", {"title": title, "message": title, "created_by": person})
    assert house.send() == 1
    assert {message.status for message in house.messages()} == {"delivered"}
    assert house.browser(house.ana).get("/v1/inbox?limit=1").status_code == 200


def test_names_reach_a_real_server_harmless(open_house: Callable[..., House], smtp: SmtpServer) -> None:
    house = open_house(ATRIO_MAIL=smtp.url)
    names = [name for name in NAMES if len(name) <= 200 and (name.isprintable() or "\n" in name)]
    names = [name for name in names if "\0" not in name][::6]
    for number, name in enumerate(names):
        house.invite(name=name, email=f"person{number}@client.example")
    house.send()
    assert [recipients for _, recipients, _ in smtp.mails] == [[f"person{n}@client.example"] for n in range(len(names))]


BAD_ADDRESSES = [
    *(
        "a@b\r\nRCPT TO:<evil@evil.example>",
        "a b@c.example",
        "<a@b.example>",
        "a@b.example>",
        "a@b.example,c@d.example",
    ),
    *("", "a", "@b.example", "a@", "a@-b.example", "a@b..example", "a..b@c.example", ".a@b.example"),
    *('"a b"@c.example', "ñ@b.example", "a@b.example\x00", "a@[127.0.0.1]"),
    *("a" * 65 + "@b.example", "a@" + "b" * 64 + ".example"),
]


@pytest.mark.parametrize("address", BAD_ADDRESSES)
def test_no_address_carries_more_than_itself(address: str) -> None:
    with pytest.raises(BadAddress):
        mail_address(address)


def test_an_address_in_another_script_is_written_in_ascii() -> None:
    assert mail_address("ana@señal.example") == "ana@xn--seal-hqa.example"


def test_an_address_that_cannot_be_used_is_a_bounce(house: House) -> None:
    house.invite(email="a b@c.example")
    house.send()
    (message,) = house.messages()
    assert message.status == "permanent_failure"
    (failed,) = house.harness.recorded("notifications.message.failed.v1")
    assert "cannot be used" in failed.data["reason"]

"""What people may write: long, in signs, from right to left, as markup. It is kept as it is, or refused (threat 34)."""

import unicodedata
from collections.abc import Callable

import pytest

from services.chassis.testing.harness import Browser
from tests.portal.conftest import Client, errors_of

REFUSED = {
    "a megabyte": "x" * 1_000_000,
    "NUL": "a\x00b",
    "turned around": "\u202egnp.exe",
    "line separator": "a\u2028b",
}
TEXTS = {
    "emoji": "😀" * 1000,
    "right to left": "שלום עולם, 123",
    "html": '<img src=x onerror="alert(1)"><b>x</b>',
    "script": "</textarea><script>alert(document.cookie)</script>",
    "template": "{{ 7*7 }} ${7*7} {% raw %} %(name)s %s",
    "formula": "=HYPERLINK(1)",
    "sql": "'; DROP TABLE conversations; --",
    "combining": "e\u0301" * 400,
}
Write = Callable[[str], tuple[str, dict[str, object]]]


def in_conversation(text: str) -> tuple[str, dict[str, object]]:
    return "/v1/conversations", {"title": "T", "text": text}


def in_case(text: str) -> tuple[str, dict[str, object]]:
    return "/v1/cases", {"title": "T", "description": text}


def in_review(text: str) -> tuple[str, dict[str, object]]:
    return "/v1/reviews", {"stars": 5, "comment": text}


def in_mail(text: str) -> tuple[str, dict[str, object]]:
    return "/v1/mails", {"subject": "S", "message": text}


@pytest.mark.parametrize("write", [in_conversation, in_case, in_review, in_mail])
def test_a_strange_text_is_kept_as_it_is_or_refused(staff: Browser, acosta: Client, write: Write) -> None:
    version = staff.get("/v1/settings").json["version"]
    staff.put("/v1/settings", json={"version": version, "email": "office@firm.example"})
    check(acosta.browser, write)


def test_so_it_is_in_replies(staff: Browser, acosta: Client) -> None:
    request = staff.post("/v1/requests", json={"account_id": str(acosta.account_id), "title": "Ask"}).json
    case = acosta.browser.post("/v1/cases", json={"title": "T", "description": "D"}).json
    check(acosta.browser, lambda text: (f"/v1/requests/{request['id']}/replies", {"message": text}))
    check(acosta.browser, lambda text: (f"/v1/cases/{case['id']}/comments", {"message": text}))


def check(client: Browser, write: Write) -> None:
    for name, text in TEXTS.items():
        path, body = write(text)
        answer = client.post(path, json=body)
        assert answer.status_code in (200, 201), (name, answer.json)
        assert composed(text) in strings(answer.json), name
    for name, text in REFUSED.items():
        path, body = write(text)
        answer = client.post(path, json=body)
        assert answer.status_code == 413 or errors_of(answer), name


def composed(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def strings(value: object) -> list[str]:
    """Return every text of an answer, composed."""
    if isinstance(value, str):
        return [composed(value)]
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [text for each in inner for text in strings(each)]

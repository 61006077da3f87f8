"""The owner is told what became of a password, a passkey or a second factor, in their own language (B6)."""

import pytest

from services.contracts.fields import LOCALES
from services.notifications.kinds import CREDENTIAL_NAMES
from tests.notifications.house import House


@pytest.mark.parametrize("locale", LOCALES)
def test_each_change_has_a_sentence_of_its_own(house: House, locale: str) -> None:
    texts = []
    for credential, change in CREDENTIAL_NAMES:
        common = {"user_id": str(house.ana.id), "email": house.ana.email, "name": "Ana", "locale": locale}
        data = common | {"credential": credential, "change": change, "at": "2026-11-20T09:30:00Z"}
        house.harness.deliver("identity.credential.changed.v1", data)
    house.send()
    texts = [mail["text"] for mail in house.captured()]
    assert len(texts) == len(CREDENTIAL_NAMES)
    said = [[line for line in text.splitlines() if "2026" in line] for text in texts]
    assert all(len(lines) == 1 for lines in said), said
    assert len({lines[0] for lines in said}) == len(CREDENTIAL_NAMES)


def test_an_event_of_before_is_about_a_credential_that_was_set(house: House) -> None:
    data = {"user_id": str(house.ana.id), "email": house.ana.email, "name": "Ana", "locale": "en"}
    changed = {"credential": "passkey", "at": "2026-11-20T09:30:00Z"}
    house.harness.deliver("identity.credential.changed.v1", data | changed)
    house.send()
    (mail,) = house.captured()
    assert "A passkey was added on 20 November 2026" in mail["text"]

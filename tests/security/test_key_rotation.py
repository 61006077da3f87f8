"""The keys that sign tokens are replaced by command while everyone works: no session ends, no token is turned away."""

import base64
import re
from collections.abc import Callable

import orjson
import pytest
import requests

from deploy.visitor import until
from tests.running import Running
from tests.security.test_endings import ROUTES, Person, is_in, passport_of

pytestmark = pytest.mark.stack


@pytest.fixture(scope="module")
def person(atrio: Running) -> Person:
    return Person(atrio)


def key_of(token: str) -> str:
    """Return the id of the key that signed a token."""
    head = token.partition(".")[0]
    kid: str = orjson.loads(base64.urlsafe_b64decode(head + "=" * (-len(head) % 4)))["kid"]
    return kid


def published(atrio: Running) -> set[str]:
    answer = requests.get(f"http://127.0.0.1:{atrio.port_of('identity')}/v1/keys", timeout=30).json()
    return {key["kid"] for key in answer["keys"]}


def believed_by(atrio: Running, token: str) -> dict[str, int]:
    """Return what each running service answers to the token."""
    headers = {"Authorization": f"Bearer {token}"}
    return {
        name: requests.get(f"http://127.0.0.1:{atrio.port_of(name)}{path}", headers=headers, timeout=30).status_code
        for name, path in ROUTES.items()
    }


def wait(what: str, condition: Callable[[], bool], person: Person) -> None:
    """Wait for `condition` while the person keeps opening pages; each must open."""

    def fulfilled() -> bool:
        assert is_in(person.job.client), f"nobody is signed out while {what}"
        return condition()

    until(what, fulfilled)


def new_key(atrio: Running, *options: str) -> str:
    made = re.search(r"new signing key: (\S+)", atrio.atrio("identity", "rotate-keys", *options))
    assert made
    return made[1]


def test_a_rotation_ends_no_session_and_turns_no_token_away(person: Person) -> None:
    atrio = person.atrio
    before = passport_of(person)
    kid = new_key(atrio)
    assert kid != key_of(before)
    wait("the new key is published", lambda: kid in published(atrio), person)
    assert key_of(passport_of(person)) == key_of(before), "it is published some seconds before it signs"
    wait("the new key signs", lambda: key_of(passport_of(person)) == kid, person)
    assert key_of(before) in published(atrio), "until its last token is over"
    fine = dict.fromkeys(ROUTES, 200)
    assert believed_by(atrio, before) == fine, "an old token lives to its end"
    assert believed_by(atrio, passport_of(person)) == fine
    listed = atrio.atrio("identity", "keys")
    assert re.search(rf"{kid}  signs from .*, believed in use", listed)
    assert re.search(rf"{key_of(before)}  signs from .*, believed until 20", listed)


def test_a_stolen_key_is_believed_no_more_and_sessions_go_on(person: Person) -> None:
    atrio = person.atrio
    before = passport_of(person)
    kid = new_key(atrio, "--revoke")
    until("the new key alone is published", lambda: published(atrio) == {kid})
    until("the new key signs", lambda: key_of(passport_of(person)) == kid)
    fine = dict.fromkeys(ROUTES, 200)
    until("every service believes the new key", lambda: believed_by(atrio, passport_of(person)) == fine)
    stolen = believed_by(atrio, before)
    assert stolen == dict.fromkeys(ROUTES, 401), "though its minute is not over; the test above is the control"
    assert is_in(person.job.client)

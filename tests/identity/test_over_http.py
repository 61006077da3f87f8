"""Identity as the others meet it: over HTTP, with the chassis's own client of keys and tokens."""

from collections.abc import Iterator
from threading import Thread

import pytest
from werkzeug.serving import make_server

from services.chassis import auth, service_tokens, token_keys
from services.chassis.http_client import ServiceClient
from services.chassis.problems import Problem
from services.chassis.runtime import Runtime
from services.chassis.secrets import ServiceKey
from services.chassis.settings import KeyFolder
from services.contracts import SERVICES
from services.identity.tokens.keys import ring_of, rotate_key
from tests.identity.house import House


@pytest.fixture
def url(house: House) -> Iterator[str]:
    """Where identity listens."""
    server = make_server("127.0.0.1", 0, house.harness.app, threaded=True)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()


def tokens_of(house: House, name: str, url: str) -> service_tokens.ServiceTokens:
    key = ServiceKey(KeyFolder(house.harness.folder / "keys", SERVICES).key(name))
    return service_tokens.ServiceTokens(name, key, ServiceClient(url))


def test_a_service_gets_a_token_that_another_believes(house: House, url: str) -> None:
    tokens = tokens_of(house, "signing", url)
    verifier = auth.Verifier(token_keys.RemoteKeys(url), "documents")
    assert verifier.verify(tokens.token_for("documents")).id == "signing"
    with pytest.raises(Problem):
        verifier.verify(tokens.token_for("portal"))


def test_the_gateway_signs_a_person_in(house: House, url: str) -> None:
    contact = house.activate()
    tokens = tokens_of(house, "gateway", url)
    gateway = ServiceClient(url, lambda: tokens.token_for("identity"))
    session = house.sign_in()
    answer = gateway.post("/v1/sessions/exchange", json={"session": session}).json()
    caller = auth.Verifier(token_keys.RemoteKeys(url), "portal").verify(answer["passport"])
    assert (caller.kind, str(caller.account_id)) == ("client", contact["account_id"])


def test_the_service_that_stands_alone_believes_its_own_keys(house: House, url: str) -> None:
    """Without the test's own key: identity verifies with its own tables, and asks nobody."""
    own = house.harness.service.key_source(house.harness.runtime)
    house.activate()
    passport = house.exchange(house.sign_in()).json["passport"]
    assert auth.Verifier(own, "identity").verify(passport).email == "ana@example.com"


def test_after_a_rotation_nobody_is_turned_away(house: House, url: str, later) -> None:
    """A service that knows the old keys alone asks again, and finds the new one, also while junk is sent to it."""
    house.activate()
    keys = token_keys.RemoteKeys(url)
    verifier = auth.Verifier(keys, "portal")
    session = house.sign_in()
    verifier.verify(house.exchange(session).json["passport"])
    runtime: Runtime = house.harness.runtime
    with runtime.database.unit_of_work() as unit:
        rotate_key(unit, runtime.sealer)
    ring_of(runtime).forget()
    keys._asked_at -= 6  # as if the last question was some seconds ago
    with pytest.raises(Problem):
        verifier.verify("junk.junk.junk")
    later(seconds=16)
    ring_of(runtime).forget()
    passport = house.exchange(session).json["passport"]
    assert verifier.verify(passport).email == "ana@example.com"


def test_a_revoked_key_is_believed_for_a_minute_more_at_most(house: House, url: str) -> None:
    """A quiet service that no new token reaches asks for the keys by itself."""
    house.activate()
    keys = token_keys.RemoteKeys(url)
    session = house.sign_in()
    first, second = (house.exchange(session).json["passport"] for _ in range(2))
    auth.Verifier(keys, "portal").verify(first)
    runtime: Runtime = house.harness.runtime
    with runtime.database.unit_of_work() as unit:
        rotate_key(unit, runtime.sealer, revoke=True)
    ring_of(runtime).forget()
    assert auth.Verifier(keys, "portal").verify(second).email == "ana@example.com", "control: it knows no better yet"
    keys._asked_at -= token_keys.KEPT_SECONDS + 1
    with pytest.raises(Problem):
        auth.Verifier(keys, "portal").verify(second)
    assert auth.Verifier(keys, "portal").verify(house.exchange(session).json["passport"]).email == "ana@example.com"


def test_while_identity_does_not_answer_the_known_keys_go_on(house: House, url: str) -> None:
    house.activate()
    keys = token_keys.RemoteKeys(url)
    passport = house.exchange(house.sign_in()).json["passport"]
    keys.keys()
    keys._client = ServiceClient("http://127.0.0.1:9")
    keys._asked_at -= token_keys.KEPT_SECONDS + 1
    assert auth.Verifier(keys, "portal").verify(passport).email == "ana@example.com"

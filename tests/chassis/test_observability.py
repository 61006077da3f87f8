"""Logs hold no secret and tie everything to one correlation id."""

import json
import logging
from collections.abc import Callable, Iterator

import pytest

from services.chassis import observability
from services.chassis.testing.logs import logging_of

CANARY = "canary-0f1e2d3c"


@pytest.fixture
def logged() -> Iterator[Callable[[], list[dict[str, object]]]]:
    with logging_of("portal") as stream:
        yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]


@pytest.mark.parametrize("name", ["password", "code", "link", "session_token", "Authorization", "cookie"])
def test_a_secret_is_taken_out_by_its_name(logged, name: str) -> None:
    observability.logger("test").warning("something", **{name: CANARY})
    assert len(logged()) == 1
    assert CANARY not in json.dumps(logged())


@pytest.mark.parametrize(
    "text",
    [f"GET /invitation/{CANARY} 200", f"/reset/{CANARY}?x=1", f"Bearer eyJhbGciOiJFZDI1NTE5In0.{CANARY}.sig"],
)
def test_a_secret_is_taken_out_of_any_text(logged, text: str) -> None:
    observability.logger("test").warning(text, path=text)
    logging.getLogger("other.library").warning("saw %s", text)
    entries = logged()
    assert len(entries) == 2
    assert CANARY not in json.dumps(entries)


def test_other_text_stays(logged) -> None:
    observability.logger("test").warning("request", path=f"/documents/{CANARY}", status=200)
    assert logged()[0]["path"] == f"/documents/{CANARY}"


def test_an_entry_names_service_and_correlation(logged) -> None:
    with observability.correlated("abcdef123456"):
        observability.logger("test").warning("request")
    entry = logged()[0]
    assert (entry["service"], entry["correlation_id"]) == ("portal", "abcdef123456")


@pytest.mark.parametrize("given", [None, "", "short", "x" * 65, "line\nbreak-12345"])
def test_a_correlation_id_that_could_spoil_a_log_is_replaced(given: str | None) -> None:
    with observability.correlated(given) as correlation:
        assert observability.CORRELATION_ID.match(correlation)
        assert correlation != given

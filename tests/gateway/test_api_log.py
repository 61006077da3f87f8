"""Calls of the API are counted and logged like pages."""

import io
import json
import logging
from collections.abc import Iterator

import pytest

from gateway.app import Gateway
from services.chassis import observability
from services.chassis.testing.logs import logging_of
from tests.gateway.conftest import Visitor
from tests.gateway.house import House


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What the gateway's log says."""
    with logging_of("gateway") as stream:
        yield stream


@pytest.fixture
def gateway(log: io.StringIO, house: House) -> Gateway:
    """A gateway of its own: loggers stay as they were at their first line."""
    return house.gateway_with_its_own_pages()


def calls(log: io.StringIO) -> list[dict[str, object]]:
    entries = [json.loads(line) for line in log.getvalue().splitlines()]
    return [entry for entry in entries if entry["event"] == "request" and entry["service"] == "gateway"]


def test_a_call_is_in_the_log_with_its_id(log: io.StringIO, client: Visitor, house: House) -> None:
    answer = client.get("/api/portal/v1/home?q=not-logged")
    client.get("/api/portal/v1/nothing-there")
    entries = [entry for entry in calls(log) if str(entry["path"]).startswith("/api/")]
    assert [(entry["path"], entry["status"]) for entry in entries] == [
        ("/api/portal/v1/home", 200),
        ("/api/portal/v1/nothing-there", 404),
    ]
    first = entries[0]
    assert (first["method"], first["level"], first["logger"]) == ("GET", "info", "gateway.request")
    assert first["correlation_id"] == answer.headers["X-Request-ID"]
    assert isinstance(first["milliseconds"], float)
    assert "not-logged" not in str(entries)


@pytest.mark.parametrize("alone", [True, False])
def test_such_a_line_looks_like_every_other(log: io.StringIO, client: Visitor, alone: bool) -> None:
    """The short way of such lines counts while nobody else listens, as pytest does."""
    if alone:
        del logging.root.handlers[1:]
    assert (observability.json_lines() is not None) == alone
    client.get("/api/portal/v1/home")
    client.get("/home")
    page, call = (
        next(entry for entry in calls(log) if entry["path"] == path) for path in ("/home", "/api/portal/v1/home")
    )
    assert page.keys() == call.keys()
    assert len(str(page["timestamp"])) == len(str(call["timestamp"]))


def test_a_secret_in_a_path_is_taken_out(log: io.StringIO, client: Visitor) -> None:
    del logging.root.handlers[1:]
    client.get("/api/portal/v1/invitation/canary-0f1e2d3c")
    assert calls(log)[0]["path"] == "/api/portal/v1/invitation/[redacted]"


def test_calls_are_counted_by_service_whatever_is_asked(client: Visitor) -> None:
    for path in ("/api/portal/v1/home", "/api/unheard-of/v1/x", "/api/other/v1/x"):
        client.get(path)
    client.client.open("/api/portal/v1/home", method="MADEUP")
    text = client.get("/metrics").text
    series = {line.rpartition("{")[2].partition("}")[0] for line in text.splitlines() if "seconds_count" in line}
    ours = {one for one in series if 'endpoint="api.' in one}
    assert 'endpoint="api.portal",method="GET",service="gateway",status="200"' in ours
    assert not any("unheard" in one or "MADEUP" in one for one in ours)
    assert any('endpoint="api.unmatched"' in one for one in ours)
    assert any('method="other"' in one for one in ours)

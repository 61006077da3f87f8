"""Logs, ids and figures: one correlation id goes from the first request through every event it causes."""

import logging
import re
import secrets
import sys
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from typing import Any

import structlog
from prometheus_client import Counter, Gauge, Histogram

_correlation: ContextVar[str | None] = ContextVar("correlation", default=None)
_trace: ContextVar[str | None] = ContextVar("trace", default=None)

TRACEPARENT = re.compile(r"^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$")
CORRELATION_ID = re.compile(r"^[A-Za-z0-9._-]{8,64}$")
SECRET_NAME = re.compile(r"password|secret|token|code|authorization|cookie|passport|link|session|assertion|key$", re.I)
SECRET_PATH = re.compile(r"(/(?:invitation|reset|rate|shared)/)[^/?\s\"]+")
SECRET_VALUE = re.compile(r"eyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_.-]+")

REQUESTS = Histogram(
    "atrio_request_seconds",
    "Time taken by an HTTP request",
    ["service", "method", "endpoint", "status"],
    buckets=(0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
)
EVENTS_RECORDED = Counter("atrio_events_recorded_total", "Events put into the outbox", ["service", "type"])
EVENTS_PUBLISHED = Counter("atrio_events_published_total", "Events confirmed by the bus", ["service"])
EVENTS_RECEIVED = Counter("atrio_events_received_total", "Events that the bus delivered", ["service"])
EVENTS_REPEATED = Counter("atrio_events_repeated_total", "Events delivered again and passed over", ["service"])
EVENTS_HANDLED = Counter("atrio_events_handled_total", "Events handled", ["service", "type", "outcome"])
OUTBOX_WAITING = Gauge("atrio_outbox_waiting", "Events recorded and not yet published", ["service"])
OUTBOX_AGE = Gauge("atrio_outbox_oldest_seconds", "Age of the oldest event not yet published", ["service"])
INBOX_DUE = Gauge("atrio_inbox_due", "Events received and not yet handled", ["service"])
INBOX_DEAD = Gauge("atrio_inbox_dead", "Events given up on", ["service"])


def correlation_id() -> str | None:
    """Return the id that ties together all that one request or event causes."""
    return _correlation.get()


def traceparent() -> str | None:
    """Return the W3C trace context (https://www.w3.org/TR/trace-context, section 3.2) of what is being done.

    One that did not come with the request is made when it is first asked for; most requests call nobody.
    """
    trace = _trace.get()
    if trace is None and _correlation.get():
        trace = _new_trace()
        _trace.set(trace)
    return trace


@contextmanager
def correlated(correlation: str | None, trace: str | None = None) -> Iterator[str]:
    """Run the body under the given ids; a missing or malformed one is made anew."""
    given = correlation if correlation and CORRELATION_ID.match(correlation) else secrets.token_hex(12)
    tokens = _correlation.set(given), _trace.set(trace if trace and TRACEPARENT.match(trace) else None)
    try:
        yield given
    finally:
        _correlation.reset(tokens[0])
        _trace.reset(tokens[1])


def _new_trace() -> str:
    digits = secrets.token_hex(24)
    return f"00-{digits[:32]}-{digits[32:]}-01"


class JsonLines:
    """The log of this process where it is JSON: takes lines that are made already."""

    def __init__(self, service: str, handler: logging.StreamHandler[Any]) -> None:
        self.service, self._handler = service, handler

    @property
    def is_in_use(self) -> bool:
        """Whether the root logger's lines go there and nowhere else."""
        return logging.root.handlers == [self._handler]

    def write(self, line: str) -> None:
        """Write `line`, which holds no secret."""
        with self._handler.lock or nullcontext():
            self._handler.stream.write(line + "\n")
            self._handler.flush()


_json_lines: list[JsonLines] = []


def json_lines() -> JsonLines | None:
    """Return where lines of JSON may be written; None where the log is none, or others listen."""
    return _json_lines[0] if _json_lines and _json_lines[0].is_in_use else None


def configure_logging(service: str, *, level: str = "INFO", as_json: bool = True) -> None:
    """Send all logs of this process to standard error, one line each, with secrets taken out."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.stdlib.PositionalArgumentsFormatter(),
        _add_ids(service),
        structlog.processors.format_exc_info,
        redact,
    ]
    # Rich, where it happens to be installed, would draw an error for seconds.
    lines = structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback)
    renderer: Any = structlog.processors.JSONRenderer() if as_json else lines
    handler = logging.StreamHandler()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    _json_lines[:] = [JsonLines(service, handler)] if as_json else []
    logging.getLogger("pika").setLevel(logging.CRITICAL)
    logging.getLogger("urllib3").setLevel(logging.ERROR)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


def _add_ids(service: str) -> Any:
    def add(_logger: Any, _name: str, entry: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        entry["service"] = service
        if current := _correlation.get():
            entry["correlation_id"] = current
        return entry

    return add


def redact(_logger: Any, _name: str, entry: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Take passwords, codes, tokens and links with tokens out of a log entry (a structlog processor)."""
    for name, value in entry.items():
        if name in ("event", "exception") and isinstance(value, str):
            entry[name] = redact_text(value)
        elif SECRET_NAME.search(name) and name != "correlation_id" and not isinstance(value, int | float | bool):
            entry[name] = "[redacted]"
        elif isinstance(value, str):
            entry[name] = redact_text(value)
    return entry


def redact_text(text: str) -> str:
    """Return `text` without the tokens that a path or a header of ours may carry."""
    return SECRET_VALUE.sub("[redacted]", SECRET_PATH.sub(r"\1[redacted]", text))


def logger(name: str) -> structlog.stdlib.BoundLogger:
    """Return the logger of a module."""
    bound: structlog.stdlib.BoundLogger = structlog.stdlib.get_logger(name)
    return bound

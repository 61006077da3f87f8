"""The log line and the metric of one answered request, where both must cost next to nothing."""

import logging
from datetime import UTC, datetime
from typing import Any

import orjson
from prometheus_client import Histogram

from services.chassis import observability

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class RequestLog:
    """Counts and logs requests: the same line as through a logger, at a twentieth of its time."""

    def __init__(self, service: str, name: str) -> None:
        self._service, self._name = service, name
        self._logger = observability.logger(name)
        self._series: dict[tuple[str, str, str], Histogram] = {}

    def note(self, method: str, endpoint: str, path: str, status: str, seconds: float) -> None:
        """Record one answer. `endpoint` and `status` must be few: each pair is a series of its own."""
        known = method if method in METHODS else "other"
        series = self._series.get((known, endpoint, status))
        if series is None:
            series = observability.REQUESTS.labels(self._service, known, endpoint, status)
            self._series[known, endpoint, status] = series
        series.observe(seconds)
        if logging.root.isEnabledFor(logging.INFO):
            self._log({"method": method, "path": path, "status": int(status), "milliseconds": round(seconds * 1000, 1)})

    def _log(self, fields: dict[str, Any]) -> None:
        lines = observability.json_lines()
        if lines is None:
            self._logger.info("request", **fields)
            return
        entry = {"event": "request", **fields, "level": "info", "logger": self._name}
        entry["path"] = observability.redact_text(fields["path"])
        entry["timestamp"] = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S.%fZ}"
        entry["service"] = lines.service
        if correlation := observability.correlation_id():
            entry["correlation_id"] = correlation
        lines.write(orjson.dumps(entry).decode())

"""HTTP to another service: pooled connections, time-outs, and a breaker that stops asking one that is down."""

from collections.abc import Callable, Mapping
from typing import Any

import pybreaker
import requests
from requests.adapters import HTTPAdapter

from services.chassis import observability
from services.chassis.problems import Problem, unavailable

UNREACHABLE = (requests.ConnectionError, requests.Timeout)
TIMEOUT = (2.0, 15.0)
POOL = 32


class ServiceClient:
    """Calls the service at `base_url`; `token` returns the bearer token of a call that brings none itself."""

    def __init__(
        self,
        base_url: str,
        token: Callable[[], str] | None = None,
        *,
        timeout: tuple[float, float] = TIMEOUT,
        breaker_seconds: float = 5,
    ) -> None:
        self.base_url = base_url.rstrip("/")
        self._token, self._timeout = token, timeout
        self._session = requests.Session()
        self._session.trust_env = False
        adapter = HTTPAdapter(pool_connections=1, pool_maxsize=POOL, max_retries=0)
        self._session.mount("http://", adapter)
        self._session.mount("https://", adapter)
        self._breaker = pybreaker.CircuitBreaker(
            fail_max=5, reset_timeout=breaker_seconds, exclude=[lambda error: not isinstance(error, UNREACHABLE)]
        )
        """What fails while a body is made for it (a browser that breaks an upload off) is not the service's fault."""

    def get(self, path: str, **kwargs: Any) -> requests.Response:
        """Return the answer to a GET; raise as `request` does."""
        return self.request("GET", path, **kwargs)

    def post(self, path: str, **kwargs: Any) -> requests.Response:
        """Return the answer to a POST; raise as `request` does. It is never sent twice."""
        return self.request("POST", path, **kwargs)

    def put(self, path: str, **kwargs: Any) -> requests.Response:
        """Return the answer to a PUT; raise as `request` does."""
        return self.request("PUT", path, **kwargs)

    def patch(self, path: str, **kwargs: Any) -> requests.Response:
        """Return the answer to a PATCH; raise as `request` does."""
        return self.request("PATCH", path, **kwargs)

    def delete(self, path: str, **kwargs: Any) -> requests.Response:
        """Return the answer to a DELETE; raise as `request` does."""
        return self.request("DELETE", path, **kwargs)

    def request(
        self,
        method: str,
        path: str,
        *,
        token: str | None = None,
        headers: Mapping[str, str] | None = None,
        timeout: tuple[float, float] | None = None,
        **kwargs: Any,
    ) -> requests.Response:
        """Return the answer of the service to `method` `path`; other arguments are those of `requests`.

        Raises `Problem`: the service's own for a status of 400 and more, else 503 with Retry-After where it
        cannot be reached in time. `stream=True` gives a response whose body is read in pieces by the caller.
        """
        sent = self._headers(token, headers)
        call = self._breaker.call
        try:
            response: requests.Response = call(self._send, method, path, sent, timeout or self._timeout, kwargs)
        except (*UNREACHABLE, pybreaker.CircuitBreakerError) as error:
            raise unavailable("A part of the portal does not answer at the moment.") from error
        if response.status_code >= 400:
            raise problem_of(response)
        return response

    def _headers(self, token: str | None, headers: Mapping[str, str] | None) -> dict[str, str]:
        sent = dict(headers or {})
        bearer = token if token is not None else self._token() if self._token else None
        if bearer:
            sent["Authorization"] = f"Bearer {bearer}"
        if correlation := observability.correlation_id():
            sent["X-Request-ID"] = correlation
        if trace := observability.traceparent():
            sent["traceparent"] = trace
        return sent

    def _send(
        self,
        method: str,
        path: str,
        headers: dict[str, str],
        timeout: tuple[float, float],
        kwargs: dict[str, Any],
    ) -> requests.Response:
        options: dict[str, Any] = {"allow_redirects": False, "timeout": timeout} | kwargs
        return self._session.request(method, self.base_url + path, headers=headers, **options)


def problem_of(response: requests.Response) -> Problem:
    """Return the problem that an answer of 400 and more tells; any other body becomes one without detail."""
    retry_after = response.headers.get("Retry-After", "")
    retry = int(retry_after) if retry_after.isdigit() else None
    try:
        body = response.json()
        known = {"type", "title", "status", "code", "detail", "errors", "request_id"}
        return Problem(
            response.status_code,
            body["code"],
            body["title"],
            body.get("detail"),
            errors=body.get("errors"),
            retry_after=retry,
            **{name: value for name, value in body.items() if name not in known},
        )
    except (ValueError, KeyError, TypeError):
        return Problem(response.status_code, "upstream_error", "A part of the portal gave no answer", retry_after=retry)

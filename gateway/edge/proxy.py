"""The public API: `/api/<service>/v1/...` for clients and tokens, `/admin/api/<service>/v1/...` for staff.

A plain WSGI application outside Flask. It takes the visitor's cookie, gives the service their passport, and
passes bodies on in pieces of 1 MB both ways. Only headers of the list below go in, so no caller can claim to be
someone by a header; a bearer token goes through as it is, and the service checks it.
"""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from time import perf_counter
from typing import Any
from urllib.parse import quote
from wsgiref.types import StartResponse, WSGIEnvironment

import orjson
from werkzeug.http import HTTP_STATUS_CODES

from gateway.edge import addresses, csrf
from gateway.edge.csrf import CsrfTokens
from gateway.edge.headers import SECURITY_HEADERS
from gateway.edge.hosts import TrustedHosts
from gateway.edge.limits import Limits
from gateway.edge.sessions import ACCOUNT_COOKIE, COOKIES, VIEW_COOKIE, Sessions, Side, Visitor
from gateway.edge.upstream import Answer, ClientGone, Unavailable, Upstream
from gateway.settings import SERVICES, GatewaySettings
from services.chassis import observability
from services.chassis.problems import Problem
from services.chassis.request_log import RequestLog

ADDRESS = re.compile(rf"^(/admin)?/api/({'|'.join(SERVICES)})(/v1/[^\\]+|/openapi\.json)$")
NOT_IN_QUERY = re.compile(r"[\x00-\x20\x7f]")
NOTED = re.compile(rf"^(?:/admin)?/api/({'|'.join(SERVICES)})/")
PRIVATE = re.compile(r"^/v1/(sessions|sign-in|invitations|review-links|passwords|service-tokens|users/[^/]+/view)(/|$)")
"""What the gateway and the services alone call."""

PASSED_IN = [
    ("CONTENT_TYPE" if name == "Content-Type" else f"HTTP_{name.upper().replace('-', '_')}", name)
    for name in (
        "Accept", "Accept-Encoding", "Accept-Language", "Content-Encoding", "Content-Disposition", "Content-Type",
        "Idempotency-Key", "If-Match", "If-Modified-Since", "If-None-Match", "If-Range", "Range", "User-Agent",
        "Traceparent", "Tus-Resumable", "Upload-Checksum", "Upload-Defer-Length", "Upload-Length", "Upload-Metadata",
        "Upload-Offset", "X-Content-SHA256",
        "X-Atrio-Signature",
    )
]  # fmt: skip
NOT_PASSED_OUT = frozenset(
    {"connection", "keep-alive", "proxy-authenticate", "te", "trailer", "transfer-encoding", "upgrade", "server",
     "date", "set-cookie", "x-request-id", "strict-transport-security"}
)  # fmt: skip
SECURITY = list(SECURITY_HEADERS.items())
SECURITY_NAMES = frozenset(name.lower() for name in SECURITY_HEADERS)
READ_AT_ONCE = 256 * 1024

Outcome = tuple[str, list[tuple[str, str]], Iterable[bytes]]
"""Status, headers and body of an answer."""

log = RequestLog("gateway", "gateway.request")


class RequestBody:
    """The body a browser sends: `length` bytes, or chunks until their end."""

    def __init__(self, environ: WSGIEnvironment, length: int | None) -> None:
        self._input, self.length = environ["wsgi.input"], length

    def read(self, size: int) -> bytes:
        """Return the next bytes; raise `ClientGone` where the browser went away, so that no service is blamed."""
        try:
            piece: bytes = self._input.read(size)
        except OSError as error:
            raise ClientGone from error
        return piece


class ApiProxy:
    """Answers what `handles` accepts; the rest is for the pages."""

    def __init__(
        self, settings: GatewaySettings, sessions: Sessions, tokens: CsrfTokens, hosts: TrustedHosts, limits: Limits
    ) -> None:
        self._settings, self._sessions, self._tokens = settings, sessions, tokens
        self._hosts, self._limits = hosts, limits
        self._upstreams = {name: Upstream(settings.url_of(name), settings.upstream_concurrency) for name in SERVICES}
        self._cookies: dict[Side, str] = {
            "client": settings.cookie_name(COOKIES["client"]),
            "staff": settings.cookie_name(COOKIES["staff"]),
        }
        self._account_cookie = settings.cookie_name(ACCOUNT_COOKIE)
        self._view_cookie = settings.cookie_name(VIEW_COOKIE)

    @staticmethod
    def handles(path: str) -> bool:
        """Return whether `path` is the API's; the page that lists the APIs is not."""
        return path.startswith(("/api/", "/admin/api/")) and path not in ("/api/", "/admin/api/")

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        started = perf_counter()
        given, trace = environ.get("HTTP_X_REQUEST_ID"), environ.get("HTTP_TRACEPARENT")
        with observability.correlated(given, trace) as correlation:
            status, headers, body = self._outcome(environ, correlation)
            headers.append(("X-Request-ID", correlation))
            start_response(status, headers)
            path = environ["PATH_INFO"]
            match = NOTED.match(path)
            endpoint = f"api.{match[1]}" if match else "api.unmatched"
            log.note(environ["REQUEST_METHOD"], endpoint, path, status[:3], perf_counter() - started)
            return body

    def _outcome(self, environ: WSGIEnvironment, correlation: str) -> Outcome:
        try:
            return self._pass_on(environ, correlation)
        except Problem as problem:
            return _told(problem, correlation)
        except Unavailable:
            return _told(_unavailable(), correlation)
        except ClientGone:
            return _told(Problem(400, "incomplete", "The body ended early"), correlation)

    def _pass_on(self, environ: WSGIEnvironment, correlation: str) -> Outcome:
        side, service, target = _address(environ)
        method = environ["REQUEST_METHOD"]
        if target.partition("?")[0] == "/v1/verify":
            self._brake(environ)
        headers = {name: value for key, name in PASSED_IN if (value := environ.get(key))}
        if bearer := self._bearer(environ, side, method):
            headers["Authorization"] = bearer
        headers["X-Request-ID"] = correlation
        headers["X-Forwarded-For"] = addresses.of(environ, self._settings.trusted_proxies)
        answer = self._upstreams[service].call(method, target, headers, self._body(environ))
        return _answered(answer, method, f"{'/admin' if side == 'staff' else ''}/api/{service}")

    def _bearer(self, environ: WSGIEnvironment, side: Side, method: str) -> str | None:
        """Return the Authorization to send: the caller's own token, or the passport behind the cookie."""
        authorization: str = environ.get("HTTP_AUTHORIZATION", "")
        if authorization[:7].lower() == "bearer ":
            return authorization
        cookies = _cookies(environ.get("HTTP_COOKIE", ""))
        if side == "client" and (viewed := self._viewed(cookies)):
            if method not in csrf.SAFE_METHODS:
                raise Problem(403, "read_only", "You are only viewing")
            return f"Bearer {viewed.passport}"
        session = cookies.get(self._cookies[side])
        if not session:
            return None
        account = cookies.get(self._account_cookie) if side == "client" else None
        if method not in csrf.SAFE_METHODS:
            self._check_csrf(environ, csrf.binding(session, account))
        visitor = self._sessions.visitor(session, account)
        if visitor is None or visitor.kind != side:
            raise Problem(401, "not_signed_in", "Sign in first")
        return f"Bearer {visitor.passport}"

    def _viewed(self, cookies: Mapping[str, str]) -> Visitor | None:
        """Return the client as whom staff views the portal, while that lasts (B9)."""
        token = cookies.get(self._view_cookie)
        try:
            visitor = self._sessions.visitor(token) if token else None
        except Problem as problem:
            if problem.status != 401:
                raise
            return None
        return visitor if visitor and visitor.acting else None

    def _check_csrf(self, environ: WSGIEnvironment, binding: str) -> None:
        own = csrf.from_own_page(environ.get("HTTP_SEC_FETCH_SITE"), environ.get("HTTP_ORIGIN"), self._hosts.origins)
        if not own or not self._tokens.accepts(environ.get("HTTP_X_CSRF_TOKEN"), binding):
            raise Problem(403, "csrf", "Not allowed", "Send the page's X-CSRF-Token with this call.")

    def _brake(self, environ: WSGIEnvironment) -> None:
        seconds = self._limits.wait("verify", addresses.of(environ, self._settings.trusted_proxies))
        if seconds:
            raise Problem(429, "too_many_requests", "Too many requests", retry_after=int(seconds) + 1)

    def _body(self, environ: WSGIEnvironment) -> RequestBody | None:
        if environ.get("wsgi.input_terminated") and "chunked" in environ.get("HTTP_TRANSFER_ENCODING", "").lower():
            return RequestBody(environ, None)
        length = environ.get("CONTENT_LENGTH") or "0"
        if not length.isdigit():
            raise Problem(400, "bad_request", "Bad request")
        if int(length) > self._settings.max_upload_bytes:
            raise Problem(413, "too_large", "Too large")
        if int(length) == 0:
            return RequestBody(environ, 0) if environ["REQUEST_METHOD"] not in csrf.SAFE_METHODS else None
        return RequestBody(environ, int(length))


def _cookies(header: str) -> dict[str, str]:
    """Return the cookies of a header; of two with one name the first, as on the pages. Ours need no unquoting."""
    pairs = (part.partition("=") for part in reversed(header.split(";")))
    return {name.strip(" \t"): value.strip(" \t") for name, _equals, value in pairs}


def _address(environ: WSGIEnvironment) -> tuple[Side, str, str]:
    """Return side, service and target of the call; raise a 404 `Problem` for what is not open to the outside."""
    side, service, target = _place(environ["PATH_INFO"])
    query = environ.get("QUERY_STRING", "")
    if NOT_IN_QUERY.search(query):
        raise Problem(400, "bad_request", "Bad request")
    return side, service, f"{target}?{query}" if query else target


@lru_cache(maxsize=1024)
def _place(path_info: str) -> tuple[Side, str, str]:
    path = path_info.encode("latin-1").decode("utf-8", "replace")
    match = ADDRESS.match(path)
    if not match or any(part in (".", "..", "") for part in match[3].split("/")[1:]) or PRIVATE.match(match[3]):
        raise Problem(404, "not_found", "Not found")
    return ("staff" if match[1] else "client"), match[2], quote(match[3], safe="/:@!$&'()*+,;=~-._")


def _answered(answer: Answer, method: str, prefix: str) -> Outcome:
    """Return a service's answer. It knows its own addresses alone: `prefix` is what stands before them outside."""
    response = answer.response
    names = {name.lower() for name, _value in response.headers}
    headers = [pair for pair in response.headers if pair[0].lower() not in NOT_PASSED_OUT]
    if "location" in names:
        headers = [(name, _outside(value, prefix) if name.lower() == "location" else value) for name, value in headers]
    headers += (
        SECURITY if names.isdisjoint(SECURITY_NAMES) else [one for one in SECURITY if one[0].lower() not in names]
    )
    if "cache-control" not in names:
        headers.append(("Cache-Control", "no-store"))
    status = f"{response.status} {response.reason or HTTP_STATUS_CODES.get(response.status, '')}"
    if method == "HEAD" or response.status in (204, 304):
        answer.close()
        return status, headers, ()
    if response.length is not None and response.length <= READ_AT_ONCE:
        return status, headers, (answer.read_whole(),)
    return status, headers, answer


def _outside(location: str, prefix: str) -> str:
    return prefix + location if location.startswith("/v1/") else location


def _told(problem: Problem, correlation: str) -> Outcome:
    """Return a problem as an answer. No Flask request is running, so it is written here."""
    told: Mapping[str, Any] = {
        "type": "about:blank",
        "title": problem.title,
        "status": problem.status,
        "code": problem.code,
        "request_id": correlation,
    } | ({"detail": problem.detail} if problem.detail else {})
    headers = [("Content-Type", "application/problem+json"), ("Cache-Control", "no-store"), *SECURITY]
    if problem.retry_after is not None:
        headers.append(("Retry-After", str(problem.retry_after)))
    return f"{problem.status} {HTTP_STATUS_CODES.get(problem.status, 'Error')}", headers, (orjson.dumps(told),)


def _unavailable() -> Problem:
    detail = "A part of the portal does not answer at the moment. Nothing was changed; try again shortly."
    return Problem(503, "unavailable", "Not available at the moment", detail, retry_after=5)

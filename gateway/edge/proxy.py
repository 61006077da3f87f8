"""The public API: `/api/<service>/v1/...` for clients and tokens, `/admin/api/<service>/v1/...` for staff.

A plain WSGI application outside Flask. It takes the visitor's cookie, gives the service their passport, and
passes bodies on in pieces of 1 MB both ways. Only headers of the list below go in, so no caller can claim to be
someone by a header; a bearer token goes through as it is, and the service checks it.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote
from wsgiref.types import StartResponse, WSGIEnvironment

import orjson
from werkzeug.http import HTTP_STATUS_CODES, parse_cookie

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

ADDRESS = re.compile(rf"^(/admin)?/api/({'|'.join(SERVICES)})(/v1/[^\\]+|/openapi\.json)$")
NOT_IN_QUERY = re.compile(r"[\x00-\x20\x7f]")
PRIVATE = re.compile(r"^/v1/(sessions|sign-in|invitations|passwords|service-tokens|users/[^/]+/view)(/|$)")
"""What the gateway and the services alone call."""

PASSED_IN = (
    "Accept", "Accept-Encoding", "Accept-Language", "Content-Encoding", "Content-Disposition", "Content-Type",
    "Idempotency-Key", "If-Match", "If-Modified-Since", "If-None-Match", "If-Range", "Range", "User-Agent",
    "Traceparent",
)  # fmt: skip
ENVIRON = {
    name: ("CONTENT_TYPE" if name == "Content-Type" else f"HTTP_{name.upper().replace('-', '_')}") for name in PASSED_IN
}
NOT_PASSED_OUT = frozenset(
    {"connection", "keep-alive", "proxy-authenticate", "te", "trailer", "transfer-encoding", "upgrade", "server",
     "date", "set-cookie", "x-request-id", "strict-transport-security"}
)  # fmt: skip
SECURITY = [(name.lower(), name, value) for name, value in SECURITY_HEADERS.items()]
READ_AT_ONCE = 256 * 1024


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
        given, trace = environ.get("HTTP_X_REQUEST_ID"), environ.get("HTTP_TRACEPARENT")
        with observability.correlated(given, trace) as correlation:
            try:
                return self._pass_on(environ, start_response, correlation)
            except Problem as problem:
                return _tell(problem, start_response, correlation)
            except Unavailable:
                return _tell(_unavailable(), start_response, correlation)
            except ClientGone:
                return _tell(Problem(400, "incomplete", "The body ended early"), start_response, correlation)

    def _pass_on(self, environ: WSGIEnvironment, start_response: StartResponse, correlation: str) -> Iterable[bytes]:
        side, service, target = _address(environ)
        method = environ["REQUEST_METHOD"]
        if target.partition("?")[0] == "/v1/verify":
            self._brake(environ)
        headers = {name: environ[key] for name, key in ENVIRON.items() if environ.get(key)}
        if bearer := self._bearer(environ, side, method):
            headers["Authorization"] = bearer
        headers["X-Request-ID"] = correlation
        headers["X-Forwarded-For"] = addresses.of(environ, self._settings.trusted_proxies)
        answer = self._upstreams[service].call(method, target, headers, self._body(environ))
        return _answer(answer, method, start_response, correlation)

    def _bearer(self, environ: WSGIEnvironment, side: Side, method: str) -> str | None:
        """Return the Authorization to send: the caller's own token, or the passport behind the cookie."""
        authorization: str = environ.get("HTTP_AUTHORIZATION", "")
        if authorization[:7].lower() == "bearer ":
            return authorization
        cookies = parse_cookie(environ)
        if side == "client" and (viewed := self._viewed(cookies)):
            if method not in csrf.SAFE_METHODS:
                raise Problem(403, "read_only", "You are only viewing")
            return f"Bearer {viewed.passport}"
        session = cookies.get(self._cookies[side])
        if not session:
            return None
        if method not in csrf.SAFE_METHODS:
            self._check_csrf(environ, session)
        account = cookies.get(self._account_cookie) if side == "client" else None
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

    def _check_csrf(self, environ: WSGIEnvironment, session: str) -> None:
        own = csrf.from_own_page(environ.get("HTTP_SEC_FETCH_SITE"), environ.get("HTTP_ORIGIN"), self._hosts.origins)
        if not own or not self._tokens.accepts(environ.get("HTTP_X_CSRF_TOKEN"), session):
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


def _address(environ: WSGIEnvironment) -> tuple[Side, str, str]:
    """Return side, service and target of the call; raise a 404 `Problem` for what is not open to the outside."""
    path = environ["PATH_INFO"].encode("latin-1").decode("utf-8", "replace")
    match = ADDRESS.match(path)
    if not match or any(part in (".", "..", "") for part in match[3].split("/")[1:]) or PRIVATE.match(match[3]):
        raise Problem(404, "not_found", "Not found")
    query = environ.get("QUERY_STRING", "")
    if NOT_IN_QUERY.search(query):
        raise Problem(400, "bad_request", "Bad request")
    target = quote(match[3], safe="/:@!$&'()*+,;=~-._")
    return ("staff" if match[1] else "client"), match[2], f"{target}?{query}" if query else target


def _answer(answer: Answer, method: str, start_response: StartResponse, correlation: str) -> Iterable[bytes]:
    response = answer.response
    given = [(name.lower(), name, value) for name, value in response.headers]
    headers = [(name, value) for key, name, value in given if key not in NOT_PASSED_OUT]
    names = {key for key, _name, _value in given}
    headers += [(name, value) for key, name, value in SECURITY if key not in names]
    if "cache-control" not in names:
        headers.append(("Cache-Control", "no-store"))
    headers.append(("X-Request-ID", correlation))
    start_response(f"{response.status} {response.reason or HTTP_STATUS_CODES.get(response.status, '')}", headers)
    if method == "HEAD" or response.status in (204, 304):
        answer.close()
        return ()
    if response.length is not None and response.length <= READ_AT_ONCE:
        return (answer.read_whole(),)
    return answer


def _tell(problem: Problem, start_response: StartResponse, correlation: str) -> Iterable[bytes]:
    """Answer with a problem. No Flask request is running, so it is written here."""
    told: Mapping[str, Any] = {
        "type": "about:blank",
        "title": problem.title,
        "status": problem.status,
        "code": problem.code,
        "request_id": correlation,
    } | ({"detail": problem.detail} if problem.detail else {})
    headers = [
        ("Content-Type", "application/problem+json"),
        ("Cache-Control", "no-store"),
        ("X-Request-ID", correlation),
        *SECURITY_HEADERS.items(),
    ]
    if problem.retry_after is not None:
        headers.append(("Retry-After", str(problem.retry_after)))
    start_response(f"{problem.status} {HTTP_STATUS_CODES.get(problem.status, 'Error')}", headers)
    return (orjson.dumps(told),)


def _unavailable() -> Problem:
    detail = "A part of the portal does not answer at the moment. Nothing was changed; try again shortly."
    return Problem(503, "unavailable", "Not available at the moment", detail, retry_after=5)

"""Errors as the API tells them: application/problem+json (RFC 9457) with a stable `code`."""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from flask import Flask, Response
from marshmallow import ValidationError
from werkzeug.exceptions import HTTPException

from services.chassis import observability

log = observability.logger(__name__)

CODES = {
    400: "bad_request",
    401: "not_signed_in",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    409: "conflict",
    413: "too_large",
    415: "unsupported_media_type",
    422: "invalid_input",
    429: "too_many_requests",
    503: "unavailable",
}

Errors = Mapping[str, Sequence[str]]


class Problem(Exception):
    """An answer that is no success. `code` is stable and for programs, `detail` is for people.

    `errors` names what is wrong with each field; `retry_after` is in seconds; `extra` are further members.
    """

    def __init__(
        self,
        status: int,
        code: str,
        title: str,
        detail: str | None = None,
        *,
        errors: Mapping[str, Any] | None = None,
        retry_after: int | None = None,
        **extra: Any,
    ) -> None:
        super().__init__(f"{status} {code}: {detail or title}")
        self.status, self.code, self.title, self.detail = status, code, title, detail
        self.errors, self.retry_after, self.extra = errors, retry_after, extra

    def to_response(self) -> Response:
        """Return the response that tells this problem."""
        body: dict[str, Any] = {
            "type": "about:blank",
            "title": self.title,
            "status": self.status,
            "code": self.code,
        }
        body |= {"detail": self.detail} if self.detail else {}
        body |= {"errors": self.errors} if self.errors else {}
        body |= self.extra
        body["request_id"] = observability.correlation_id()
        response = Response(orjson.dumps(body), self.status, content_type="application/problem+json")
        response.headers["Cache-Control"] = "no-store"
        if self.retry_after is not None:
            response.headers["Retry-After"] = str(self.retry_after)
        if self.status == 401:
            response.headers["WWW-Authenticate"] = 'Bearer realm="atrio"'
        return response


def not_found(what: str = "This") -> Problem:
    """Return the answer for what does not exist or is not the caller's: the two are never told apart."""
    return Problem(404, "not_found", "Not found", f"{what} does not exist, or is not yours to see.")


def forbidden(detail: str, code: str = "forbidden") -> Problem:
    """Return the answer for a caller who is known and may not do this."""
    return Problem(403, code, "Not allowed", detail)


def conflict(code: str, detail: str) -> Problem:
    """Return the answer for what the present state does not allow."""
    return Problem(409, code, "Conflict", detail)


def invalid(errors: Errors) -> Problem:
    """Return the answer for input that breaks a rule which no schema can tell; keys are field names."""
    return Problem(422, "invalid_input", "Some of the input is not right", errors=errors)


def unavailable(detail: str, retry_after: int = 5) -> Problem:
    """Return the answer for a part that is down for the moment."""
    return Problem(503, "unavailable", "Not available at the moment", detail, retry_after=retry_after)


def register(app: Flask) -> None:
    """Make every error of `app` a problem."""
    # Here and not at the top: the gateway has problems and no database, and shall not load one.
    from sqlalchemy.exc import InterfaceError, OperationalError
    from sqlalchemy.exc import TimeoutError as PoolTimeout
    from sqlalchemy.orm.exc import StaleDataError

    @app.errorhandler(Problem)
    def _problem(error: Problem) -> Response:
        return error.to_response()

    @app.errorhandler(ValidationError)
    def _validation(error: ValidationError) -> Response:
        messages = error.messages if isinstance(error.messages, dict) else {"": error.messages}
        return invalid(flatten(messages)).to_response()

    @app.errorhandler(StaleDataError)
    def _stale(_error: StaleDataError) -> Response:
        return conflict(
            "changed_meanwhile", "Somebody changed this at the same time. Look at it and try again."
        ).to_response()

    @app.errorhandler(OperationalError)
    @app.errorhandler(InterfaceError)
    @app.errorhandler(PoolTimeout)
    def _database(error: Exception) -> Response:
        log.error("database_unavailable", error=str(error).splitlines()[0])
        return unavailable("The database cannot be reached. Nothing was saved; try again shortly.").to_response()

    @app.errorhandler(HTTPException)
    def _http(error: HTTPException) -> Response:
        return from_http(error).to_response()

    @app.errorhandler(Exception)
    def _unexpected(error: Exception) -> Response:
        log.exception("unexpected_error", error_type=type(error).__name__)
        return Problem(500, "internal_error", "Something went wrong on our side").to_response()


def from_http(error: HTTPException) -> Problem:
    """Return the problem that says what `error` says; webargs puts its field messages into `data`."""
    status = error.code or 500
    data = getattr(error, "data", None) or {}
    if messages := data.get("messages"):
        return invalid(flatten(messages))
    title = error.name if status != 422 else "Some of the input is not right"
    return Problem(status, CODES.get(status, "error"), title, error.description)


def flatten(messages: Mapping[Any, Any], prefix: str = "") -> dict[str, list[str]]:
    """Return nested marshmallow messages as `{"contacts.0.email": [...]}`, without the place (json, query)."""
    flat: dict[str, list[str]] = {}
    for key, value in messages.items():
        at_top_place = not prefix and key in ("json", "query", "form", "headers", "files")
        name = "" if at_top_place or key == "_schema" else str(key)
        path = ".".join(part for part in (prefix, name) if part)
        if isinstance(value, Mapping):
            flat |= flatten(value, path)
        else:
            flat.setdefault(path, []).extend(
                str(message) for message in (value if isinstance(value, list) else [value])
            )
    return flat

"""The web application of a service: logs, ids, errors, health, figures and the guard at every route."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from time import perf_counter
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

import orjson
from flask import Flask, Response, g, request
from flask.json.provider import JSONProvider
from flask_smorest import Api
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from services.chassis import auth, observability, problems
from services.chassis.event_api import events_blueprint
from services.chassis.problems import unavailable
from services.chassis.runtime import EXTENSION, Runtime, current_runtime
from services.chassis.service import Service

MAX_JSON_BYTES = 1024 * 1024
"""A view that takes more (an upload) reads `request.stream` and sets `request.max_content_length` itself."""


@contextmanager
def unit_of_work() -> Iterator[Session]:
    """Yield a session of the present service whose changes are committed together at the end."""
    with current_runtime().database.unit_of_work() as session:
        yield session


@contextmanager
def reading() -> Iterator[Session]:
    """Yield a session of the present service for reads."""
    with current_runtime().database.reading() as session:
        yield session


class OrjsonProvider(JSONProvider):
    """JSON by orjson, which writes UUIDs and moments and is ten times quicker."""

    def dumps(self, obj: Any, **kwargs: Any) -> str:
        return orjson.dumps(obj).decode()

    def loads(self, s: str | bytes, **kwargs: Any) -> Any:
        return orjson.loads(s)

    def response(self, *args: Any, **kwargs: Any) -> Response:
        body = orjson.dumps(self._prepare_response_obj(args, kwargs))
        return Response(body, mimetype="application/json")


def create_service(service: Service, runtime: Runtime | None = None) -> Flask:
    """Return the web application of `service`; its settings come from the environment unless `runtime` has them."""
    return start(describe_service(service), service, runtime or Runtime(service))


def describe_service(service: Service) -> Flask:
    """Return the application with its routes and checks; it answers once it was started with a runtime."""
    app = Flask(f"atrio.{service.name}", static_folder=None)
    app.json = OrjsonProvider(app)
    app.config |= {
        "API_TITLE": f"Atrio {service.name}",
        "API_VERSION": "v1",
        "OPENAPI_VERSION": "3.1.0",
        "OPENAPI_URL_PREFIX": "/",
        "OPENAPI_JSON_PATH": "openapi.json",
        "MAX_CONTENT_LENGTH": MAX_JSON_BYTES,
        "MAX_FORM_PARTS": 100,
        "MAX_FORM_MEMORY_SIZE": MAX_JSON_BYTES,
    }
    api = Api(app)
    for blueprint in (*service.blueprints, events_blueprint()):
        api.register_blueprint(blueprint)
    problems.register(app)
    _add_health(app)
    _measure(app, service.name)
    auth.guard(app, lambda: current_runtime().verifier)
    _publish_description(app)
    return app


def start(app: Flask, service: Service, runtime: Runtime) -> Flask:
    """Let `app`, described before, answer with what `runtime` opens; return it."""
    app.extensions[EXTENSION] = runtime
    app.wsgi_app = _Correlated(Flask.wsgi_app.__get__(app))  # type: ignore[method-assign]
    if service.on_start:
        service.on_start(runtime)
    return app


def _publish_description(app: Flask) -> None:
    describe = app.view_functions["api-docs.openapi_json"]

    @auth.allow_anyone("the API's description is public")
    def openapi() -> Any:
        return describe()

    app.view_functions["api-docs.openapi_json"] = openapi


def _add_health(app: Flask) -> None:
    @app.get("/healthz")
    @auth.allow_anyone("health checks have no token")
    def healthz() -> dict[str, str]:
        return {"status": "alive"}

    @app.get("/readyz")
    @auth.allow_anyone("health checks have no token")
    def readyz() -> dict[str, str]:
        try:
            with reading() as session:
                session.execute(text("SELECT version_num FROM alembic_version"))
        except SQLAlchemyError as error:
            raise unavailable("The database is not ready.") from error
        return {"status": "ready"}

    @app.get("/metrics")
    @auth.allow_anyone("reached from inside only; the gateway does not pass it on")
    def metrics() -> Response:
        return Response(generate_latest(), content_type=CONTENT_TYPE_LATEST)


def _measure(app: Flask, name: str) -> None:
    log = observability.logger("services.request")

    @app.before_request
    def start() -> None:
        g.started = perf_counter()

    @app.after_request
    def finish(response: Response) -> Response:
        seconds = perf_counter() - g.get("started", perf_counter())
        endpoint = request.endpoint or "unmatched"
        observability.REQUESTS.labels(name, request.method, endpoint, str(response.status_code)).observe(seconds)
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers.setdefault("Cache-Control", "no-store")
        if request.path not in ("/healthz", "/readyz", "/metrics"):
            log.info(
                "request",
                method=request.method,
                path=request.path,
                status=response.status_code,
                milliseconds=round(seconds * 1000, 1),
                caller=str(g.caller.id) if "caller" in g else None,
            )
        return response


class _Correlated:
    """Runs each request under the correlation id that came with it, and answers with it."""

    def __init__(self, inner: Callable[[WSGIEnvironment, StartResponse], Iterable[bytes]]) -> None:
        self._inner = inner

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        given, trace = environ.get("HTTP_X_REQUEST_ID"), environ.get("HTTP_TRACEPARENT")
        with observability.correlated(given, trace) as correlation:

            def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
                return start_response(status, [*headers, ("X-Request-ID", correlation)], *rest)

            return self._inner(environ, start)

"""The gateway: the web portal for clients, the admin for staff, and the way to every service's API.

How a page is added
-------------------
A feature is a folder `gateway/portal/<feature>/` or `gateway/admin/<feature>/` with `views.py` and
`templates/<portal|admin>/<feature>/*.html` beside the other features' templates
(`gateway/portal/templates/portal/<feature>/`). `views.py` exports `pages = Blueprint("<side>_<feature>", __name__)`,
and its module stands in `FEATURES` below. In a view:

1. *Say who may open it*, or the gateway does not start: `@client_page`, `@staff_page("clients.read")`, `@public_page`
   from `gateway.edge.access`, under the route. `current_visitor()` (`gateway.edge.sessions`) says who it is.
   `proof=True` asks again who they are before a dangerous act; a `proof_required` of a service does so by itself.
   A page that clients and staff both have stands in `gateway/security` on a `gateway.edge.both_sides.BothSides`.
2. *Ask the service* with one call, `clients().portal.account(id)` (`gateway.clients`). A `Problem` that the view does
   not catch becomes the right error page: 404, 403, 503.
3. *A form*: `Form.posted("name", ...)`, one call, `form.refuse(problem)`, the page again with 422 (`gateway.forms`).
   After success redirect with 303 and `flash(_("..."))`. Codes and messages of the service get their translated
   words in `gateway/service_messages.py`.
4. *Extend a shell*: `components/portal.html`, `components/admin.html`, `components/entry.html` (sign-in and other
   single cards) or `components/focus.html` (full screen, as for signing), and use the macros of `components/*.html`:
   forms, tables, status, people, parts, upload; `gateway.dialogs` for short acts. `/dev/components` shows all of
   them while mail is captured.
5. *Write every word* with `_()`, then run `python -m gateway.catalogues update` and fill in `es` and `pt`.
6. *Files* from a form: `@client_page(streams=True)` and `gateway.edge.uploads.uploaded_files()`; files to the
   browser: `gateway.edge.downloads.send(clients().documents.content(...))`. Neither holds a file in memory.
7. No inline script, style or handler: the CSP forbids them. A script for one page is
   `gateway/assets/entries/<name>.ts`, loaded by `asset_url("<name>.js")`; icons are listed in
   `gateway/assets/icons.json`; colours are the tokens'.
"""

import hmac
from collections.abc import Callable, Iterable
from importlib import import_module
from time import perf_counter
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

from flask import Flask, Response, g, request

from gateway import (
    bundle,
    case_fields,
    components,
    custom_fields,
    dialogs,
    formatting,
    found,
    languages,
    markdown,
    navigation,
    shell,
    statuses,
    upload_words,
)
from gateway.admin.search import places
from gateway.clients import EXTENSION as UPSTREAMS
from gateway.clients import Upstreams
from gateway.edge import compression, errors, guard, headers
from gateway.edge.access import declare_static
from gateway.edge.csrf import CsrfTokens
from gateway.edge.guard import Guard
from gateway.edge.hosts import TrustedHosts
from gateway.edge.limits import Limits, rates
from gateway.edge.proxy import ApiProxy
from gateway.edge.sessions import Sessions
from gateway.security import words
from gateway.settings import GatewaySettings
from services.chassis import observability

FEATURES = (
    "gateway.edge.health",
    "gateway.edge.openapi",
    "gateway.security.second_factor",
    "gateway.security.passkey_sign_in",
    "gateway.security.prove",
    "gateway.security.own",
    "gateway.security.passkeys",
    "gateway.security.authenticator",
    "gateway.security.recovery",
    "gateway.security.enrol",
    "gateway.security.sessions",
    "gateway.portal.brand.views",
    "gateway.portal.installable.views",
    "gateway.portal.sign_in.views",
    "gateway.portal.invitation.views",
    "gateway.portal.password.views",
    "gateway.portal.profile.views",
    "gateway.portal.profile.colleagues",
    "gateway.portal.profile.mobile",
    "gateway.portal.home.views",
    "gateway.portal.requests.views",
    "gateway.portal.documents.views",
    "gateway.portal.previews.views",
    "gateway.portal.shared.views",
    "gateway.portal.shared.own",
    "gateway.portal.verify.views",
    "gateway.portal.signing.views",
    "gateway.portal.notifications.views",
    "gateway.portal.announcements.views",
    "gateway.portal.conversations.views",
    "gateway.portal.viewing.views",
    "gateway.portal.privacy.views",
    "gateway.portal.search.views",
    "gateway.portal.access_log.views",
    "gateway.portal.reviews.views",
    "gateway.portal.mails.views",
    "gateway.portal.cases.views",
    "gateway.portal.done_uploading.views",
    "gateway.portal.later.views",
    "gateway.admin.sign_in.views",
    "gateway.admin.sign_in.oidc",
    "gateway.admin.work.views",
    "gateway.admin.search.views",
    "gateway.admin.clients.listing",
    "gateway.admin.clients.importing",
    "gateway.admin.clients.views",
    "gateway.admin.clients.contacts",
    "gateway.admin.clients.access",
    "gateway.admin.clients.codes",
    "gateway.admin.clients.viewing",
    "gateway.admin.clients.sign_ins",
    "gateway.admin.privacy.views",
    "gateway.admin.privacy.rules",
    "gateway.admin.clients.access_log",
    "gateway.admin.reviews.views",
    "gateway.admin.quarantine.views",
    "gateway.portal.checks.views",
    "gateway.admin.operations.views",
    "gateway.admin.settings.views",
    "gateway.admin.settings.brand",
    "gateway.admin.settings.texts",
    "gateway.admin.settings.buttons",
    "gateway.admin.settings.announcements",
    "gateway.admin.staff.views",
    "gateway.admin.settings.security",
    "gateway.admin.settings.fields",
    "gateway.admin.settings.own_fields",
    "gateway.admin.settings.field_sections",
    "gateway.admin.settings.client_fields",
    "gateway.admin.settings.tags",
    "gateway.admin.requests.views",
    "gateway.admin.requests.templates",
    "gateway.admin.requests.sending",
    "gateway.admin.requests.series",
    "gateway.admin.requests.reminders",
    "gateway.admin.conversations.views",
    "gateway.admin.documents.views",
    "gateway.admin.folders.views",
    "gateway.admin.folders.settings",
    "gateway.admin.previews.views",
    "gateway.admin.retention.views",
    "gateway.admin.sharing.views",
    "gateway.admin.signing.views",
    "gateway.admin.signing.asking",
    "gateway.admin.signing.preparing",
    "gateway.admin.notifications.views",
    "gateway.admin.cases.views",
    "gateway.admin.cases.acts",
    "gateway.admin.cases.settings",
    "gateway.admin.canned_answers.views",
    "gateway.admin.quotas.views",
    "gateway.admin.later.views",
    "gateway.admin.mailbox.views",
    "gateway.admin.specimens.views",
)
"""The modules whose `pages` the gateway has."""

MOST_FORM_BYTES = 4 * 1024 * 1024
"""A form without files; a drawn signature is the largest thing in one."""


class Gateway:
    """The whole gateway as one WSGI application: the API proxy in front, the pages behind."""

    def __init__(self, pages: Flask, proxy: ApiProxy, hosts: TrustedHosts) -> None:
        self.pages, self._proxy, self._hosts = pages, proxy, hosts

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if not self._hosts.accepts(environ):
            return _wrong_host(start_response)
        if self._proxy.handles(environ["PATH_INFO"]):
            return self._proxy(environ, start_response)
        with observability.correlated(environ.get("HTTP_X_REQUEST_ID"), environ.get("HTTP_TRACEPARENT")) as correlation:

            def start(status: str, fields: list[tuple[str, str]], *rest: Any) -> Callable[[bytes], object]:
                return start_response(status, [*fields, ("X-Request-ID", correlation)], *rest)

            return self.pages(environ, start)


def create_app(settings: GatewaySettings | None = None) -> Gateway:
    """Return the gateway; its settings come from the environment unless they are given."""
    return start(describe_pages(), settings or GatewaySettings.from_environment())


def start(pages: Flask, settings: GatewaySettings) -> Gateway:
    """Return the gateway whose pages are those of `describe_pages`, with these settings."""
    upstreams = Upstreams(settings)
    hosts, limits = TrustedHosts(settings.public_url), Limits(rates(settings.sign_in_burst))
    sessions = Sessions(upstreams.sign_in.exchange)
    tokens = CsrfTokens(_secret(settings, b"csrf"))
    pages.config |= {
        "SECRET_KEY": _secret(settings, b"visit"),
        "SESSION_COOKIE_NAME": settings.cookie_name("atrio_visit"),
        "SESSION_COOKIE_SECURE": settings.https,
        "MAX_UPLOAD_BYTES": settings.max_upload_bytes,
    }
    pages.extensions[UPSTREAMS] = upstreams
    shell.start(pages)
    guard.start(pages, Guard(settings, sessions, tokens, hosts, limits))
    return Gateway(pages, ApiProxy(settings, sessions, tokens, hosts, limits), hosts)


def describe_pages() -> Flask:
    """Return the pages with their routes, templates and checks; they open once `start` gave them their settings."""
    app = bundle.Pages("gateway", static_folder="static", static_url_path="/static")
    app.config |= {
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "MAX_CONTENT_LENGTH": MOST_FORM_BYTES,
        "MAX_FORM_MEMORY_SIZE": MOST_FORM_BYTES,
        "MAX_FORM_PARTS": 1000,
        "SEND_FILE_MAX_AGE_DEFAULT": bundle.YEAR_SECONDS,
    }
    app.url_map.strict_slashes = False
    for name in FEATURES:
        app.register_blueprint(import_module(name).pages)
    declare_static(app)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    for part in (
        bundle,
        components,
        dialogs,
        formatting,
        markdown,
        statuses,
        words,
        errors,
        navigation,
        languages,
        custom_fields,
        case_fields,
        found,
        places,
        upload_words,
    ):
        part.install(app)
    _measure(app)
    shell.install(app)
    guard.install(app)
    return app


def _measure(app: Flask) -> None:
    log = observability.logger("gateway.request")

    @app.before_request
    def start() -> None:
        g.started = perf_counter()

    @app.after_request
    def finish(response: Response) -> Response:
        seconds = perf_counter() - g.get("started", perf_counter())
        endpoint = request.endpoint or "unmatched"
        observability.REQUESTS.labels("gateway", request.method, endpoint, str(response.status_code)).observe(seconds)
        if endpoint not in ("static", "health.healthz", "health.readyz", "health.metrics"):
            log.info(
                "request",
                method=request.method,
                path=request.path,
                status=response.status_code,
                milliseconds=round(seconds * 1000, 1),
            )
        return headers.secure(compression.compress(response), https=guard.current_guard().settings.https)


def _secret(settings: GatewaySettings, purpose: bytes) -> bytes:
    return hmac.digest(settings.key.encode(), b"atrio gateway " + purpose, "sha256")


def _wrong_host(start_response: StartResponse) -> Iterable[bytes]:
    body = b"This is not the name of this portal.\n"
    start_response(
        "400 Bad Request",
        [
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Length", str(len(body))),
            ("Cache-Control", "no-store"),
        ],
    )
    return (body,)

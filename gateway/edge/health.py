"""Is the gateway alive, ready, and how busy."""

from flask import Blueprint, Response, abort, current_app, request

from gateway.bundle import Bundle
from gateway.edge.access import public_page
from gateway.edge.guard import current_guard
from gateway.edge.hosts import LOOPBACK

pages = Blueprint("health", __name__)


@pages.get("/healthz")
@public_page
def healthz() -> dict[str, str]:
    """Say that the process answers."""
    return {"status": "alive"}


@pages.get("/readyz")
@public_page
def readyz() -> tuple[dict[str, str], int]:
    """Say whether pages can be shown. The services' own state is theirs to tell: a page survives without one."""
    bundle: Bundle = current_app.extensions["atrio-bundle"]
    if not bundle.is_built:
        return {"status": "the scripts and styles are not built"}, 503
    return {"status": "ready"}, 200


@pages.get("/metrics")
@public_page
def metrics() -> Response:
    """Give the figures to those inside: not under the public name, nor through a proxy."""
    from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

    host = request.host.rpartition(":")[0] or request.host
    is_public = request.host in current_guard().hosts.hosts and host not in LOOPBACK
    if is_public or "X-Forwarded-For" in request.headers:
        abort(404)
    return Response(generate_latest(), content_type=CONTENT_TYPE_LATEST)

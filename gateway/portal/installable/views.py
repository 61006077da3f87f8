"""The portal among a phone's apps (B16): manifest, icons, the service worker and the page for when there is no network.

The worker keeps the offline page and what that page is made of, and nothing else: no page of a person is ever kept
(threat 38). It lets the admin's requests pass. `Installable` says what the head of a page carries.
"""

from hashlib import sha256
from typing import Any

from flask import Blueprint, Response, abort, current_app, json, render_template, request
from flask_babel import force_locale
from flask_babel import gettext as _

from gateway import formatting
from gateway.bundle import Bundle
from gateway.clients import clients
from gateway.edge.access import public_page
from gateway.edge.sessions import side_of, visitor_or_none
from gateway.languages import DEFAULT, LANGUAGES, REGIONS, language
from gateway.portal.brand.views import brand_colour, kept_publicly
from gateway.portal.installable.icons import KINDS, draw
from gateway.shell import brand_css_url, frames, icon_file_url
from services.chassis.problems import Problem

pages = Blueprint("portal_installable", __name__)

GROUND = "#f8f7f4"
"""The ground of the pages in light, as in tokens.css; it shows while the portal opens."""
MANIFEST, WORKER, OFFLINE = "/manifest.webmanifest", "/service-worker.js", "/offline"


@pages.app_context_processor
def _installable() -> dict[str, Any]:
    return {"installable": Installable()}


class Installable:
    """What the head of a page says of the app; nothing on the pages of the admin, which is none."""

    @property
    def here(self) -> bool:
        """Whether the page belongs to the portal."""
        return side_of(request.path) == "client" and not request.path.startswith("/dev/")

    @property
    def manifest_url(self) -> str:
        """The manifest of this firm in this language."""
        return f"{MANIFEST}?lang={language()}&v={_version()}"

    @property
    def apple_icon_url(self) -> str:
        """The icon that iOS takes for the start screen."""
        return _icon_url("apple")

    @property
    def worker(self) -> str:
        """The worker of whoever is signed in; empty for nobody, whose browser shall drop it again."""
        visitor = visitor_or_none()
        return f"{WORKER}?lang={language()}" if visitor and not visitor.acting else ""


@pages.get(MANIFEST)
@public_page
def manifest() -> Response:
    """What a phone needs to keep the portal among its apps (W3C Web Application Manifest)."""
    brand, spoken = frames().brand(), _language()
    with force_locale(REGIONS[spoken]):
        shortcuts = [{"name": str(name), "url": path} for path, name in _shortcuts()]
    body: dict[str, Any] = {
        "id": "/home",
        "name": f"{brand['firm_name']} · {brand['portal_name']}",
        "short_name": brand["firm_name"],
        "lang": "pt-PT" if spoken == "pt" else spoken,
        "start_url": "/home",
        "scope": "/",
        "display": "standalone",
        "background_color": GROUND,
        "theme_color": brand_colour("accent"),
        "icons": [
            {
                "src": _icon_url(name),
                "sizes": f"{kind.pixels}x{kind.pixels}",
                "type": "image/png",
                "purpose": kind.purpose,
            }
            for name, kind in KINDS.items()
            if name != "apple"
        ],
        "shortcuts": shortcuts,
    }
    return kept_publicly(Response(json.dumps(body), content_type="application/manifest+json"))


def _shortcuts() -> tuple[tuple[str, str], ...]:
    return (("/requests", _("Incoming requests")), ("/documents", _("Documents")))


@pages.get("/app-icon/<kind>.png")
@public_page
def icon(kind: str) -> Response:
    """The firm's mark as a PNG."""
    if kind not in KINDS:
        abort(404)
    brand = frames().brand()
    picture = draw(KINDS[kind], formatting.initials(brand["firm_name"]), brand_colour("accent"), _logo())
    return kept_publicly(Response(picture, content_type="image/png"))


def _logo() -> bytes | None:
    """Return the firm's logo; None where it has none, or nobody can give it now."""
    if not frames().brand()["logo"]:
        return None
    try:
        return b"".join(clients().portal.logo().chunks)
    except Problem:
        return None


@pages.get(WORKER)
@public_page
def worker() -> Response:
    """The service worker, another one whenever what it keeps has changed; browsers ask for it anew by themselves."""
    kept = {"offline": f"{OFFLINE}?lang={_language()}", "files": _files(), "version": _version()}
    script = render_template("portal/installable/worker.js", kept=kept)
    return Response(script, content_type="text/javascript; charset=utf-8")


@pages.get(OFFLINE)
@public_page
def offline() -> str:
    """What is shown where there is no network. Nothing of a person stands in it: it is kept."""
    with force_locale(REGIONS[_language()]):
        return render_template("portal/installable/offline.html", spoken=_language())


def _files() -> list[str]:
    """Return the addresses of what the offline page is made of; each changes with its content."""
    bundle: Bundle = current_app.extensions["atrio-bundle"]
    built = [bundle.url(name) for name in ("app.css", "offline.js", "inter-latin.woff2")]
    return [*built, brand_css_url(), icon_file_url()]


def _version() -> str:
    """Return what changes when a file of the offline page, the firm's name or its logo does."""
    brand = frames().brand()
    parts = (*_files(), brand["firm_name"], brand["portal_name"], brand["phone"], brand["email"], str(brand["logo"]))
    return sha256("\n".join(parts).encode()).hexdigest()[:12]


def _icon_url(kind: str) -> str:
    return f"/app-icon/{kind}.png?v={_version()}"


def _language() -> str:
    """Return the language that the address names; browsers ask for these files without a cookie."""
    wish = request.args.get("lang", "")
    return wish if wish in LANGUAGES else DEFAULT

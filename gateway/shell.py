"""What stands around every page: the firm's brand, the counts, the accounts of a client.

The frame never makes a page fail and never makes it wait twice: it is kept for seconds, and where the portal
service does not answer, the last one known is shown.
"""

import re
import threading
from typing import Any

from cachetools import TTLCache
from flask import Flask, current_app, g, request

from gateway import formatting
from gateway.clients import Json, clients
from gateway.edge.guard import csrf_token, current_guard
from gateway.edge.sessions import Visitor, visitor_or_none
from gateway.languages import LANGUAGES, language
from services.chassis import observability
from services.chassis.problems import Problem

EXTENSION = "atrio-shell"
BRAND_SECONDS = 10
FRAME_SECONDS = 20
COLOUR = re.compile(r"^#[0-9a-fA-F]{6}$")
UNKNOWN_FIRM: Json = {
    "firm_name": "Atrio",
    "portal_name": "Client portal",
    "banner": "",
    "banners": {},
    "sign_in_text": {},
    "tax_number": "",
    "logo": "",
    "accent": "#1f5f8b",
    "accent_on_dark": "#7fb8e0",
    "timezone": "UTC",
    "phone": "",
    "email": "",
    "address": "",
    "office_hours": "",
    "legal_name": "",
    "website": "",
    "currency": "EUR",
    "locale": "en",
}

log = observability.logger(__name__)


class Frames:
    """Brand and frames of one process, each for some seconds."""

    def __init__(self) -> None:
        self._brand: TTLCache[str, Json] = TTLCache(1, BRAND_SECONDS)
        self._last_brand: Json = UNKNOWN_FIRM
        self._frames: TTLCache[tuple[str, str | None], Json] = TTLCache(5_000, FRAME_SECONDS)
        self._unread: TTLCache[str, int] = TTLCache(20_000, 3600)
        self._lock = threading.Lock()

    def brand(self) -> Json:
        """Return the firm's brand, the last one known where the portal service does not answer."""
        with self._lock:
            if kept := self._brand.get("brand"):
                return kept
        try:
            found = UNKNOWN_FIRM | clients().portal.brand()
        except Problem as problem:
            log.warning("brand_unavailable", status=problem.status)
            found = self._last_brand
        with self._lock:
            self._brand["brand"] = self._last_brand = found
        return found

    def frame(self, visitor: Visitor) -> Json:
        """Return switches, counts and accounts for `visitor`, from memory for some seconds."""
        key = (visitor.session, visitor.account_id)
        with self._lock:
            if (kept := self._frames.get(key)) is not None:
                return kept
        return self.fresh(visitor)

    def fresh(self, visitor: Visitor) -> Json:
        """Return the frame as the portal service has it now, with the unread notifications as last counted."""
        try:
            found = clients().portal.shell()
        except Problem as problem:
            log.warning("frame_unavailable", status=problem.status)
            return {}
        return self._keep(visitor, found)

    def know(self, visitor: Visitor, told: Json) -> Json:
        """Keep the frame, and the firm in it, as the portal service has just told them with a page of its own."""
        with self._lock:
            if told.get("brand"):
                self._brand["brand"] = self._last_brand = UNKNOWN_FIRM | told["brand"]
        return self._keep(visitor, told)

    def _keep(self, visitor: Visitor, told: Json) -> Json:
        found = told | {"counts": {"unread": self._unread.get(visitor.id, 0)} | (told.get("counts") or {})}
        with self._lock:
            self._frames[(visitor.session, visitor.account_id)] = found
        return found

    def count_unread(self, visitor: Visitor) -> None:
        """Count the unread notifications anew, for the frames from here on."""
        try:
            self._unread[visitor.id] = int(clients().notifications.unread()["unread"])
        except Problem as problem:
            log.warning("unread_unavailable", status=problem.status)

    def forget(self) -> None:
        """Ask again for everything: the settings were saved."""
        with self._lock:
            self._brand.clear()
            self._frames.clear()


def frames() -> Frames:
    """Return the frames of the running app."""
    found: Frames = current_app.extensions[EXTENSION]
    return found


def install(app: Flask) -> None:
    """Give every template of `app` the frame around its page."""
    app.before_request(_know_the_firm)
    app.context_processor(_context)
    urls = (csrf_token, brand_css_url, icon_file_url, logo_url)
    app.jinja_env.globals |= {function.__name__: function for function in urls}


def start(app: Flask) -> None:
    """Let `app` keep what it asked about the firm."""
    app.extensions[EXTENSION] = Frames()


def _know_the_firm() -> None:
    if request.endpoint not in (None, "static", "health.healthz", "health.readyz", "health.metrics"):
        g.firm = frames().brand()
        g.firm_timezone = g.firm["timezone"]
        g.firm_locale = g.firm["locale"]


def _context() -> dict[str, Any]:
    visitor = visitor_or_none()
    return {
        "brand": frames().brand(),
        "visitor": visitor,
        "frame": Frame(visitor),
        "language": language(),
        "languages": LANGUAGES,
        "capture": current_guard().settings.capture,
        "request_id": observability.correlation_id(),
    }


def brand_css_url() -> str:
    """Return the address of the firm's colours, another one for other colours."""
    brand = frames().brand()
    return f"/brand.css?v={brand['accent'].lstrip('#')}-{brand['accent_on_dark'].lstrip('#')}"


def logo_url() -> str:
    """Return the address of the firm's logo, another one for another image; empty where it has none."""
    name = str(frames().brand()["logo"])
    return f"/logo.png?v={name}" if name else ""


def icon_file_url() -> str:
    """Return the address of the firm's mark as an icon."""
    brand = frames().brand()
    return f"/icon.svg?v={brand['accent'].lstrip('#')}-{formatting.initials(brand['firm_name'])}"


class Frame:
    """The frame as templates read it; nothing is asked until something is shown."""

    def __init__(self, visitor: Visitor | None) -> None:
        self._visitor = visitor

    def _data(self) -> Json:
        if "frame" not in g:
            g.frame = frames().frame(self._visitor) if self._visitor else {}
        found: Json = g.frame
        return found

    def count(self, name: str | None) -> int:
        """Return the figure beside a navigation item, 0 for none. Unread announcements count as notifications."""
        told = len([entry for entry in self.announcements if not entry["read"]]) if name == "unread" else 0
        return told + int((self._data().get("counts") or {}).get(name) or 0) if name else 0

    def is_on(self, switch: str | None) -> bool:
        """Return whether the firm has this option on; what has no switch is on."""
        return switch is None or bool((self._data().get("switches") or {}).get(switch))

    @property
    def switched_on(self) -> set[str]:
        """The names of the options that are on."""
        return {name for name, on in (self._data().get("switches") or {}).items() if on}

    def is_test(self, account_id: str | None) -> bool:
        """Return whether a client is one for trying things out (S14); only staff is told."""
        return account_id in (self._data().get("test_accounts") or ())

    @property
    def buttons(self) -> list[Json]:
        """The action buttons that the firm chose, in its order."""
        return buttons_of(self._data())

    @property
    def announcements(self) -> list[Json]:
        """What is announced to this client now; `read` says whether this person has read it."""
        return list(self._data().get("announcements") or ())


def buttons_of(told: Json) -> list[Json]:
    """Return the buttons in an answer of the portal service; an earlier release of it knows their names alone."""
    found = told.get("buttons") or [{"kind": name} for name in told.get("action_buttons") or ()]
    return [{"labels": {}, "url": "", "icon": ""} | button for button in found]


def know_switches(switches: Json | None) -> None:
    """Take for the present page the switches that its service has just told, however old the kept frame is."""
    visitor = visitor_or_none()
    if visitor and switches:
        g.frame = frames().frame(visitor) | {"switches": switches}


def know_frame(told: Json | None) -> None:
    """Take for the present page the frame that came with it, so that nobody is asked once more."""
    visitor = visitor_or_none()
    if visitor and told:
        g.frame = frames().know(visitor, told)

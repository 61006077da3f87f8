"""Which language a page is in, and how dates and numbers are written in it."""

from collections.abc import Mapping

from flask import Flask, g, request
from flask_babel import Babel

from gateway.edge.guard import current_guard
from gateway.edge.sessions import LANGUAGE_COOKIE, visitor_or_none

LANGUAGES = {"en": "English", "es": "Español", "pt": "Português"}
"""The languages by code, each by its own name. English stands in the source; the others have catalogues."""

REGIONS = {"en": "en_GB", "es": "es_ES", "pt": "pt_PT"}
"""Whose habits dates, numbers and money follow."""

DEFAULT = "en"
YEAR_SECONDS = 365 * 24 * 3600


def install(app: Flask) -> None:
    """Translate the pages of `app` by the visitor's language and time zone."""
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = "translations"
    Babel(app, default_locale=DEFAULT, locale_selector=language, timezone_selector=timezone)
    app.jinja_env.globals["in_language"] = in_language


def language() -> str:
    """Return the language of the present page: the visitor's own, else the cookie's, else the browser's."""
    if "language" not in g:
        g.language = _choose()
    chosen: str = g.language
    return chosen


def _choose() -> str:
    visitor = visitor_or_none()
    wishes = (visitor.locale if visitor else None, current_guard().cookie(LANGUAGE_COOKIE))
    for wish in wishes:
        if (code := (wish or "")[:2].lower()) in LANGUAGES:
            return code
    return request.accept_languages.best_match(list(LANGUAGES)) or DEFAULT


def in_language(texts: Mapping[str, str] | None, default: str = "") -> str:
    """Return what the firm wrote in the language of the page; else `default`, else its own language, else any."""
    written = {code: text for code, text in (texts or {}).items() if text}
    if own := written.get(language()):
        return own
    return default or written.get(g.get("firm_locale", DEFAULT), "") or next(iter(written.values()), "")


def timezone() -> str:
    """Return the time zone of the present page: the visitor's, else the firm's."""
    visitor = visitor_or_none()
    if visitor:
        return visitor.timezone
    firm: str = g.get("firm_timezone", "UTC")
    return firm


def region() -> str:
    """Return the locale by which dates and numbers are written."""
    return REGIONS[language()]

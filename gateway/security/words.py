"""Devices, places and sign-ins in words, the same for the person and for staff (B5)."""

from flask import Flask
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from gateway.clients import Json
from gateway.service_messages import PROBLEMS

METHODS = {
    "password": _l("Password"),
    "code": _l("One-time code"),
    "passkey": _l("Passkey"),
    "oidc": _l("Account of the firm"),
    "totp": _l("Authenticator app"),
    "recovery": _l("Recovery code"),
}
AMR = {
    "pwd": _l("Password"),
    "otp": _l("One-time code"),
    "totp": _l("Authenticator app"),
    "recovery": _l("Recovery code"),
    "hwk": _l("Passkey"),
    "oidc": _l("Account of the firm"),
}
"""What a session says of how it was opened (RFC 8176); what is not here needs no word of its own."""
REFUSALS = {
    "wrong_credentials": _l("Wrong password"),
    "wrong_code": _l("Wrong code"),
    "code_expired": _l("Code too old"),
    "wrong_factor": _l("Wrong second factor"),
}
PHONES = ("iOS", "Android", "iPadOS")


def install(app: Flask) -> None:
    """Let the templates of `app` say where somebody signed in from, and how."""
    words = {"device_word": device_word, "device_icon": device_icon, "place_word": place_word}
    app.jinja_env.globals |= words | {"ways_word": ways_word, "method_word": method_word, "refusal_word": refusal_word}


def device_word(row: Json) -> str:
    """Return browser and system, as "Firefox on Linux"; both are what the browser says of itself."""
    browser, system = row["device"]["browser"], row["device"]["model"] or row["device"]["system"]
    if browser and system:
        return _("%(browser)s on %(system)s", browser=browser, system=system)
    return browser or system or _("Unknown browser")


def device_icon(row: Json) -> str:
    """Return the icon of a device."""
    return "device-mobile" if row["device"]["system"] in PHONES else "device-laptop"


def place_word(row: Json) -> str:
    """Return the place as far as the address tells it, and the address."""
    ip, kind = row["ip"], row["place"]["kind"]
    if kind == "machine":
        return _("The server itself (%(address)s)", address=ip)
    if kind == "network":
        return _("A network inside (%(address)s)", address=ip)
    if kind == "place":
        return f"{row['place']['name']} ({ip})"
    return ip or _("Unknown place")


def ways_word(row: Json) -> str:
    """Return by what a session was opened, as "Password, Authenticator app"."""
    return ", ".join(str(AMR[method]) for method in row["methods"] if method in AMR)


def method_word(row: Json) -> str:
    """Return by what somebody tried to come in."""
    return str(METHODS.get(row["method"], row["method"]))


def refusal_word(row: Json) -> str:
    """Return why somebody could not come in; empty for who could."""
    reason = row["refusal"]
    if not reason:
        return ""
    if word := REFUSALS.get(reason):
        return str(word)
    return _("No access at that time") if reason in PROBLEMS else _("Refused")

"""The words of exports and erasures: services, statuses, kinds of what was erased."""

from flask.sansio.app import App
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from gateway.statuses import STATUSES, Status

SERVICES: dict[str, LazyString] = {
    "portal": _l("Profile, requests and conversations"),
    "documents": _l("Documents"),
    "signing": _l("Signatures"),
    "identity": _l("People and sign-ins"),
    "notifications": _l("Messages"),
}
KINDS: dict[str, LazyString] = {
    "people": _l("People"),
    "files": _l("Files"),
    "documents": _l("Documents"),
    "requests": _l("Client requests"),
    "conversations": _l("Conversations"),
    "cases": _l("Cases"),
    "messages": _l("Messages"),
    "sign_requests": _l("Sign requests"),
    "sessions": _l("Sessions"),
    "devices": _l("Devices"),
    "activity": _l("Lines of history"),
    "events": _l("Past events"),
    "signed_documents": _l("Signed documents"),
    "signed_requests": _l("Sign requests with their evidence"),
}
"""What a report names by itself; the rest is counted together."""

STATUSES["data_export"] = {
    "gathering": Status(_l("Being gathered"), "info", "loader"),
    "assembling": Status(_l("Being put together"), "info", "loader"),
    "ready": Status(_l("Ready"), "good", "circle-check"),
    "failed": Status(_l("Failed"), "bad", "alert-triangle"),
    "expired": Status(_l("Expired"), "neutral", "clock"),
}
STATUSES["erasure"] = {
    "asked": Status(_l("Asked for"), "warn", "hourglass"),
    "planned": Status(_l("Planned"), "warn", "clock"),
    "erasing": Status(_l("Being erased"), "info", "loader"),
    "sweeping": Status(_l("Being checked"), "info", "loader"),
    "failed": Status(_l("A part failed"), "bad", "alert-triangle"),
    "done": Status(_l("Erased"), "good", "circle-check"),
    "declined": Status(_l("Declined"), "neutral", "ban"),
    "cancelled": Status(_l("Called off"), "neutral", "ban"),
}
STATUSES["data_part"] = {
    "waiting": Status(_l("Waiting"), "neutral", "hourglass"),
    "done": Status(_l("Done"), "good", "check"),
    "failed": Status(_l("Failed"), "bad", "alert-triangle"),
}


def service_word(name: str) -> str:
    """Return what a service holds, in words."""
    return str(SERVICES.get(name, name))


def counted(entries: list[dict[str, int | str]]) -> list[tuple[str, int]]:
    """Return what was erased as pairs of word and number: kinds with a word first, all the others as one."""
    named = [(str(KINDS[str(entry["kind"])]), int(entry["count"])) for entry in entries if entry["kind"] in KINDS]
    rest = sum(int(entry["count"]) for entry in entries if entry["kind"] not in KINDS)
    return named + ([(_("Other records"), rest)] if rest else [])


def kind_word(kind: str) -> str:
    """Return the word of a kind."""
    return str(KINDS.get(kind, kind))


def install(app: App) -> None:
    """Let templates of `app` use the words."""
    app.jinja_env.globals |= {"service_word": service_word, "counted": counted, "kind_word": kind_word}

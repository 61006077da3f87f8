"""Home: what to do next, what is new, who the client is to the firm; and the counts of the frame."""

from flask import Blueprint, render_template
from flask_babel import gettext as _

from gateway import formatting
from gateway.clients import clients
from gateway.edge.access import client_page
from gateway.edge.sessions import current_visitor
from gateway.navigation import may_open
from gateway.shell import buttons_of, frames, know_frame, know_switches

pages = Blueprint("portal_home", __name__)

TO_DO_PATHS = {
    "sign_document": "/sign/{id}",
    "answer_request": "/requests/{id}",
    "send_documents": "/requests/{id}",
    "approve_document": "/documents/{id}",
    "answer_case": "/cases/{id}",
    "fill_profile": "/profile",
    "review": "/review",
}


@pages.get("/home")
@client_page
def home() -> str:
    """Home, in one question to the portal service."""
    found = clients().portal.home()
    if found.get("shell"):
        know_frame(found["shell"])
    else:  # an earlier release of the service
        know_switches(found.get("switches"))
    found |= {"buttons": buttons_of(found), "announcements": found.get("announcements") or []}
    found["to_do"] = [item | _title(item) for item in found["to_do"] if may_open(to_do_path(item))]
    greeting = _greeting(found["greeting_name"])
    return render_template("portal/home/home.html", home=found, greeting=greeting, to_do_path=to_do_path)


@pages.get("/frame/counts")
@client_page
def counts() -> str:
    """The figures of the frame as they are now, for htmx to put in their places."""
    visitor = current_visitor()
    frames().count_unread(visitor)
    frames().fresh(visitor)
    return render_template("portal/home/counts.html")


@pages.get("/more")
@client_page
def more() -> str:
    """All ways of the portal, for a phone."""
    return render_template("portal/home/more.html")


def to_do_path(item: dict[str, str]) -> str:
    """Return the page on which an item of the to-do list is done."""
    return TO_DO_PATHS.get(item["kind"], "/requests").format(id=item["id"])


def _title(item: dict[str, str]) -> dict[str, str]:
    """Return the title of what the portal itself asks for."""
    titles = {"fill_profile": _("Complete your details"), "review": _("How would you rate our service?")}
    return {"title": titles[item["kind"]]} if item["kind"] in titles else {}


def _greeting(name: str) -> str:
    match formatting.part_of_day():
        case "morning":
            return _("Good morning, %(name)s", name=name)
        case "afternoon":
            return _("Good afternoon, %(name)s", name=name)
        case _part:
            return _("Good evening, %(name)s", name=name)

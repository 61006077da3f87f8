"""Makes the demo firm on a new installation: through the gateway, as staff and clients would.

What it makes is `deploy/demo_firm.py` and `deploy/demo_talks.py`. Passwords, and the secrets of staff's authenticator
apps, are made up anew each time and kept, with the names, in `demo.json` of the data folder, which only the owner can
read.
"""

import contextlib
import json
import os
import secrets
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

import pyotp

from deploy import staff_sign_in
from deploy.demo_firm import ANNOUNCEMENT, CLIENTS, FOLDERS, SETTINGS, STAFF, Ask, Client, Paper, Person
from deploy.demo_papers import paper
from deploy.demo_requests import MONTHLY, TEMPLATES
from deploy.demo_talks import CANNED_ANSWERS, TALKS, Talk, Talks
from deploy.visitor import Unexpected, Visitor, until

WORDS = (
    "alameda", "barco", "cereza", "duna", "encina", "farol", "gaviota", "higuera", "isla", "jardin",
    "lago", "molino", "naranja", "olivo", "playa", "roble", "sendero", "trigo", "uva", "viento",
)  # fmt: skip
PORTAL, DOCUMENTS, SIGNING = (f"/admin/api/{name}/v1" for name in ("portal", "documents", "signing"))


def seed(url: str, data: Path) -> None:
    """Make the demo firm on the running installation at `url`, whose data folder is `data`."""
    Demo(url, data).run()


class Demo:
    """The making of the demo firm, in one session of staff and one of each client who can sign in."""

    def __init__(self, url: str, data: Path) -> None:
        self.url, self.data = url, data
        self.staff = Visitor(url)
        self.token = ""
        self.sign_ins: list[dict[str, str]] = []

    def run(self) -> None:
        """Make staff, settings and clients, then let the clients answer and sign; write who can sign in."""
        for person in STAFF:
            self._hire(person)
        self._enter()
        version = self.staff.json(f"{PORTAL}/settings")["version"]
        self._call("PUT", f"{PORTAL}/settings", SETTINGS | {"version": version})
        self._call("POST", f"{PORTAL}/announcements", ANNOUNCEMENT)
        for answer in CANNED_ANSWERS:
            self._call("POST", f"{PORTAL}/canned-answers", answer)
        for template in TEMPLATES:
            self._call("POST", f"{PORTAL}/request-templates", template)
        accounts = [(client, self._add(client)) for client in CLIENTS]
        series = {"to": {"account_ids": [accounts[0][1]["id"]]}, "starts_on": (_today() + timedelta(1)).isoformat()}
        self._call("POST", f"{PORTAL}/request-series", MONTHLY | series)
        for client, account in accounts:
            self._work_for(client, account)
        library = {"bin_days": 30, "folders": list(FOLDERS), "version": 0}
        self._call("PUT", f"{DOCUMENTS}/library-settings", library)
        for client, account in accounts:
            if client.active:
                self._answer_as(client, account)
        self._write_sign_ins()

    def _hire(self, person: Person) -> None:
        from services.identity.commands import create_staff

        password, authenticator = new_password(), pyotp.random_base32(32)
        os.environ |= {"ATRIO_STAFF_PASSWORD": password, "ATRIO_STAFF_AUTHENTICATOR": authenticator}
        try:
            options = ["--name", person.name, "--role", person.role, "--locale", person.locale, "--authenticator"]
            arguments = [person.email, *options, "--timezone", SETTINGS["timezone"]]
            with open(os.devnull, "w") as nowhere, contextlib.redirect_stdout(nowhere):
                create_staff.main(arguments, standalone_mode=False)
        finally:
            del os.environ["ATRIO_STAFF_PASSWORD"], os.environ["ATRIO_STAFF_AUTHENTICATOR"]
        self._remember("staff", person, password, authenticator=authenticator)

    def _enter(self) -> None:
        row = self.sign_ins[0]
        who = staff_sign_in.Staff(row["email"], row["password"], row["authenticator"])
        self.token = staff_sign_in.sign_in(self.staff, who).csrf_token

    def _add(self, client: Client) -> dict[str, Any]:
        people = [
            {"name": person.name, "email": person.email, "mobile": person.mobile, "locale": person.locale}
            | {"role": person.role, "timezone": SETTINGS["timezone"], "invite": client.invited}
            for person in client.people
        ]
        values = {
            "name": client.name,
            "kind": client.kind,
            "tax_number": client.tax_number,
            "address": client.address,
            "phone": client.phone,
            "email": client.people[0].email,
            "locale": client.locale,
            "client_since": client.since,
            "is_test": client.is_test,
            "contacts": people,
        }
        return self._call("POST", f"{PORTAL}/accounts", values)

    def _work_for(self, client: Client, account: Mapping[str, Any]) -> None:
        folders = [self._folder(account["id"], folder, client.locale) for folder in FOLDERS]
        for number, each in enumerate(client.papers):
            self._upload(account["id"], each, folders[number % 3] if each.shared and number else None)
        for ask in client.asks:
            self._ask(ask, account["id"])
        for each in (*client.to_sign, *client.signed):
            self._ask_to_sign(each, account)

    def _folder(self, account_id: str, folder: Mapping[str, Any], locale: str) -> str:
        body = {"name": folder["names"][locale], "rights": folder["rights"]}
        id: str = self._call("POST", f"{DOCUMENTS}/accounts/{account_id}/folders", body)["id"]
        return id

    def _upload(self, account_id: str, each: Paper, folder_id: str | None = None) -> dict[str, Any]:
        share = str(each.shared).lower()
        path = f"{DOCUMENTS}/accounts/{account_id}/documents?name={quote(each.name)}&share={share}"
        path += f"&folder_id={folder_id}" if folder_id else ""
        return self.staff.send(path, self.token, paper(each.lines), "application/pdf")

    def _ask(self, ask: Ask, account_id: str) -> None:
        due = _today() + timedelta(ask.due_in) if ask.due_in is not None else None
        body = {
            "account_id": account_id,
            "title": ask.title,
            "message": ask.message,
            "due_on": due.isoformat() if due else None,
            "items": [{"title": title} for title in ask.items],
        }
        self._call("POST", f"{PORTAL}/requests", body)

    def _ask_to_sign(self, each: Paper, account: Mapping[str, Any]) -> None:
        document = self._upload(account["id"], each)
        title = each.name.removesuffix(".pdf")
        due = (_today() + timedelta(3)).isoformat()
        body = {"account_id": account["id"], "document_id": document["id"], "title": title, "due_on": due}
        made = until(title, lambda: self._try("POST", f"{SIGNING}/sign-requests", body))
        place = f"{SIGNING}/sign-requests/{made['id']}"
        until(title, lambda: self.staff.json(place)["status"] == "draft")
        contact = account["contacts"][0]["id"]
        spot = {"recipient": "1", "page": 1, "x": 72, "height": 46, "required": True}
        fields = [
            spot | {"type": "signature", "y": 400, "width": 190, "label": ""},
            spot | {"type": "date", "y": 470, "width": 120, "height": 24, "label": ""},
        ]
        plan = {"recipients": [{"key": "1", "contact_id": contact}], "fields": fields}
        until(title, lambda: self._try("PUT", f"{place}/plan", plan))
        self._call("POST", f"{place}/send", {})

    def _answer_as(self, client: Client, account: Mapping[str, Any]) -> None:
        person, password, visitor = client.people[0], new_password(), Visitor(self.url, client.locale)
        link = until(person.email, lambda: self._invitation_of(person.email))
        visitor.submit(visitor.open(link), "/invitation/", {"password": password})
        self._remember("client", person, password)
        for each in client.sent:
            file = {"file": (each.name, paper(each.lines), "application/pdf")}
            visitor.submit(visitor.open("/documents"), "/documents/upload", files=file)
        for ask in client.asks:
            if ask.reply:
                self._reply(visitor, ask)
            for each in ask.parts:
                self._send_part(visitor, ask, each)
        for each in client.signed:
            self._sign(visitor, each, person)
        self._talk(visitor, TALKS.get(client.name, Talks()))

    def _talk(self, visitor: Visitor, talks: Talks) -> None:
        for talk in talks.conversations:
            said = {"title": talk.title, "text": talk.text}
            page = visitor.submit(visitor.open("/conversations/new"), "/conversations/new", said)
            self._answer(talk, f"{PORTAL}{page.path}/messages", "text")
        for talk in talks.cases:
            said = {"title": talk.title, "description": talk.text}
            page = visitor.submit(visitor.open("/cases/new"), "/cases", said)
            self._answer(talk, f"{PORTAL}{page.path}/comments", "message")
        if talks.review:
            stars, comment, answer = talks.review
            visitor.submit(visitor.open("/review"), "/review", {"stars": str(stars), "comment": comment})
            if answer:
                latest = list_of(self.staff.json(f"{PORTAL}/reviews?limit=1"), "items")[0]
                self._call("POST", f"{PORTAL}/reviews/{latest['id']}/answer", {"answer": answer})

    def _answer(self, talk: Talk, path: str, name: str) -> None:
        if talk.note:
            self._call("POST", path, {name: talk.note, "internal": True})
        if talk.answer:
            self._call("POST", path, {name: talk.answer})

    def _invitation_of(self, email: str) -> str | None:
        api = "/admin/api/notifications/v1/mailbox"
        for row in list_of(self.staff.json(f"{api}?to={quote(email)}"), "items"):
            for link in self.staff.json(f"{api}/{row['id']}")["links"]:  # type: ignore[attr-defined]
                if "/invitation/" in link:
                    return str(link)
        return None

    def _reply(self, visitor: Visitor, ask: Ask) -> None:
        link = until(ask.title, lambda: link_by_words(visitor, "/requests", ask.title))
        each = ask.reply_paper
        files = {"file": (each.name, paper(each.lines), "application/pdf")} if each else None
        visitor.submit(visitor.open(link), "/reply", {"message": ask.reply or ""}, files=files)

    def _send_part(self, visitor: Visitor, ask: Ask, each: Paper) -> None:
        link = until(ask.title, lambda: link_by_words(visitor, "/requests", ask.title))
        files = {"file": (each.name, paper(each.lines), "application/pdf")}
        visitor.submit(visitor.open(link), "/items/", {}, files=files)

    def _sign(self, visitor: Visitor, each: Paper, person: Person) -> None:
        title = each.name.removesuffix(".pdf")
        link = until(title, lambda: link_by_words(visitor, "/requests", title))
        visitor.open(link)
        page = visitor.submit(visitor.open(f"{link}/disclosure"), "/consent", {"agree": "yes"})
        typed = {name: person.name for name in page.form("/finish").names if name.startswith("typed.")}
        visitor.submit(page, "/finish", typed)

    def _call(self, method: str, path: str, body: object) -> dict[str, Any]:
        return self.staff.call(method, path, self.token, body)

    def _try(self, method: str, path: str, body: object) -> dict[str, Any] | None:
        """Return the answer, or None where a service has not heard yet of what another one has made."""
        try:
            return self._call(method, path, body)
        except Unexpected:
            return None

    def _remember(self, kind: str, person: Person, password: str, **more: str) -> None:
        row = {"kind": kind, "who": person.name, "email": person.email, "password": password, "locale": person.locale}
        self.sign_ins.append(row | more)

    def _write_sign_ins(self) -> None:
        file = self.data / "demo.json"
        file.touch(mode=0o600)
        file.write_text(json.dumps({"sign_ins": self.sign_ins}, indent=2, ensure_ascii=False))


def _today() -> date:
    return datetime.now(ZoneInfo(SETTINGS["timezone"])).date()


def new_password() -> str:
    """Return four words and a number, easy to type and too many to guess."""
    return "-".join(secrets.choice(WORDS) for _ in range(4)) + f"-{secrets.randbelow(90) + 10}"


def link_by_words(visitor: Visitor, path: str, words: str) -> str | None:
    """Return where the link with these words on the page at `path` leads."""
    return next((href for text, href in visitor.open(path).links if text == words), None)


def list_of(found: Mapping[str, object], name: str) -> list[Any]:
    """Return the list of that name in a JSON object."""
    value = found[name]
    return value if isinstance(value, list) else []

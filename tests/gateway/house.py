# ruff: noqa: E501 -- data reads best with one thing on a line
"""Services for the gateway's tests: an HTTP server that answers as they would, with believable data."""

import re
from collections.abc import Callable, Collection
from copy import copy
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import orjson
from flask import Flask
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from gateway.app import Gateway, create_app, describe_pages, start
from gateway.settings import PARTS, SERVICES, GatewaySettings
from services.chassis.secrets import new_service_key

ACCOUNT = "0192a000-0000-7000-8000-000000000001"
OTHER_ACCOUNT = "0192a000-0000-7000-8000-000000000002"
CLIENT_SESSION, STAFF_SESSION = "client-session-token", "staff-session-token"
ALL_PERMISSIONS = [
    f"{area}.{right}"
    for area in ("clients", "requests", "documents", "signing", "settings", "operations")
    for right in ("read", "write")
] + ["documents.release", "clients.view_as", "clients.import", "clients.export", "clients.erase"]
Answer = Any | Callable[[Request], Any]


def day(offset: int) -> str:
    """Return the day that many days from now."""
    return (datetime.now(UTC) + timedelta(days=offset)).date().isoformat()


def moment(hours: float) -> str:
    """Return the moment that many hours from now."""
    return (datetime.now(UTC) + timedelta(hours=hours)).isoformat()


CLIENT: dict[str, Any] = {
    "id": "0192a000-0000-7000-8000-0000000000c1",
    "kind": "client",
    "name": "Ana Acosta",
    "email": "ana@talleres-acosta.example",
    "locale": "en",
    "timezone": "Europe/Madrid",
    "role": None,
    "permissions": [],
    "accounts": [
        {"account_id": ACCOUNT, "contact_id": "0192a000-0000-7000-8000-0000000000d1", "role": "owner", "name": "Talleres Acosta, S.L."},
        {"account_id": OTHER_ACCOUNT, "contact_id": "0192a000-0000-7000-8000-0000000000d2", "role": "signer", "name": "Oliveira & Filhos, Lda"},
    ],
    "account_id": ACCOUNT,
    "contact_id": "0192a000-0000-7000-8000-0000000000d1",
}  # fmt: skip
STAFF: dict[str, Any] = {
    "id": "0192a000-0000-7000-8000-0000000000e1",
    "kind": "staff",
    "name": "Lucía Marín",
    "email": "lucia@marin-costa.example",
    "locale": "en",
    "timezone": "Europe/Madrid",
    "role": "owner",
    "permissions": ALL_PERMISSIONS,
    "accounts": [],
    "account_id": None,
    "contact_id": None,
}
BRAND: dict[str, Any] = {
    "firm_name": "Marín & Costa",
    "portal_name": "Client portal",
    "legal_name": "Marín & Costa Asesores, S.L.P.",
    "address": "Alameda 31\n29001 Málaga",
    "phone": "+34 952 555 014",
    "email": "hola@marin-costa.example",
    "website": "",
    "banner": "Tax season: we answer within one working day",
    "accent": "#1f5f8b",
    "accent_on_dark": "#6b9bbb",
    "locale": "es",
    "timezone": "Europe/Madrid",
    "currency": "EUR",
    "office_hours": "Mon to Fri, 9 to 18",
}
SWITCHES = {
    "share_documents": True, "reviews": True, "conversations": True, "bookings": True, "prepayment": False,
    "done_uploading": False, "done_uploading_checkbox": False, "client_share_links": False, "questionnaires": True, "jobs": True,
    "files_images": True, "files_office": True, "files_text": True, "files_mails": True, "files_archives": False,
}  # fmt: skip

ANNOUNCEMENT: dict[str, Any] = {
    "id": "0192a000-0000-7000-8000-0000000000a1",
    "titles": {"en": "Office closed on Friday 6 December", "es": "Cerrado el viernes 6 de diciembre"},
    "texts": {"en": "Send urgent papers by Thursday noon.", "es": "Envíe lo urgente antes del jueves a mediodía."},
    "starts_at": moment(-1),
    "read": False,
}

NO_REVIEWS = {"total": 0, "average": None, "by_stars": dict.fromkeys("12345", 0)}
SWITCHED_OFF = ("portal_user", "support_start", "support_end")
"""The fields that are inactive in a new installation."""
FIXED = {"kind", "name", "locale", "adviser_id", "is_test", "timezone", "role"}


def fields(inactive: Collection[str] = SWITCHED_OFF) -> list[dict[str, Any]]:
    """Return the blocks of the field editor; those named are switched off."""
    blocks = {
        "account": (
            "kind",
            "name",
            "tax_number",
            "email",
            "phone",
            "address",
            "locale",
            "adviser_id",
            "client_since",
            "is_test",
        ),
        "contact": (
            "name",
            "email",
            "mobile",
            "locale",
            "timezone",
            "role",
            "portal_user",
            "support_start",
            "support_end",
        ),
    }
    blocks["case"] = ("title", "status", "due_on")
    return [
        {"name": block, "sections": [], "fields": [field(block, name, active=name not in inactive) for name in names]}
        for block, names in blocks.items()
    ]


def field(block: str, name: str, *, own: bool = False, **more: Any) -> dict[str, Any]:
    """Return a field as the portal service tells one; `own` makes it one of the firm's own."""
    fixed = not own and (name in FIXED or (block, name) in (("contact", "email"), ("case", "title")))
    return {
        "id": "0192a000-0000-7000-8000-0000000000f1" if own else None,
        "name": name, "kind": "text", "fixed": fixed, "active": True, "mode": "hidden" if own else "read_only",
        "modes": ["optional", "mandatory", "read_only", "hidden"], "portal_field": not own,
        "labels": {"en": name.capitalize()} if own else {}, "hints": {}, "options": [], "required": False,
        "section_id": None, "version": 1 if own else 0,
    } | more  # fmt: skip


def profile() -> dict[str, Any]:
    """Return a client's own profile as the portal service tells it."""

    def group(*fields: tuple[str, Any]) -> list[dict[str, Any]]:
        told = {
            "custom": False,
            "kind": "text",
            "mode": "read_only",
            "labels": {},
            "hints": {},
            "options": [],
            "words": None,
        }
        return [{"labels": {}, "fields": [told | {"name": name, "value": value} for name, value in fields]}]

    found = home()["account"]
    names = ("kind", "name", "tax_number", "email", "phone", "address", "client_since")
    person = (("name", "Ana Acosta"), ("email", "a@x.example"), ("mobile", "+34612345678"), ("role", "owner"))
    return {
        "contact": {"version": 2, "may_edit": False, "groups": group(*person)},
        "account": {"version": 7, "may_edit": False, "groups": group(*((name, found[name]) for name in names))},
        "people": [{"name": "Ana Acosta", "role": "owner"}, {"name": "Joaquim Ribeiro", "role": "billing"}],
    }  # fmt: skip


def home() -> dict[str, Any]:
    """Return Home as the portal service tells it."""
    lucia = {"kind": "staff", "id": STAFF["id"], "name": "Lucía Marín"}
    item = {"asked_by": lucia, "done": 0, "total": 0, "pages": None}
    ids = [f"0192a000-0000-7000-8000-00000000000{n}" for n in range(5, 8)]
    return {
        "greeting_name": "Ana",
        "announcements": [ANNOUNCEMENT],
        "banner": BRAND["banner"],
        "to_do": [
            item | {"kind": "sign_document", "id": ids[0], "title": "Engagement letter 2026", "due_on": day(0), "pages": 4},
            item | {"kind": "send_documents", "id": ids[1], "title": "Bank statements, third quarter", "due_on": day(6), "done": 2, "total": 5},
            item | {"kind": "answer_request", "id": ids[2], "title": "Which car is for the business?", "due_on": day(13)},
        ],
        "tiles": {
            "to_pay": {"amount": 42000, "currency": "EUR"},
            "new_documents": {"count": 2, "names": ["VAT return Q3.pdf", "Payslips October.pdf"], "ids": []},
            "next_booking": None,
        },
        "account": {
            "id": ACCOUNT, "name": "Talleres Acosta, S.L.", "kind": "company", "tax_number": "B-4418 2270",
            "address": "Calle Olivo 18, Málaga", "phone": "+34 952 555 200", "email": "", "client_since": "2019-03-01",
        },
        "contacts": [
            {"id": "1", "name": "Ana Acosta", "email": "ana@talleres-acosta.example", "mobile": None, "role": "owner"},
            {"id": "2", "name": "Joaquim Ribeiro", "email": "j@talleres-acosta.example", "mobile": None, "role": "billing"},
        ],
        "action_buttons": ["book", "pay", "documents", "contact"],
        "firm": {"name": BRAND["firm_name"], "adviser": {"id": STAFF["id"], "name": "Lucía Marín"}, "phone": BRAND["phone"],
                 "email": BRAND["email"], "address": BRAND["address"], "office_hours": BRAND["office_hours"]},
    }  # fmt: skip


def work() -> dict[str, Any]:
    """Return the work list as the portal service tells it."""
    lucia = {"id": STAFF["id"], "name": "Lucía Marín"}
    rows = [
        ("request_replied", "Bank statements, third quarter", "Talleres Acosta, S.L.", day(0), -2, lucia),
        ("document_uploaded", "September statement.pdf", "Oliveira & Filhos, Lda", None, -5, lucia),
        ("request_signed", "Engagement letter 2026", "Padaria Central, Unipessoal Lda", None, -26, None),
        ("invitation_undeliverable", "Pilar Soto", "Talleres Acosta, S.L.", None, -50, lucia),
    ]
    items = [
        {"kind": kind, "id": f"0192a000-0000-7000-8000-0000000001{n:02}", "account_id": ACCOUNT, "account_name": account,
         "title": title, "due_on": due, "at": moment(hours), "assignee": assignee, "is_test": False, "reason": None,
         "stars": None, "acts": ["snooze", "assign", "done"]}
        for n, (kind, title, account, due, hours, assignee) in enumerate(rows)
    ]  # fmt: skip
    return {"items": items, "next": None, "total": len(items), "counts": dict.fromkeys((row[0] for row in rows), 1)}


def inbox() -> dict[str, Any]:
    """Return an inbox as the notifications service tells it."""
    lines = [
        ("signing.sent", "Lucía Marín asks you to sign “Engagement letter 2026”.", "/sign/1", -1, None),
        ("documents.shared", "Lucía Marín shared “VAT return Q3.pdf” with you.", "/documents/1", -4, None),
        ("request.created", "Lucía Marín asks you for bank statements.", "/requests/1", -30, moment(-20)),
    ]
    items = [
        {
            "id": str(n),
            "kind": kind,
            "title": title,
            "path": path,
            "account_id": ACCOUNT,
            "created_at": moment(at),
            "read_at": read,
        }
        for n, (kind, title, path, at, read) in enumerate(lines)
    ]
    return {"items": items, "next": None, "unread": 2}


class House:
    """The services behind a gateway. `answers[(method, "/portal/v1/home")]` is what one gives; `calls` is what came."""

    def __init__(self, server: HTTPServer) -> None:
        self.server = server
        self.users: dict[str, dict[str, Any]] = {CLIENT_SESSION: dict(CLIENT), STAFF_SESSION: dict(STAFF)}
        self.calls: list[Request] = []
        self.answers: dict[tuple[str, str], Answer] = {
            ("POST", "/identity/v1/service-tokens"): {"token": "service-token", "expires_in": 300},
            ("POST", "/identity/v1/sessions/exchange"): self._exchange,
            ("POST", "/identity/v1/sessions/end"): self._end,
            ("PATCH", "/identity/v1/me"): {},
            ("POST", "/identity/v1/sign-in/start"): {"flow": "flow-1", "expires_in": 600, "resend_after": 60},
            ("POST", "/identity/v1/sign-in/code"): self._session(CLIENT_SESSION),
            ("POST", "/identity/v1/sign-in/password"): self._with_password,
            ("POST", "/identity/v1/invitations/inspect"): {"name": "Ana Acosta", "email": CLIENT["email"], "kind": "client", "locale": "en", "status": "open"},
            ("POST", "/identity/v1/invitations/accept"): self._session(CLIENT_SESSION),
            ("POST", "/identity/v1/passwords/forgot"): Response(status=204),
            ("POST", "/identity/v1/passwords/inspect"): {"name": "Ana Acosta", "email": CLIENT["email"], "kind": "client", "status": "open"},
            ("POST", "/identity/v1/passwords/reset"): Response(status=204),
            ("POST", "/identity/v1/password"): Response(status=204),
            ("GET", "/portal/v1/brand"): BRAND,
            ("GET", "/portal/v1/shell"): self._shell,
            ("GET", "/portal/v1/home"): lambda _request: home(),
            ("GET", "/portal/v1/profile"): lambda _request: profile(),
            ("GET", "/portal/v1/mails"): {"items": [], "next": None},
            ("GET", "/portal/v1/reviews"): {"items": [], "next": None, "figures": None},
            ("GET", f"/documents/v1/accounts/{ACCOUNT}/upload-notices"): {"count": 0, "documents": [], "last_at": None},
            ("GET", f"/documents/v1/accounts/{ACCOUNT}/quota"): {
                "account_id": ACCOUNT, "used": 1_200_000, "quota": 5_000_000_000, "own": True, "default": None,
            },
            ("GET", "/documents/v1/quota"): {"bytes": 5_000_000_000},
            ("GET", f"/portal/v1/accounts/{ACCOUNT}/reviews"): {"figures": NO_REVIEWS, "latest": [], "open_requests": []},
            ("GET", "/portal/v1/work"): lambda _request: work(),
            ("POST", "/portal/v1/work/acts"): {"changed": 1},
            ("GET", "/portal/v1/settings"): BRAND | {"announcement": "", "switches": SWITCHES, "action_buttons": ["book"], "version": 3},
            ("PUT", "/portal/v1/settings"): BRAND,
            ("GET", "/portal/v1/conversations"): {"items": [], "next": None, "may_start": True},
            ("GET", "/portal/v1/accounts"): {"items": [], "next": None, "total": 0},
            ("GET", "/portal/v1/request-templates"): {"items": [], "next": None},
            ("GET", "/portal/v1/search"): {"words": [], "groups": []},
            ("GET", "/portal/v1/fields"): lambda _request: {"blocks": fields()},
            ("GET", "/notifications/v1/inbox"): lambda _request: inbox(),
            ("GET", "/notifications/v1/inbox/count"): {"unread": 2},
            ("POST", "/notifications/v1/inbox/read"): {"unread": 0},
            ("GET", "/notifications/v1/mailbox"): {"items": [
                {"id": "m1", "channel": "email", "to": CLIENT["email"], "subject": "Marín & Costa invites you", "at": moment(-1)},
                {"id": "m2", "channel": "sms", "to": "+34600000001", "subject": "123456 is your code", "at": moment(-2)}]},
            ("GET", "/notifications/v1/mailbox/m1"): {
                "id": "m1", "channel": "email", "to": CLIENT["email"], "subject": "Marín & Costa invites you", "at": moment(-1),
                "text": "Accept invitation: http://localhost/invitation/x", "html": "<p>Hello <a href='http://localhost/invitation/x'>Accept</a></p>", "links": [],
                "reply_to": "Marín & Costa <reply+agj2dmaaabyabaaaaaaaaaaldbk66hkfur42jxbbongqo@localhost>", "can_reply": True},
            ("POST", "/notifications/v1/mailbox/m1/reply"): {"id": "m9", "status": "received", "reason": None},
        }  # fmt: skip
        server.expect_request(re.compile(".*")).respond_with_handler(self._answer)

    def _answer(self, request: Request) -> Response:
        request.get_data()
        self.calls.append(request)
        answer = self.answers.get((request.method, request.path))
        if answer is None:
            return problem(404, "not_found")
        found = answer(request) if callable(answer) and not isinstance(answer, Response) else answer
        return found if isinstance(found, Response) else _json(found)

    def called(self, method: str, path: str) -> list[Request]:
        """Return the calls of `method` `path` that came."""
        return [call for call in self.calls if (call.method, call.path) == (method, path)]

    def _exchange(self, request: Request) -> Any:
        body = request.get_json()
        user = self.users.get(body["session"])
        if user is None:
            return problem(401, "not_signed_in")
        wanted = body.get("account_id")
        if wanted and wanted not in [account["account_id"] for account in user["accounts"]]:
            return problem(404, "not_found")
        user = user | ({"account_id": wanted} if wanted else {})
        acting = user.get("acting")
        passport = f"passport-of-{'view' if acting else user['kind']}"
        return {"passport": passport, "expires_in": 60, "session_id": "s", "user": user, "acting": acting}

    def _end(self, request: Request) -> Response:
        self.users.pop(request.get_json()["session"], None)
        return Response(status=204)

    def _session(self, session: str) -> dict[str, Any]:
        kind = "staff" if session == STAFF_SESSION else "client"
        return {"session": session, "kind": kind, "expires_at": moment(12), "device": "device-token"}

    def _with_password(self, request: Request) -> Any:
        body = request.get_json()
        if body["password"] != "right":
            return problem(401, "wrong_credentials")
        return self._session(STAFF_SESSION if body["kind"] == "staff" else CLIENT_SESSION)

    def _shell(self, request: Request) -> dict[str, Any]:
        frame = {"brand": BRAND, "switches": SWITCHES, "accounts": []}
        if "staff" in request.headers.get("Authorization", ""):
            kinds = ("request_replied", "document_uploaded", "request_signed", "invitation_undeliverable")
            return frame | {"kind": "staff", "counts": {"work": 4} | dict.fromkeys(kinds, 1), "action_buttons": []}
        counts = {"incoming": 3, "new_documents": 2}
        return frame | {"kind": "client", "counts": counts, "action_buttons": ["book", "pay", "documents", "contact"]}

    def settings(self, **changes: Any) -> GatewaySettings:
        """Return the settings of a gateway in front of these services."""
        settings = GatewaySettings("gateway", PARTS, key=new_service_key(), public_url="http://localhost")
        urls = {name: self.server.url_for(f"/{name}") for name in SERVICES}
        settings.url_of = urls.__getitem__  # type: ignore[method-assign]
        for name, value in changes.items():
            setattr(settings, name, value)
        return settings

    def gateway(self, **changes: Any) -> Gateway:
        """Return a gateway in front of these services; its pages are described once for all tests."""
        pages = copy(_described())
        pages.config, pages.extensions = copy(pages.config), dict(pages.extensions)
        return start(pages, self.settings(**changes))

    def gateway_with_its_own_pages(self) -> Gateway:
        """Return a gateway whose pages are described anew, for a test that has changed them."""
        return create_app(self.settings())


@cache
def _described() -> Flask:
    return describe_pages()


def problem(status: int, code: str, errors: dict[str, list[str]] | None = None) -> Response:
    """Return a service's problem."""
    body: dict[str, Any] = {"type": "about:blank", "title": "Title", "status": status, "code": code}
    return _json(body | ({"errors": errors} if errors else {}), status, "application/problem+json")


def _json(body: Any, status: int = 200, content_type: str = "application/json") -> Response:
    return Response(orjson.dumps(body), status, content_type=content_type)

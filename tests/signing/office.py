"""A firm and its client in tests: who they are, and the steps that each of them takes."""

import base64
import hashlib
from collections.abc import Callable
from typing import Any
from uuid import UUID

from pytest_httpserver import HTTPServer
from werkzeug.test import TestResponse

from services.chassis.columns import new_id
from services.chassis.event import Event
from services.chassis.testing.harness import Browser, Harness
from tests.signing.samples import Page, make_pdf, png

DOCUMENT = make_pdf([Page(text="Engagement letter 2026"), Page(text="The fee is 420 euros.", rotation=90)])
DRAWING = "data:image/png;base64," + base64.b64encode(png()).decode()
PHONE = {"ip": "203.0.113.9", "user_agent": "Mozilla/5.0 (iPhone)"}
FIRM = "Marín & Costa, S.L."


class Office:
    """The firm Marín & Costa, its client Talleres Acosta with the contacts Ana and Bruno, and the services around."""

    def __init__(self, harness: Harness, documents: HTTPServer) -> None:
        self.harness = harness
        self.documents = documents
        self.account, self.ana, self.bruno = new_id(), new_id(), new_id()
        self.ana_user = new_id()
        harness.point("documents", documents.url_for("").rstrip("/"))
        harness.deliver("portal.settings.saved.v1", {"legal_name": FIRM, "email": "hello@marincosta.example"})
        harness.deliver("portal.account.saved.v1", {"id": str(self.account), "name": "Talleres Acosta"}, version=1)
        self.add_contact(self.ana, "Ana Acosta", "ana@talleresacosta.example", "es")
        self.add_contact(self.bruno, "Bruno Acosta", "bruno@talleresacosta.example", "pt")
        accounts = [{"account_id": str(self.account), "contact_id": str(self.ana), "role": "owner"}]
        harness.deliver("identity.user.saved.v1", {"id": str(self.ana_user), "accounts": accounts}, version=1)

    def add_contact(self, id: UUID, name: str, email: str, locale: str, **more: Any) -> None:
        """Let portal tell of a contact."""
        data = {"id": str(id), "account_id": str(self.account), "name": name, "email": email, "locale": locale}
        data |= {"removed": False, "portal_user": True} | more
        self.harness.deliver("portal.contact.saved.v1", data, version=more.get("version", 1))

    @property
    def staff(self) -> Browser:
        """A member of staff who may do all that signing asks for."""
        return self.harness.staff()

    def client(self, contact: UUID | None = None, **more: Any) -> Browser:
        """Ana, or another contact, signed in to the portal by a code."""
        given = {"id": self.ana_user, "name": "Ana Acosta"} if contact in (None, self.ana) else {"name": "Bruno Acosta"}
        return self.harness.client(self.account, contact_id=contact or self.ana, **({"amr": ["code"]} | given | more))

    def has_document(self, data: bytes = DOCUMENT, **facts: Any) -> UUID:
        """Let documents have a file; return its id."""
        id = new_id()
        told = {"account_id": str(self.account), "status": "available", "size": len(data), "version_number": 1}
        told |= {"sha256": hashlib.sha256(data).hexdigest()} | facts
        self.documents.expect_request(f"/v1/documents/{id}").respond_with_json({"id": str(id)} | told)
        content = self.documents.expect_request(f"/v1/documents/{id}/content", query_string={"version": "1"})
        content.respond_with_data(data, content_type="application/pdf")
        return id

    def make(self, document_id: UUID | None = None, **more: Any) -> str:
        """Make a sign request, let its document be fetched, and return its id."""
        document = document_id or self.has_document()
        body = {"account_id": str(self.account), "document_id": str(document), "title": "Engagement letter 2026"}
        made = self.staff.post("/v1/sign-requests", json=body | more)
        assert made.status_code == 201, made.json
        self.handle("created")
        id: str = made.json["id"]
        return id

    def handle(self, what: str) -> None:
        """Let the worker handle the last event `signing.sign_request.<what>.v1` that was recorded."""
        self.harness.deliver(self.told(what)[-1])

    def told(self, what: str) -> list[Event]:
        """Return the events `signing.sign_request.<what>.v1` recorded so far, as they travel."""
        name = f"signing.sign_request.{what}.v1"
        sent = [event for event in self._outbox() if event.type == name]
        assert len(self.harness.recorded(name)) == len(sent)  # each keeps its contract
        return sent

    def _outbox(self) -> list[Event]:
        from sqlalchemy import select

        from services.chassis.outbox import OUTBOX

        with self.harness.database.reading() as session:
            return [Event.from_bytes(row) for row in session.scalars(select(OUTBOX.c.envelope).order_by(OUTBOX.c.id))]

    def plan(self, id: str, *contacts: UUID, order: Callable[[int], int] = lambda _: 1, **field: Any) -> TestResponse:
        """Let each contact sign on the first page and fill in the rest on the second."""
        contacts = contacts or (self.ana,)
        recipients, fields = [], []
        for number, contact in enumerate(contacts):
            key = f"r{number}"
            recipients.append({"key": key, "contact_id": str(contact), "role": "signer", "order": order(number)})
            place = {"recipient": key, "x": 72, "width": 180, "height": 44}
            fields.append(place | {"type": "signature", "page": 1, "y": 600 + 60 * number} | field)
            fields.append(place | {"type": "date", "page": 2, "y": 100 + 100 * number})
            fields.append(place | {"type": "checkbox", "page": 2, "y": 150, "width": 14, "height": 14})
            fields.append(place | {"type": "text", "page": 2, "y": 170, "required": False, "label": "Remark"})
        return self.staff.put(f"/v1/sign-requests/{id}/plan", json={"recipients": recipients, "fields": fields})

    def sent(self, *contacts: UUID, **plan: Any) -> str:
        """Make, plan and send a sign request; return its id."""
        id = self.make()
        planned = self.plan(id, *contacts, **plan)
        assert planned.status_code == 200, planned.json
        answer = self.staff.post(f"/v1/sign-requests/{id}/send")
        assert answer.status_code == 200, answer.json
        return id

    def get(self, id: str, browser: Browser | None = None) -> dict[str, Any]:
        """Return the sign request as a caller, staff unless told, sees it."""
        answer = (browser or self.staff).get(f"/v1/sign-requests/{id}")
        assert answer.status_code == 200, answer.json
        found: dict[str, Any] = answer.json
        return found

    def view(self, id: str, browser: Browser) -> TestResponse:
        """Open the document."""
        return browser.post(f"/v1/sign-requests/{id}/view", json={"client": PHONE})

    def consent(self, id: str, browser: Browser, **more: Any) -> TestResponse:
        """Agree to the disclosure."""
        shown = browser.get("/v1/disclosure?locale=es").json
        body = {
            "disclosure_version": shown["version"],
            "disclosure_sha256": shown["sha256"],
            "locale": "es",
            "document_sha256": self.get(id)["document_sha256"],
            "client": PHONE,
        }
        return browser.post(f"/v1/sign-requests/{id}/consent", json=body | more)

    def values(self, id: str, browser: Browser, **signature: Any) -> list[dict[str, Any]]:
        """Return what a signer fills in: everything, the signature drawn unless told otherwise."""
        given = {
            "signature": signature or {"drawing": DRAWING},
            "date": {"text": "2026-11-22"},
            "checkbox": {"checked": True},
            "text": {"text": "De acuerdo"},
        }
        return [{"field_id": field["id"], **given[field["type"]]} for field in self.get(id, browser)["fields"]]

    def sign(self, id: str, browser: Browser, **more: Any) -> TestResponse:
        """Sign, with whatever of the body is given instead."""
        body = {"document_sha256": self.get(id)["document_sha256"], "client": PHONE}
        if "values" not in more:
            body["values"] = self.values(id, browser)
        return browser.post(f"/v1/sign-requests/{id}/sign", json=body | more)

    def sign_all(self, id: str, browser: Browser) -> TestResponse:
        """Open, agree and sign."""
        assert self.view(id, browser).status_code == 200
        consent = self.consent(id, browser)
        assert consent.status_code == 200, consent.json
        return self.sign(id, browser)

    def completed(self, *contacts: UUID) -> str:
        """Bring a sign request to the sealed file; return its id."""
        id = self.sent(*contacts)
        for contact in contacts or (self.ana,):
            answer = self.sign_all(id, self.client(contact))
            assert answer.status_code == 200, answer.json
            self.handle("signed")
        return id

"""`atrio smoke URL`: one whole client relationship, on a running installation, through the gateway alone.

It does what a member of staff and a client would do, without a browser, and checks each step. Mails and text
messages are read in the mailbox for trying out, so that the installation has to capture them. The client that it
makes is marked as a test.
"""

import io
import json
import os
import re
import secrets
import time
from collections.abc import Callable
from pathlib import Path

import click

from deploy import staff_sign_in
from deploy.staff_sign_in import Staff
from deploy.visitor import Page, Unexpected, Visitor, until

PASSWORD_WORDS = 4
# The client of this job reads English; staff reads what it has chosen.
SIGNED = ("Request signed", "Solicitud firmada", "Pedido assinado")
COMMENTS = ("Comments", "Comentarios", "Comentários")


class Smoke:
    """The main job on the installation at `url`; `say` is told each step that is done."""

    def __init__(self, url: str, staff: Staff, say: Callable[[str], None]) -> None:
        self.staff, self.client = Visitor(url), Visitor(url)
        self.who, self.say = staff, say
        mark = secrets.token_hex(4)
        self.account_name = f"Smoke {mark}, S.L."
        self.contact_name = "Ana Acosta"
        self.email = f"ana.{mark}@smoke.example"
        self.mobile = f"+3460{int(mark, 16) % 10_000_000:07d}"
        self.password = "-".join(secrets.token_hex(3) for _ in range(PASSWORD_WORDS))
        self.account_id = ""

    def run(self) -> None:
        """Do every step; raise `Unexpected` at the first that fails."""
        steps: tuple[tuple[str, Callable[[], None]], ...] = (
            ("staff signs in", self.staff_signs_in),
            ("staff adds a client and invites its contact person", self.staff_adds_client),
            ("the client accepts the invitation and lands on Home", self.client_accepts),
            ("the client signs in with a code by SMS", self.client_signs_in_by_code),
            ("the client signs in with user name and password", self.client_signs_in_by_password),
            ("staff shares a document, the client downloads it byte for byte", self.staff_shares),
            ("the client sends a document, staff finds it", self.client_sends),
            ("staff asks for a signature, the client signs, the sealed file is valid", self.client_signs),
            ("staff asks, the client replies with a document", self.client_replies),
        )
        for number, (words, step) in enumerate(steps, 1):
            began = time.monotonic()
            try:
                step()
            except Unexpected as error:
                raise Unexpected(f"step {number}, {words}: {error}") from error
            self.say(f"  {number}. {words} ({time.monotonic() - began:.1f} s)")

    def staff_signs_in(self) -> None:
        page = staff_sign_in.sign_in(self.staff, self.who, self._tell_secret)
        expect(page.path.rstrip("/") == "/admin", f"staff is at {page.path} after signing in: {page.text[:200]}")

    def _tell_secret(self, secret: str) -> None:
        self.who = staff_sign_in.with_authenticator(self.who, secret)
        self.say(f"  {self.who.email} had no second factor; next time: ATRIO_SMOKE_AUTHENTICATOR={secret}")

    def staff_adds_client(self) -> None:
        page = self.staff.submit(
            self.staff.open("/admin/clients/new"),
            "/admin/clients/new",
            {
                "name": self.account_name,
                "tax_number": "B44182270",
                "is_test": "yes",
                "contacts.0.name": self.contact_name,
                "contacts.0.email": self.email,
                "contacts.0.mobile": self.mobile,
                "contacts.0.locale": "en",
                "contacts.0.invite": [],
            },
        )
        self.account_id = page.path.rpartition("/")[2]
        expect(page.has(self.account_name), f"the client's page shows {page.text[:200]}")
        dialog = self.staff.open(f"/admin/clients/{self.account_id}/invite")
        contact = re.search(r'name="contact_ids"[^>]*value="([^"]+)"', dialog.html)
        expect(contact is not None, "the dialog lists nobody to invite")
        assert contact
        self.contact_id = contact[1]
        self.staff.submit(dialog, f"{self.account_id}/invite", {"contact_ids": [contact[1]]})

    def client_accepts(self) -> None:
        mail = self.message(self.email, "invitation", lambda found: "/invitation/" in str(found["text"]))
        expect("Accept invitation" in str(mail["html"]), "the mail has no button Accept invitation")
        link = next(link for link in strings(mail["links"]) if "/invitation/" in link)
        self.client.open(link)  # a mail scanner may look first
        page = self.client.submit(self.client.open(link), "/invitation/", {"password": self.password})
        expect(page.path == "/home", f"the client is at {page.path}: {page.text[:200]}")
        page = until("Home shows the account", lambda: shows(self.client.open("/home"), self.account_name))
        expect(page.has("Account details", "Contact persons", self.contact_name), "Home lacks account or contacts")
        self.sign_out()

    def client_signs_in_by_code(self) -> None:
        page = self.client.submit(self.client.open("/sign-in"), "/sign-in", {"email": self.email})
        text = self.message(self.mobile, "code", lambda found: found["channel"] == "sms")
        code = re.search(r"#(\d{6})\s*$", str(text["text"]).strip())
        expect(code is not None, f"the text message ends without @domain #code: {text['text']}")
        assert code
        page = self.client.submit(page, "/sign-in/code", {"code": code[1]})
        expect(page.path == "/home", f"the client is at {page.path}: {page.text[:200]}")
        self.sign_out()

    def client_signs_in_by_password(self) -> None:
        values = {"email": self.email, "password": self.password}
        page = self.client.submit(self.client.open("/sign-in/password"), "/sign-in/password", values)
        expect(page.path == "/home", f"the client is at {page.path}: {page.text[:200]}")

    def staff_shares(self) -> None:
        letter = sample_pdf("Engagement letter 2026")
        self.letter_id = self.upload_as_staff("Engagement letter 2026.pdf", letter)
        self.message(self.email, "document shared", lambda found: self.letter_id in str(found["text"]))
        until("Home marks it new", lambda: shows(self.client.open("/home"), "Engagement letter 2026.pdf"))
        until("the portal notifies", lambda: shows(self.client.open("/notifications"), "Engagement letter 2026"))
        page = self.client.open(f"/documents/{self.letter_id}")
        expect(page.has("New"), "the document is not marked new")
        expect(self.client.fetch(page.link("/content")) == letter, "the download differs from what was shared")

    def client_sends(self) -> None:
        statement = sample_pdf("Bank statement")
        page = self.client.submit(
            self.client.open("/documents"),
            "/documents/upload",
            files={"file": ("September statement.pdf", statement, "application/pdf")},
        )
        document_id = page.link("/documents/0").split("/")[2]
        self.message(self.who.email, "document uploaded", lambda found: document_id in str(found["text"]))
        page = self.staff.open(f"/admin/clients/{self.account_id}?tab=documents")
        expect(page.has("September statement.pdf"), "staff does not see the client's document")
        expect(self.staff.fetch(f"/admin/documents/{document_id}/content") == statement, "staff gets other bytes")

    def client_signs(self) -> None:
        page = self.staff.open(f"/admin/sign-requests/new?account_id={self.account_id}&document_id={self.letter_id}")
        page = self.staff.submit(page, "/admin/sign-requests/new", {"title": "Engagement letter 2026"})
        sign_id = page.path.split("/")[3]
        until("the document is prepared", lambda: self.sign_request(sign_id, "draft"))
        page = self.staff.open(f"/admin/sign-requests/{sign_id}/prepare")
        field = {"recipient": "1", "type": "signature", "page": 1, "x": 72, "y": 600, "width": 180, "height": 48}
        plan = {"recipients": [{"key": "1", "contact_id": self.contact_id}], "fields": [field]}
        api = f"/admin/api/signing/v1/sign-requests/{sign_id}"
        self.staff.call("PUT", f"{api}/plan", page.csrf_token, plan)
        self.staff.submit(self.staff.open(f"/admin/sign-requests/{sign_id}/prepare"), f"{sign_id}/send")
        self.message(self.email, "sign request", lambda found: f"/sign/{sign_id}" in str(found["text"]))
        incoming = until("it is among the requests", lambda: shows(self.client.open("/requests"), f"/sign/{sign_id}"))
        self.client_goes_through(self.client.open(incoming.link(f"/sign/{sign_id}")), sign_id)
        until("it is sealed", lambda: self.sign_request(sign_id, "completed"))
        self.check_sealed(sign_id)

    def client_goes_through(self, page: Page, sign_id: str) -> None:
        page = self.client.open(page.link(f"/sign/{sign_id}/disclosure"))
        expect(page.has("Electronic Record and Signature Disclosure"), "the disclosure is not shown")
        page = self.client.submit(page, f"/sign/{sign_id}/consent", {"agree": "yes"})
        field = next(name for name in page.form(f"/sign/{sign_id}/finish").names if name.startswith("typed."))
        page = self.client.submit(page, f"/sign/{sign_id}/finish", {field: self.contact_name})
        expect(page.has("Request signed"), f"the status is not Request signed: {page.text[:200]}")

    def check_sealed(self, sign_id: str) -> None:
        def newest() -> bytes | None:
            sealed = self.client.fetch(f"/documents/{self.letter_id}/content")
            return sealed if b"/ByteRange" in sealed else None

        sealed = until("the sealed file is among the documents", newest)
        expect(
            self.staff.fetch(f"/admin/documents/{self.letter_id}/content") == sealed, "staff and client get other files"
        )
        verdict = self.verify(sealed)
        expect(verdict["valid"] is True, f"the sealed file is not valid: {verdict}")
        altered = sealed.replace(b"/Type", b"/Tpye", 1)
        expect(self.verify(altered)["valid"] is False, "an altered file is called valid")
        page = self.staff.open(f"/admin/sign-requests/{sign_id}")
        expect(any(map(page.has, SIGNED)), "staff does not see that it is signed")
        self.sealed = sealed

    def client_replies(self) -> None:
        title = "Bank statements, third quarter"
        page = self.staff.open(f"/admin/requests/new?account_id={self.account_id}")
        values = {"title": title, "message": "Please send the statements."}
        values |= {"item_0_title": "July", "item_1_title": "August"}
        page = self.staff.submit(page, "/admin/requests/new", values)
        request_id = page.path.rpartition("/")[2]
        self.message(self.email, "request", lambda found: f"/requests/{request_id}" in str(found["text"]))
        until("it is among the requests", lambda: shows(self.client.open("/requests"), title))
        answer = sample_pdf("July")
        page = self.client.submit(
            self.client.open(f"/requests/{request_id}"),
            f"{request_id}/reply",
            {"message": "Here is July."},
            files={"file": ("July.pdf", answer, "application/pdf")},
        )
        expect(page.has("Here is July."), "the reply is not in the thread")
        self.message(self.who.email, "reply", lambda found: f"/requests/{request_id}" in str(found["text"]))
        page = until("staff sees it", lambda: shows(self.staff.open(f"/admin/requests/{request_id}"), "July.pdf"))
        expect(any(map(page.has, COMMENTS)) and page.has("Here is July."), "the reply is not under Comments")

    def sign_out(self) -> None:
        self.client.submit(self.client.open("/home"), "/sign-out")
        page = self.client.open("/home")
        expect(page.path.startswith("/sign-in"), f"signed out, the client still gets {page.path}")

    def upload_as_staff(self, name: str, content: bytes) -> str:
        place = f"/admin/clients/{self.account_id}"
        page = self.staff.submit(
            self.staff.open(f"{place}?tab=documents"),
            f"{place}/documents",
            {"share": "yes"},
            files={"file": (name, content, "application/pdf")},
        )
        return page.link("/admin/documents/0").split("/")[3]

    def sign_request(self, sign_id: str, status: str) -> bool:
        found = self.staff.json(f"/admin/api/signing/v1/sign-requests/{sign_id}")
        expect(found["status"] != "failed", f"the document cannot be signed: {found.get('failure')}")
        return found["status"] == status

    def verify(self, content: bytes) -> dict[str, object]:
        response = self.client.session.post(
            f"{self.client.url}/api/signing/v1/verify",
            data=content,
            headers={"Content-Type": "application/pdf", "X-CSRF-Token": self.client.open("/home").csrf_token},
            timeout=60,
        )
        expect(response.status_code == 200, f"verify answers {response.status_code}: {response.text[:200]}")
        found: dict[str, object] = response.json()
        return found

    def message(self, to: str, what: str, fits: Callable[[dict[str, object]], bool]) -> dict[str, object]:
        """Return the newest captured message to `to` that fits."""
        api = "/admin/api/notifications/v1/mailbox"

        def look() -> dict[str, object] | None:
            brief = self.staff.session.get(f"{self.staff.url}{api}", params={"to": to}, timeout=30)
            expect(brief.status_code == 200, "this installation does not capture its mails, so they cannot be read")
            messages = (self.staff.json(f"{api}/{row['id']}") for row in brief.json()["items"][:10])
            return next((message for message in messages if fits(message)), None)

        return until(f"a message to {to} ({what})", look)


def expect(condition: object, otherwise: str) -> None:
    """Raise `Unexpected` with the text `otherwise` unless the condition holds."""
    if not condition:
        raise Unexpected(otherwise)


def shows(page: Page, words: str) -> Page | None:
    """Return the page if the words, or a link with them, stand on it."""
    return page if page.has(words) or any(words in href for _text, href in page.links) else None


def strings(value: object) -> list[str]:
    """Return a JSON list of texts as such."""
    return [str(each) for each in value] if isinstance(value, list) else []


def sample_pdf(title: str) -> bytes:
    """Return a PDF of one page with `title` on it, different each time."""
    from reportlab.lib.pagesizes import A4
    from reportlab.pdfgen.canvas import Canvas

    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A4)
    canvas.setTitle(title)
    canvas.setFont("Helvetica", 18)
    canvas.drawString(72, 760, title)
    canvas.setFont("Helvetica", 11)
    canvas.drawString(72, 730, f"A document for trying out, number {secrets.token_hex(6)}.")
    canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def demo_staff() -> Staff | None:
    """Return the first of the demo firm's staff on this machine, if there is one."""
    file = Path(os.environ.get("ATRIO_DATA") or "var") / "demo.json"
    if not file.exists():
        return None
    row = next(row for row in json.loads(file.read_text())["sign_ins"] if row["kind"] == "staff")
    return Staff(row["email"], row["password"], row.get("authenticator", ""))


@click.command()
@click.argument("url", default="http://localhost:8000")
@click.option("--staff-email", envvar="ATRIO_SMOKE_EMAIL", help="Who signs in as staff [default: the demo firm's].")
@click.option("--staff-password", envvar="ATRIO_SMOKE_PASSWORD", help="Their password; better by the environment.")
@click.option(
    "--staff-authenticator",
    envvar="ATRIO_SMOKE_AUTHENTICATOR",
    default="",
    help="The secret of their authenticator app; better by the environment. Without a second factor one is set up.",
)
@click.option("--keep", type=click.Path(dir_okay=False, path_type=Path), help="Where to put the sealed PDF.")
def smoke(
    url: str, staff_email: str | None, staff_password: str | None, staff_authenticator: str, keep: Path | None
) -> None:
    """Do the main job on a running installation, through the gateway at URL."""
    named = Staff(staff_email, staff_password, staff_authenticator) if staff_email and staff_password else None
    staff = named or demo_staff()
    if not staff:
        raise click.UsageError("Say who signs in as staff: --staff-email, and ATRIO_SMOKE_PASSWORD.")
    job = Smoke(url, staff, say=click.echo)
    try:
        job.run()
    except Unexpected as error:
        raise click.ClickException(str(error)) from None
    if keep:
        keep.write_bytes(job.sealed)
    click.echo("Everything works.")

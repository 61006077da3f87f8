"""HTTP of the signing service."""

from typing import Any
from uuid import UUID

from flask import Response, current_app, request
from flask_smorest import Blueprint

from services.chassis import observability
from services.chassis.app import reading, unit_of_work
from services.chassis.auth import allow, allow_anyone, caller
from services.chassis.blobs import BlobMissing
from services.chassis.problems import not_found, unavailable
from services.chassis.runtime import current_runtime
from services.chassis.sandbox import SandboxUnavailable
from services.contracts.client_roles import SIGNS
from services.signing import actions, ceremony, disclosure, openings, pdf, queries, schemas, verification
from services.signing.ceremony import Browser

log = observability.logger(__name__)
blp = Blueprint("signing", __name__, url_prefix="/v1", description="Documents to be signed, and their seals")
ONE = "/sign-requests/<uuid:sign_request_id>"


@blp.errorhandler(SandboxUnavailable)
def _sandbox_unavailable(_error: SandboxUnavailable) -> Response:
    return unavailable("Too many documents are being read at the moment.").to_response()


@blp.errorhandler(BlobMissing)
def _blob_missing(error: BlobMissing) -> Response:
    log.error("stored_file_missing", error=str(error))
    return unavailable("The stored file cannot be read at the moment.").to_response()


@blp.post("/sign-requests")
@blp.arguments(schemas.NewSignRequest)
@blp.response(201, schemas.SignRequest)
@allow(staff="signing.write")
def create(values: dict[str, Any]) -> dict[str, Any]:
    """Ask for a document to be signed. It is `preparing` until the document is fetched and checked."""
    with unit_of_work() as session:
        made = actions.create_sign_request(session, caller(), **values)
        return queries.sign_request(session, caller(), made.id)


@blp.get("/sign-requests")
@blp.arguments(schemas.SignRequestQuery, location="query")
@blp.response(200, schemas.SignRequests)
@allow(staff="signing.read", client=SIGNS)
def list_sign_requests(query: dict[str, Any]) -> dict[str, Any]:
    """List sign requests, the latest first. A client sees those in which they are a recipient."""
    with reading() as session:
        return queries.sign_requests(session, caller(), **query)


@blp.get(ONE)
@blp.response(200, schemas.SignRequest)
@allow(staff="signing.read", client=SIGNS)
def get_sign_request(sign_request_id: UUID) -> dict[str, Any]:
    """Show a sign request: its pages, recipients and fields, and what is for the caller to do."""
    with reading() as session:
        found = queries.sign_request(session, caller(), sign_request_id)
    if openings.is_to_tell(caller(), sign_request_id):
        with unit_of_work() as session:
            openings.tell_opened(session, caller(), found)
    return found


@blp.put(f"{ONE}/plan")
@blp.arguments(schemas.Plan)
@blp.response(200, schemas.SignRequest)
@allow(staff="signing.write")
def set_plan(values: dict[str, Any], sign_request_id: UUID) -> dict[str, Any]:
    """Say who signs, and where on the pages. Replaces the plan before; only for a draft."""
    with unit_of_work() as session:
        actions.set_plan(session, caller(), sign_request_id, **values)
        return queries.sign_request(session, caller(), sign_request_id)


@blp.post(f"{ONE}/send")
@blp.response(200, schemas.SignRequest)
@allow(staff="signing.write")
def send(sign_request_id: UUID) -> dict[str, Any]:
    """Send a draft to its signers."""
    with unit_of_work() as session:
        actions.send(session, caller(), sign_request_id)
        return queries.sign_request(session, caller(), sign_request_id)


@blp.post(f"{ONE}/void")
@blp.arguments(schemas.Reason)
@blp.response(200, schemas.SignRequest)
@allow(staff="signing.write")
def void(values: dict[str, Any], sign_request_id: UUID) -> dict[str, Any]:
    """Take a sign request back, before everybody has signed."""
    with unit_of_work() as session:
        actions.void(session, caller(), sign_request_id, **values)
        return queries.sign_request(session, caller(), sign_request_id)


@blp.get(f"{ONE}/pages/<int:number>")
@blp.arguments(schemas.PageImageQuery, location="query")
@blp.response(200, content_type="image/webp")
@allow(staff="signing.read", client=SIGNS)
def get_page(query: dict[str, Any], sign_request_id: UUID, number: int) -> Response:
    """Show a page of the original as a lossless picture."""
    data, sha256 = _original(sign_request_id)
    try:
        picture = pdf.render_page(data, number, query["scale"])
    except (IndexError, pdf.UnusablePdf):
        raise not_found("This page") from None
    response = Response(picture.data, mimetype="image/webp")
    response.headers["X-Document-SHA256"] = sha256
    return response


@blp.get(f"{ONE}/text")
@blp.response(200, schemas.PageTexts)
@allow(staff="signing.read", client=SIGNS)
def get_text(sign_request_id: UUID) -> dict[str, Any]:
    """Read the original page by page, for those who cannot see it."""
    with reading() as session:
        _, sha256 = queries.original_of(session, caller(), sign_request_id)
    return {"pages": queries.page_texts(current_runtime().blobs, sha256)}


@blp.get(f"{ONE}/document")
@blp.response(200, content_type="application/pdf")
@allow(staff="signing.read", client=SIGNS)
def get_document(sign_request_id: UUID) -> Response:
    """Download the original, as it was when the sign request was made."""
    with reading() as session:
        found, sha256 = queries.original_of(session, caller(), sign_request_id)
    return _file(queries.original_key(sha256), sha256, found.title)


@blp.get(f"{ONE}/sealed")
@blp.response(200, content_type="application/pdf")
@allow(staff="signing.read", client=SIGNS, service={"documents"})
def get_sealed(sign_request_id: UUID) -> Response:
    """Download the sealed file with everybody's signature and the certificate of completion."""
    with reading() as session:
        found = queries.get_sign_request(session, caller(), sign_request_id)
    if found.sealed_sha256 is None:
        raise not_found("The sealed file")
    return _file(queries.sealed_key(found.sealed_sha256), found.sealed_sha256, found.title)


@blp.get(f"{ONE}/audit")
@blp.response(200, schemas.AuditTrail)
@allow(staff="signing.read")
def get_audit(sign_request_id: UUID) -> dict[str, Any]:
    """Show the evidence: every step, each consent with the text agreed to, and whether the chain is whole."""
    with reading() as session:
        return queries.audit_trail(session, caller(), sign_request_id)


@blp.get("/disclosure")
@blp.arguments(schemas.DisclosureQuery, location="query")
@blp.response(200, schemas.Disclosure)
@allow(staff="signing.read", client=SIGNS)
def get_disclosure(query: dict[str, Any]) -> dict[str, Any]:
    """Read the Electronic Record and Signature Disclosure that is in force."""
    with reading() as session:
        found = disclosure.current(query["locale"] or caller().locale, queries.firm(session))
    return {**vars(found), "sha256": found.sha256, "blocks": disclosure.blocks(found.text)}


@blp.post(f"{ONE}/view")
@blp.arguments(schemas.FromBrowser)
@blp.response(200, schemas.SignRequest)
@allow(client=SIGNS)
def view(values: dict[str, Any], sign_request_id: UUID) -> dict[str, Any]:
    """Say that the document was opened; it counts once."""
    browser = _browser(values)
    with unit_of_work() as session:
        ceremony.view(session, caller(), sign_request_id, browser)
        return queries.sign_request(session, caller(), sign_request_id)


@blp.post(f"{ONE}/consent")
@blp.arguments(schemas.ConsentIn)
@blp.response(200, schemas.SignRequest)
@allow(client=SIGNS)
def consent(values: dict[str, Any], sign_request_id: UUID) -> dict[str, Any]:
    """Agree to the disclosure, for the file that was shown."""
    browser = _browser(values)
    with unit_of_work() as session:
        ceremony.consent(session, caller(), sign_request_id, browser, **values)
        return queries.sign_request(session, caller(), sign_request_id)


@blp.post(f"{ONE}/sign")
@blp.arguments(schemas.Sign)
@blp.response(200, schemas.SignRequest)
@allow(client=SIGNS)
def sign(values: dict[str, Any], sign_request_id: UUID) -> dict[str, Any]:
    """Fill in the fields and sign, once."""
    browser = _browser(values)
    with unit_of_work() as session:
        ceremony.sign(session, caller(), sign_request_id, browser, current_runtime().blobs, **values)
        return queries.sign_request(session, caller(), sign_request_id)


@blp.post(f"{ONE}/decline")
@blp.arguments(schemas.Decline)
@blp.response(200, schemas.SignRequest)
@allow(client=SIGNS)
def decline(values: dict[str, Any], sign_request_id: UUID) -> dict[str, Any]:
    """Say that one will not sign, and why."""
    browser = _browser(values)
    with unit_of_work() as session:
        ceremony.decline(session, caller(), sign_request_id, browser, **values)
        return queries.sign_request(session, caller(), sign_request_id)


@blp.post("/verify")
@blp.response(200, schemas.Verdict)
@allow_anyone("whoever holds a file may ask whether it was sealed here; the gateway limits how often")
def verify() -> dict[str, Any]:
    """Say whether the PDF in the body was sealed here and is untouched since."""
    request.max_content_length = verification.MAX_BYTES
    data = request.get_data(cache=False)
    with reading() as session:
        recorded = queries.recorded_hashes(session, pdf.sha256(data))
        verdict = verification.verify(data, queries.certificates(session), recorded)
    return vars(verdict)


def _browser(values: dict[str, Any]) -> Browser:
    """Take out of `values` where the call came from, as the gateway tells it.

    Its API proxy puts the address into X-Forwarded-For, over whatever a caller wrote there, and passes the body as
    it is: then the body does not count, for a signer could have made it up. Its pages tell it in the body.
    """
    client = values.pop("client")
    if address := request.headers.get("X-Forwarded-For"):
        client = {"ip": address[:45], "user_agent": request.headers.get("User-Agent", "")}
    return Browser(client["ip"], _printable(client["user_agent"])[:500])


def _printable(text: str) -> str:
    return "".join(letter for letter in text if letter.isprintable())


def _original(sign_request_id: UUID) -> tuple[bytes, str]:
    with reading() as session:
        _, sha256 = queries.original_of(session, caller(), sign_request_id)
    return b"".join(current_runtime().blobs.read(queries.original_key(sha256))), sha256


def _file(key: str, sha256: str, title: str) -> Response:
    blobs = current_runtime().blobs
    size = blobs.size(key)  # raises before anything is sent
    response = current_app.response_class(blobs.read(key), mimetype="application/pdf")
    response.content_length = size
    response.headers.set("Content-Disposition", "attachment", filename=f"{title}.pdf")
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.set_etag(sha256)
    return response

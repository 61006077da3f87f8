"""Sign requests for the gateway's tests, as the signing service tells them."""

from typing import Any

from werkzeug import Response

from tests.gateway.archive import DOCUMENT, FIRM, fill
from tests.gateway.directory import ANA, JOAQUIM, SIGN_REQUEST
from tests.gateway.house import ACCOUNT, CLIENT, House, day, moment

SHA256, OTHER_SHA256 = "a1" * 32, "b2" * 32
ANA_SIGNS, JOAQUIM_SIGNS = (f"0192a000-0000-7000-8000-00000000060{n}" for n in (1, 2))
SIGNATURE, INITIALS, TEXT, DATE, BOX = (f"0192a000-0000-7000-8000-00000000070{n}" for n in (1, 2, 3, 4, 5))
AT = f"/signing/v1/sign-requests/{SIGN_REQUEST}"
PLACE = f"/sign/{SIGN_REQUEST}"
RECORD = f"/admin/sign-requests/{SIGN_REQUEST}"
TYPES = {SIGNATURE: "signature", INITIALS: "initials", TEXT: "text", DATE: "date", BOX: "checkbox"}
DRAWING = "data:image/png;base64,iVBORw0KGgo="


def field(id: str, **more: Any) -> dict[str, Any]:
    """Return a place to fill in on the second page."""
    found = {"id": id, "recipient_id": ANA_SIGNS, "type": TYPES[id], "page": 2, "x": 72.0, "y": 600.0}
    return found | {"width": 180.0, "height": 48.0, "required": id != BOX, "label": ""} | more


def recipient(id: str = ANA_SIGNS, name: str = "Ana Acosta", contact_id: str = ANA, **more: Any) -> dict[str, Any]:
    """Return one who signs."""
    return {
        "id": id,
        "contact_id": contact_id,
        "user_id": CLIENT["id"],
        "name": name,
        "email": f"{name.split(maxsplit=1)[0].lower()}@talleres-acosta.example",
        "role": "signer",
        "order": 1,
        "status": "viewed",
        "notified_at": moment(-5),
        "viewed_at": moment(-4),
        "signed_at": None,
    } | more


def mine(step: str, **more: Any) -> dict[str, Any]:
    """Return the signer's own part, with `step` to be done."""
    status = {"view": "notified", "consent": "viewed", "sign": "consented", "none": "signed"}[step]
    agreed = moment(-1) if step == "sign" else None
    found = {"recipient_id": ANA_SIGNS, "status": status, "role": "signer", "step": step, "consented_at": agreed}
    return found | {"disclosure_version": "2026-11" if agreed else None} | more


def to_sign(step: str | None = "consent", **more: Any) -> dict[str, Any]:
    """Return a sign request as signing tells one: to the signer whose `step` is next, with None to staff."""
    return {
        "id": SIGN_REQUEST,
        "account_id": ACCOUNT,
        "account_name": "Talleres Acosta, S.L.",
        "document_id": DOCUMENT,
        "title": "Engagement letter 2026",
        "message": "Please sign by Friday.",
        "status": "sent",
        "failure": None,
        "due_on": day(3),
        "created_by": FIRM,
        "created_at": moment(-6),
        "sent_at": moment(-5),
        "completed_at": None,
        "closed_at": None,
        "close_reason": None,
        "document_sha256": SHA256,
        "document_size": 4_900,
        "sealed_sha256": None,
        "sealed_size": None,
        "pages": [{"number": 1, "width": 595.28, "height": 841.89}, {"number": 2, "width": 841.89, "height": 595.28}],
        "recipients": [recipient()],
        "fields": [field(SIGNATURE), field(TEXT, label="Name"), field(DATE), field(BOX, label="I have read annex B")],
        "mine": mine(step) if step else None,
        "version": 4,
    } | more


def signed(**more: Any) -> dict[str, Any]:
    """Return a sign request that everybody has signed, sealed."""
    sealed = {"status": "completed", "sealed_sha256": OTHER_SHA256, "sealed_size": 101_000, "completed_at": moment(0)}
    people = [recipient(status="signed", signed_at=moment(-0.1))]
    return to_sign("none", recipients=people, **sealed) | more


def draft(**more: Any) -> dict[str, Any]:
    """Return a sign request that is being prepared, with Ana's signature placed."""
    return to_sign(None, status="draft", sent_at=None, fields=[field(SIGNATURE)]) | more


def step(action: str, by: dict[str, Any] = FIRM, **details: Any) -> dict[str, Any]:
    """Return a step of the audit trail."""
    found = {"sequence": 1, "at": moment(-1), "action": action, "actor": by, "details": details}
    return found | {"previous_hash": "0" * 64, "hash": "c3" * 32}


def trail(*steps: dict[str, Any], broken_at: int | None = None) -> dict[str, Any]:
    """Return an audit trail."""
    consent = {"recipient_id": ANA_SIGNS, "at": moment(-0.5)}
    return {"steps": list(steps), "consents": [consent], "broken_at": broken_at}


def disclosure() -> dict[str, Any]:
    """Return the disclosure as signing tells it."""
    blocks = [
        {"type": "heading", "level": 1, "text": "Electronic Record and Signature Disclosure"},
        {"type": "paragraph", "text": "Please read this before you agree."},
        {"type": "list", "items": ["A current browser.", "An e-mail address."]},
    ]
    return {"version": "2026-11", "locale": "en", "sha256": OTHER_SHA256, "text": "", "blocks": blocks}


def sit_down(house: House) -> House:
    """Let the services of `house` have a directory, documents, and one sign request."""
    fill(house)
    picture = Response(b"RIFF....WEBP", content_type="image/webp")
    pdf = Response(b"%PDF-1.7 sealed", content_type="application/pdf")
    house.answers |= {
        ("GET", AT): lambda _request: to_sign(),
        ("POST", f"{AT}/view"): lambda _request: to_sign(),
        ("GET", f"{AT}/text"): {"pages": ["The client accepts.", ""]},
        ("GET", f"{AT}/pages/1"): lambda _request: picture,
        ("GET", f"{AT}/sealed"): lambda _request: pdf,
        ("GET", f"{AT}/document"): lambda _request: pdf,
        ("GET", f"{AT}/audit"): lambda _request: trail(step("created")),
        ("GET", "/signing/v1/disclosure"): lambda _request: disclosure(),
        ("GET", "/signing/v1/sign-requests"): lambda _request: {"items": [to_sign(None)], "next": None},
        ("POST", f"{AT}/consent"): lambda _request: to_sign("sign"),
        ("POST", f"{AT}/sign"): lambda _request: to_sign("none"),
        ("POST", f"{AT}/decline"): lambda _request: to_sign("none", status="declined"),
        ("PUT", f"{AT}/plan"): lambda _request: draft(version=5),
        ("POST", f"{AT}/send"): lambda _request: to_sign(None, recipients=[recipient(status="notified")]),
        ("POST", f"{AT}/void"): lambda _request: to_sign(None, status="voided"),
    }
    return house


def stands(house: House, found: dict[str, Any]) -> None:
    """Let the one sign request be as `found`, however it is asked for."""
    house.answers[("GET", AT)] = house.answers[("POST", f"{AT}/view")] = found


def both() -> list[dict[str, Any]]:
    """Return two signers, one after the other."""
    later = recipient(JOAQUIM_SIGNS, "Joaquim Ribeiro", JOAQUIM, order=2, status="waiting", viewed_at=None)
    return [recipient(), later]

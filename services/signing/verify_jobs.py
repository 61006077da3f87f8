"""Examines sealed files inside the sandbox. Nothing here is called directly: see `verification.py`.

The rule is strict, because readers are lenient: after a page was replaced by an incremental update, or the whole
file signed anew by somebody else, the genuine signature inside still counts as intact, valid and trusted.
"""

import io
from collections.abc import Coroutine
from datetime import UTC, datetime
from typing import Any, TypeVar

from asn1crypto import algos, cms, x509
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import MDPPerm
from pyhanko.sign.validation import EmbeddedPdfSignature, SignatureCoverageLevel
from pyhanko.sign.validation.pdf_embedded import async_validate_pdf_signature
from pyhanko.sign.validation.status import PdfSignatureStatus
from pyhanko_certvalidator import ValidationContext
from reportlab.pdfgen.canvas import Canvas

from services.chassis.sandbox import Job
from services.signing.seal_key import ORDER, fingerprint, new_seal_key
from services.signing.sealing import BYTES_RESERVED, FIELD_NAME, seal

Result = TypeVar("Result")


class _Invalid(Exception):
    pass


def examine(data: bytes, *certificates: bytes) -> tuple[Any, list[bytes]]:
    """Return `{"reason": None, ...}` for a file sealed by one of `certificates` and untouched since, else the reason.

    Reasons: `not_pdf`, `unsigned`, `signatures` (not exactly the one seal), `unknown_key`, `changed_after`,
    `malformed`, `not_certified`, `altered`, and `unreadable` for whatever the parser says.
    """
    try:
        return {"reason": None} | _examine(data, certificates), []
    except _Invalid as problem:
        return {"reason": str(problem)}, []
    except Exception as error:  # any parser error is "invalid", and there is no end to their kinds
        return {"reason": "unreadable", "detail": f"{type(error).__name__}: {error}"[:200]}, []


def _examine(data: bytes, certificates: tuple[bytes, ...]) -> dict[str, Any]:
    _require(data.startswith(b"%PDF-"), "not_pdf")
    reader = PdfFileReader(io.BytesIO(data), strict=True)
    _require(not reader.encrypted, "unreadable")
    signatures = reader.embedded_signatures
    _require(signatures, "unsigned")
    _require(len(signatures) == 1 and signatures[0].field_name == FIELD_NAME, "signatures")
    signature = signatures[0]
    _check_place(data, signature)
    certificate = signature.signer_cert.dump()
    _require(certificate in certificates, "unknown_key")
    _check_container(bytes(signature.pkcs7_content), x509.Certificate.load(certificate))
    status = _validate(signature, certificate)
    _require(status.intact and status.valid and status.trusted, "altered")
    _require(status.coverage == SignatureCoverageLevel.ENTIRE_FILE, "changed_after")
    _require(signature.docmdp_level in (MDPPerm.NO_CHANGES, MDPPerm.FILL_FORMS), "not_certified")
    _require(signature is reader.embedded_regular_signatures[0], "signatures")
    _require(reader.root["/Perms"].raw_get("/DocMDP").get_object() == signature.sig_object, "not_certified")
    _require(status.bottom_line, "altered")
    at = signature.self_reported_timestamp
    return {
        "signed_at": at.isoformat() if at else None,
        "signer": str(signature.signer_cert.subject.native.get("common_name", "")),
        "certificate": fingerprint(certificate),
    }


def _require(condition: object, reason: str) -> None:
    if not condition:
        raise _Invalid(reason)


def _check_place(data: bytes, signature: EmbeddedPdfSignature) -> None:
    """Require that all but the signature's own digits is signed, to the last byte, and those digits as we write."""
    start, before, resume, after = (int(number) for number in signature.byte_range)
    _require(start == 0 and before < resume and resume + after == len(data), "changed_after")
    gap = data[before:resume]
    _require(gap[:1] == b"<" and gap[-1:] == b">" and len(gap) == BYTES_RESERVED + 2, "malformed")
    _require(bytes.fromhex(gap[1:-1].decode("ascii")).hex().upper().encode() == gap[1:-1], "malformed")


def _check_container(contents: bytes, certificate: x509.Certificate) -> None:
    """Require that the container is, byte for byte, what follows from certificate, signed attributes and signature.

    The rest of it (versions, algorithm lists, unsigned attributes, padding) is covered by no signature.
    """
    signer = cms.ContentInfo.load(contents)["content"]["signer_infos"][0]
    signature = signer["signature"].native
    r, s = decode_dss_signature(signature)
    _require(0 < s <= ORDER // 2 and encode_dss_signature(r, s) == signature, "malformed")
    sha256 = algos.DigestAlgorithm({"algorithm": "sha256"})
    rebuilt = cms.ContentInfo(
        {
            "content_type": "signed_data",
            "content": cms.SignedData(
                {
                    "version": "v1",
                    "digest_algorithms": [sha256],
                    "encap_content_info": {"content_type": "data"},
                    "certificates": [certificate],
                    "signer_infos": [
                        {
                            "version": "v1",
                            "sid": cms.SignerIdentifier(
                                "issuer_and_serial_number",
                                {"issuer": certificate.issuer, "serial_number": certificate.serial_number},
                            ),
                            "digest_algorithm": sha256,
                            "signed_attrs": signer["signed_attrs"],
                            "signature_algorithm": {"algorithm": "sha256_ecdsa"},
                            "signature": signature,
                        }
                    ],
                }
            ),
        }
    ).dump()
    _require(contents == rebuilt + bytes(len(contents) - len(rebuilt)), "malformed")


def _validate(signature: EmbeddedPdfSignature, certificate: bytes) -> PdfSignatureStatus:
    trusted = [x509.Certificate.load(certificate)]
    context = ValidationContext(trust_roots=trusted, allow_fetching=False)
    return _finish(async_validate_pdf_signature(signature, signer_validation_context=context))


def _finish(work: Coroutine[Any, Any, Result]) -> Result:
    # Nothing is fetched, so nothing is ever awaited; an event loop would need sockets, which a child may not open.
    try:
        work.send(None)
    except StopIteration as done:
        result: Result = done.value
        return result
    raise _Invalid("unreadable")


def warm_up() -> None:
    """Seal and examine a page, so that whatever is loaded on first use is loaded before."""
    key = new_seal_key("Warm-up", datetime.now(UTC))
    page = io.BytesIO()
    canvas = Canvas(page)
    canvas.showPage()
    canvas.save()
    sealed = seal(page.getvalue(), key, reason="Warm-up")
    examine(sealed, key.certificate)
    examine(sealed[:-1] + b" ", key.certificate)


JOBS: dict[str, Job] = {"examine": examine}

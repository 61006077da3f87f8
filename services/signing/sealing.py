"""Seals a finished document: one PAdES signature (ETSI EN 319 142-1, level B-B) over the whole file.

The signature certifies the document at level P2 and locks every field, so that readers show any later change.
This module loads pyHanko, which takes half a second; import it where it is needed.
"""

import io

from asn1crypto import algos, x509
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfReadError
from pyhanko.sign.fields import FieldMDPAction, FieldMDPSpec, MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, Signer

from services.signing.seal_key import SealKey

FIELD_NAME = "Seal"
BYTES_RESERVED = 8192
"""Room for the signature in hex. Given, because pyHanko would otherwise sign twice to find out."""
FIELD = SigFieldSpec(
    FIELD_NAME, field_mdp_spec=FieldMDPSpec(FieldMDPAction.ALL), doc_mdp_update_value=MDPPerm.FILL_FORMS
)


class _KeySigner(Signer):
    """pyHanko's own signer parses and checks the key at each signature; this one has it loaded."""

    def __init__(self, key: SealKey) -> None:
        mechanism = algos.SignedDigestAlgorithm({"algorithm": "sha256_ecdsa"})
        super().__init__(signing_cert=key.asn1, signature_mechanism=mechanism)
        self._key = key

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        return bytes(72) if dry_run else self._key.sign(data)


def seal(stamped: bytes, key: SealKey, *, reason: str, location: str = "") -> bytes:
    """Return `stamped` sealed with `key`; raise `ValueError` where the file is not a clean PDF.

    `reason` stands in the signature, where readers show it.
    """
    metadata = PdfSignatureMetadata(
        field_name=FIELD_NAME,
        md_algorithm="sha256",
        subfilter=SigSeedSubFilter.PADES,
        certify=True,
        docmdp_permissions=MDPPerm.FILL_FORMS,
        reason=reason,
        location=location or None,
        name=_name(key.asn1),
    )
    try:
        writer = IncrementalPdfFileWriter(io.BytesIO(stamped), strict=True)
        signer = PdfSigner(metadata, _KeySigner(key), new_field_spec=FIELD)
        out = signer.sign_pdf(writer, bytes_reserved=BYTES_RESERVED)
    except PdfReadError as error:
        raise ValueError(str(error)) from error
    return bytes(out.getbuffer())


def _name(certificate: x509.Certificate) -> str:
    return str(certificate.subject.native["common_name"])

"""The seal, and that no altered file is taken for a sealed one (promise P8, threats 6 and 7).

Each alteration stands beside a control: a lenient reader, as many are, which must be fooled by some of them;
else the alterations would prove nothing.
"""

import datetime
import io
import random
import subprocess
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest
from asn1crypto import algos, cms, core
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from hypothesis import given, settings
from hypothesis import strategies as st
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner
from pyhanko.sign.validation import SignatureCoverageLevel, validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from services.signing import pdf, sealing, stamping, verification
from services.signing.geometry import Rectangle
from services.signing.seal_key import ORDER, SealKey, load_seal_key, new_seal_key
from services.signing.sealing import seal
from services.signing.verification import verify
from tests.signing.samples import Page, make_pdf

NOW = datetime.datetime.now(datetime.UTC)
KEY = new_seal_key("Marín & Costa, S.L.", NOW)
THIEF = new_seal_key("Marín & Costa, S.L.", NOW)
ORIGINAL = make_pdf([Page(text="The fee is 420 euros."), Page(rotation=90)])


def stamped() -> bytes:
    mark = stamping.Mark(1, Rectangle(100, 200, 200, 50), text="Ana Acosta", font="script", caption="Signed by Ana")
    overlay, numbers = stamping.draw_overlay([mark], pdf.inspect(ORIGINAL).pages)
    return pdf.stamp(ORIGINAL, overlay, numbers, make_pdf([Page(text="Certificate of completion")]))


STAMPED = stamped()
SEALED = seal(STAMPED, KEY, reason="Completed")
OTHER = seal(make_pdf([Page(text="The fee is 9 euros.")]), KEY, reason="Completed")


def test_a_sealed_file_is_valid() -> None:
    verdict = verify(SEALED, [THIEF.certificate, KEY.certificate])
    assert verdict.valid
    assert verdict.signer == "Marín & Costa, S.L."
    assert verdict.signed_at is not None
    assert abs(verdict.signed_at - NOW) < datetime.timedelta(minutes=5)
    assert verify(SEALED, [KEY.certificate], recorded=[verdict.sha256]).valid


def test_pdfsig_says_that_the_signature_is_valid(tmp_path: Path) -> None:
    file = tmp_path / "sealed.pdf"
    file.write_bytes(SEALED)
    said = subprocess.run(["pdfsig", "-nocert", str(file)], capture_output=True, text=True, check=True).stdout
    assert "Signature is Valid" in said
    assert "Total document signed" in said
    assert "ETSI.CAdES.detached" in said
    assert "Marín & Costa, S.L." in said


def test_pyhanko_says_certified_level_two_and_every_field_locked() -> None:
    reader = PdfFileReader(io.BytesIO(SEALED), strict=True)
    (signature,) = reader.embedded_signatures
    context = ValidationContext(trust_roots=[KEY.asn1], allow_fetching=False)
    status = validate_pdf_signature(signature, context)
    assert status.bottom_line
    assert status.coverage == SignatureCoverageLevel.ENTIRE_FILE
    assert signature.docmdp_level.value == 2
    assert signature.fieldmdp.action.name == "ALL"


def test_the_key_is_the_same_after_it_was_stored() -> None:
    again = load_seal_key(KEY.private_pem(), KEY.certificate)
    assert verify(seal(STAMPED, again, reason="Again"), [KEY.certificate]).valid


def test_a_firm_without_a_name_or_with_a_very_long_one_gets_a_certificate() -> None:
    for name in ("", "Ñandú & Asociados " * 20):
        key = new_seal_key(name, NOW)
        assert verify(seal(STAMPED, key, reason="Completed"), [key.certificate]).valid


def contents_of(data: bytes) -> tuple[int, int, bytes]:
    (signature,) = PdfFileReader(io.BytesIO(data)).embedded_signatures
    _, start, end, _ = (int(number) for number in signature.byte_range)
    return start, end, bytes.fromhex(data[start + 1 : end - 1].decode())


def with_container(change: Callable[[cms.SignedData], None]) -> bytes:
    start, end, contents = contents_of(SEALED)
    info = cms.ContentInfo.load(contents)
    change(info["content"])
    changed = info.dump(force=True)
    return SEALED[: start + 1] + changed.ljust(len(contents), b"\0").hex().upper().encode() + SEALED[end - 1 :]


def other_half_of_the_signature(content: cms.SignedData) -> None:
    signer = content["signer_infos"][0]
    r, s = decode_dss_signature(signer["signature"].native)
    signer["signature"] = encode_dss_signature(r, ORDER - s)


def unsigned_attribute(content: cms.SignedData) -> None:
    note = cms.CMSAttribute({"type": "1.2.3.4", "values": [core.UTF8String("approved")]})
    content["signer_infos"][0]["unsigned_attrs"] = [note]


def another_version(content: cms.SignedData) -> None:
    content["version"] = "v3"


def another_digest_list(content: cms.SignedData) -> None:
    content["digest_algorithms"] = [algos.DigestAlgorithm({"algorithm": name}) for name in ("sha1", "sha256")]


def a_certificate_more(content: cms.SignedData) -> None:
    content["certificates"].append(cms.CertificateChoices("certificate", THIEF.asn1))


def updated(change: Callable[[IncrementalPdfFileWriter], None], data: bytes = SEALED) -> bytes:
    writer = IncrementalPdfFileWriter(io.BytesIO(data))
    change(writer)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def replace_page(writer: IncrementalPdfFileWriter) -> None:
    page = writer.root["/Pages"]["/Kids"][0].get_object()
    text = b"BT /F1 12 Tf 72 72 Td (The fee is 9 euros.) Tj ET"
    page["/Contents"] = writer.add_object(generic.StreamObject(stream_data=text))
    writer.update_container(page)


def add_note(writer: IncrementalPdfFileWriter) -> None:
    note = generic.DictionaryObject(
        {
            generic.pdf_name("/Type"): generic.pdf_name("/Annot"),
            generic.pdf_name("/Subtype"): generic.pdf_name("/FreeText"),
            generic.pdf_name("/Contents"): generic.pdf_string("Fee waived"),
            generic.pdf_name("/Rect"): generic.ArrayObject([generic.NumberObject(n) for n in (72, 72, 200, 100)]),
        }
    )
    page = writer.root["/Pages"]["/Kids"][0].get_object()
    page["/Annots"] = generic.ArrayObject([writer.add_object(note)])
    writer.update_container(page)


def add_title(writer: IncrementalPdfFileWriter) -> None:
    writer.set_info(generic.DictionaryObject({generic.pdf_name("/Title"): generic.pdf_string("Another title")}))


def signed_again(data: bytes, key: SealKey, field: str = "Second") -> bytes:
    metadata = PdfSignatureMetadata(field_name=field, md_algorithm="sha256")
    signer = PdfSigner(metadata, sealing._KeySigner(key))
    return signer.sign_pdf(IncrementalPdfFileWriter(io.BytesIO(data)), bytes_reserved=8192).getvalue()


def saved_anew() -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(SEALED)) as opened:
        opened.save(out)
    return out.getvalue()


def without_field() -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(SEALED)) as opened:
        del opened.Root.AcroForm
        del opened.Root.Perms
        opened.save(out)
    return out.getvalue()


def with_seal_of_another_file() -> bytes:
    start, end, _ = contents_of(SEALED)
    other_start, other_end, _ = contents_of(OTHER)
    return SEALED[:start] + OTHER[other_start:other_end] + SEALED[end:]


def with_byte_range(change: Callable[[list[int]], list[int]]) -> bytes:
    at = SEALED.rindex(b"/ByteRange [")
    end = SEALED.index(b"]", at)
    numbers = [int(word) for word in SEALED[at + 12 : end].split()]
    changed = b"/ByteRange [" + " ".join(map(str, change(numbers))).encode()
    return SEALED[:at] + changed.ljust(end - at) + SEALED[end:]


def flipped(at: int) -> bytes:
    return SEALED[:at] + bytes([SEALED[at] ^ 1]) + SEALED[at + 1 :]


def padding_used() -> bytes:
    _, end, _ = contents_of(SEALED)
    return SEALED[: end - 5] + b"CAFE" + SEALED[end - 1 :]


def smaller_letters() -> bytes:
    start, end, _ = contents_of(SEALED)
    return SEALED[:start] + SEALED[start:end].lower() + SEALED[end:]


def spaced_letters() -> bytes:
    _, end, _ = contents_of(SEALED)
    return SEALED[: end - 3] + b"  " + SEALED[end - 1 :]


def later_time() -> bytes:
    at = SEALED.index(b"20", SEALED.rindex(b"/M (D"))
    return SEALED[:at] + b"19" + SEALED[at + 2 :]


ALTERED: dict[str, Callable[[], bytes]] = {
    "the original, never signed": lambda: ORIGINAL,
    "stamped, never sealed": lambda: STAMPED,
    "a page replaced by an update": lambda: updated(replace_page),
    "a note added by an update": lambda: updated(add_note),
    "a title added by an update": lambda: updated(add_title),
    "sealed by a thief in the firm's name": lambda: seal(STAMPED, THIEF, reason="Completed"),
    "signed again by a thief": lambda: signed_again(SEALED, THIEF),
    "signed again with our key": lambda: signed_again(SEALED, KEY),
    "page replaced, then signed by a thief": lambda: signed_again(updated(replace_page), THIEF),
    "a signature that is not the seal": lambda: signed_again(STAMPED, KEY),
    "not certified, in the seal's field": lambda: signed_again(STAMPED, KEY, "Seal"),
    "saved anew by another program": saved_anew,
    "form and permissions taken out": without_field,
    "the seal of another file": with_seal_of_another_file,
    "the file with its seal's field of another": lambda: OTHER[:-1000] + SEALED[-1000:],
    "range ends early": lambda: with_byte_range(lambda n: [n[0], n[1], n[2], n[3] - 1]),
    "range starts late": lambda: with_byte_range(lambda n: [1, n[1] - 1, n[2], n[3]]),
    "range leaves a wider gap": lambda: with_byte_range(lambda n: [n[0], n[1] - 20, n[2], n[3]]),
    "negative range": lambda: with_byte_range(lambda n: [n[0], n[1], -n[2], n[3]]),
    "huge range": lambda: with_byte_range(lambda n: [n[0], n[1], n[2], 10**9]),
    "time changed": later_time,
    "padding of the seal used": padding_used,
    "digits of the seal in small letters": smaller_letters,
    "spaces among the digits": spaced_letters,
    "the other signature value that ECDSA allows": lambda: with_container(other_half_of_the_signature),
    "an attribute outside the signature": lambda: with_container(unsigned_attribute),
    "another version of the container": lambda: with_container(another_version),
    "another list of digests": lambda: with_container(another_digest_list),
    "a certificate more": lambda: with_container(a_certificate_more),
    "a line feed at the end": lambda: SEALED + b"\n",
    "a comment at the end": lambda: SEALED + b"%",
    "the last byte gone": lambda: SEALED[:-1],
    "half": lambda: SEALED[: len(SEALED) // 2],
    "noise before": lambda: b"\n" + SEALED,
    "two files in one": lambda: SEALED + SEALED,
    "a byte of the first page": lambda: flipped(SEALED.index(b"stream") + 20),
    "a byte of the header": lambda: flipped(7),
    "empty": lambda: b"",
}


@pytest.mark.parametrize("make", ALTERED.values(), ids=ALTERED)
def test_an_altered_file_is_never_valid(make: Callable[[], bytes]) -> None:
    data = make()
    assert data != SEALED
    assert not verify(data, [KEY.certificate]).valid
    assert not verify(data, [KEY.certificate], recorded=[verify(SEALED, []).sha256]).valid


@settings(max_examples=150, deadline=None)
@given(st.integers(0, len(SEALED) - 1), st.integers(1, 255))
def test_no_byte_can_be_changed(at: int, by: int) -> None:
    data = SEALED[:at] + bytes([SEALED[at] ^ by]) + SEALED[at + 1 :]
    assert not verify(data, [KEY.certificate]).valid


def test_no_byte_of_the_seal_itself_can_be_changed() -> None:
    start, _, contents = contents_of(SEALED)
    used = len(contents.rstrip(b"\0"))
    for at in random.Random(3).sample(range(used), 150):
        data = bytearray(contents)
        data[at] ^= 1 << random.Random(at).randrange(8)
        altered = SEALED[: start + 1] + data.hex().upper().encode() + SEALED[start + 1 + 2 * len(data) :]
        assert not verify(altered, [KEY.certificate]).valid, at


def test_another_file_that_we_sealed_is_not_the_one_on_record() -> None:
    assert verify(OTHER, [KEY.certificate]).valid
    verdict = verify(OTHER, [KEY.certificate], recorded=[verify(SEALED, []).sha256])
    assert (verdict.valid, verdict.reason) == (False, "not_recorded")


def test_the_original_is_invalid_for_the_right_reason() -> None:
    assert verify(ORIGINAL, [KEY.certificate]).reason == "unsigned"
    assert verify(SEALED, [THIEF.certificate]).reason == "unknown_key"
    assert verify(SEALED, []).reason == "unknown_key"


def test_a_file_above_the_limit_is_not_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verification, "MAX_BYTES", 1000)
    assert verify(SEALED, [KEY.certificate]).reason == "too_large"


def lenient(data: bytes) -> bool:
    """Judge as many readers do: every signature found is intact, valid and from a trusted signer."""
    try:
        found = PdfFileReader(io.BytesIO(data), strict=False).embedded_signatures
        context = ValidationContext(trust_roots=[KEY.asn1, THIEF.asn1], allow_fetching=False)
        statuses = [validate_pdf_signature(signature, context, skip_diff=True) for signature in found]
    except Exception:
        return False
    return all(status.intact and status.valid and status.trusted for status in statuses)


def test_control_a_lenient_reader_is_fooled() -> None:
    fooled = {name for name, make in ALTERED.items() if lenient(make())}
    assert {
        "the original, never signed",
        "a page replaced by an update",
        "page replaced, then signed by a thief",
        "sealed by a thief in the firm's name",
        "the other signature value that ECDSA allows",
        "an attribute outside the signature",
        "padding of the seal used",
        "digits of the seal in small letters",
    } <= fooled

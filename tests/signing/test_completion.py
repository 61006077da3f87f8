"""From the last signature to the sealed file, its certificate, its evidence and its verification."""

import hashlib
import io
import subprocess
from pathlib import Path
from uuid import UUID

import pytest
from click.testing import CliRunner
from sqlalchemy import select, update

from services.chassis.columns import new_id
from services.chassis.testing.harness import PUBLIC_URL, environment
from services.signing import audit, pdf, queries
from services.signing.commands import signing
from services.signing.completion import SealingFailed
from services.signing.models import AuditEvent, Consent, EvidenceIsKept, PortalSettings, SealKeyRecord, SignRequest
from tests.signing.office import DOCUMENT, FIRM, PHONE, Office


def sealed_file(office: Office, id: str) -> bytes:
    answer = office.client().get(f"/v1/sign-requests/{id}/sealed")
    assert answer.status_code == 200
    assert answer.mimetype == "application/pdf"
    return bytes(answer.data)


def test_the_sealed_file(office: Office, tmp_path: Path) -> None:
    id = office.completed()
    data = sealed_file(office, id)
    found = office.get(id)
    assert found["status"] == "completed"
    assert (found["sealed_sha256"], found["sealed_size"]) == (hashlib.sha256(data).hexdigest(), len(data))
    (event,) = office.told("completed")
    assert (event.data["sealed_sha256"], event.data["sealed_size"]) == (found["sealed_sha256"], len(data))
    file = tmp_path / "sealed.pdf"
    file.write_bytes(data)
    said = subprocess.run(["pdfsig", "-nocert", str(file)], capture_output=True, text=True, check=True).stdout
    assert "Signature is Valid" in said
    assert "Total document signed" in said
    assert FIRM in said


def test_documents_fetches_the_sealed_file_with_its_service_token(office: Office) -> None:
    id = office.sent()
    documents = office.harness.peer("documents")
    assert documents.get(f"/v1/sign-requests/{id}/sealed").status_code == 404
    office.sign_all(id, office.client())
    office.handle("signed")
    answer = documents.get(f"/v1/sign-requests/{id}/sealed")
    assert hashlib.sha256(answer.data).hexdigest() == office.told("completed")[-1].data["sealed_sha256"]
    assert answer.content_length == len(answer.data)


def words(data: bytes, page: int) -> str:
    command = ["pdftotext", "-layout", "-f", str(page), "-l", str(page), "-", "-"]
    return subprocess.run(command, input=data, capture_output=True, check=True).stdout.decode()


def test_the_certificate_tells_who_how_and_when_in_the_signers_language(office: Office) -> None:
    id = office.completed(office.ana, office.bruno)
    data = sealed_file(office, id)
    text = words(data, 3) + words(data, 4)
    assert "Certificado de finalización" in text
    assert f"Sellado por {FIRM}" in text
    assert office.get(id)["document_sha256"] in text
    for person in ("Ana Acosta", "ana@talleresacosta.example", "Bruno Acosta", "bruno@talleresacosta.example"):
        assert person in text
    assert "Código de un solo uso" in text
    assert PHONE["ip"] in text
    assert PHONE["user_agent"] in text
    trail = office.staff.get(f"/v1/sign-requests/{id}/audit").json
    assert trail["consents"][0]["disclosure_sha256"] in text
    assert f"{PUBLIC_URL}/verify" in text
    head = trail["steps"][-1]["details"]["chain_in_certificate"]
    assert head in text
    assert head in [step["hash"] for step in trail["steps"]]


def test_what_was_filled_in_stands_on_the_pages(office: Office) -> None:
    data = sealed_file(office, office.completed())
    assert "Firmado por Ana Acosta" in words(data, 1)
    assert "22 de noviembre de 2026" in words(data, 2)
    assert "De acuerdo" in words(data, 2)
    assert "The fee is 420 euros." in words(data, 2)


def test_the_original_is_kept_beside_the_sealed_file(office: Office) -> None:
    id = office.completed()
    assert office.client().get(f"/v1/sign-requests/{id}/document").data == DOCUMENT


def test_sealing_counts_once(office: Office) -> None:
    id = office.completed()
    first = sealed_file(office, id)
    for _ in range(2):
        office.handle("signed")
    assert sealed_file(office, id) == first
    assert len(office.told("completed")) == 1


def test_events_late_doubled_and_out_of_order_seal_once(office: Office) -> None:
    id = office.sent(office.ana, office.bruno)
    for contact in (office.ana, office.bruno):
        office.sign_all(id, office.client(contact))
    first, second = office.told("signed")
    for event in (second, first, second, first):
        office.harness.deliver(event)
    assert len(office.told("completed")) == 1


def test_one_signature_of_two_seals_nothing(office: Office) -> None:
    id = office.sent(office.ana, office.bruno)
    office.sign_all(id, office.client())
    office.handle("signed")
    assert (office.get(id)["status"], office.told("completed")) == ("sent", [])
    assert office.client().get(f"/v1/sign-requests/{id}/sealed").status_code == 404


def test_a_document_swapped_after_the_signature_is_not_sealed(office: Office) -> None:
    id = office.sent()
    office.sign_all(id, office.client())
    key = queries.original_key(office.get(id)["document_sha256"])
    office.harness.runtime.blobs.write(key, [pdf_of_another()])
    with pytest.raises(SealingFailed):
        office.handle("signed")
    assert (office.get(id)["status"], office.told("completed")) == ("signed", [])
    office.harness.runtime.blobs.write(key, [DOCUMENT])
    office.handle("signed")
    assert office.get(id)["status"] == "completed"


def pdf_of_another() -> bytes:
    from tests.signing.samples import Page, make_pdf

    return make_pdf([Page(text="The fee is 9 euros."), Page(rotation=90)])


def test_who_gets_a_copy_sees_it_when_it_is_complete(office: Office) -> None:
    id = office.make()
    recipients = [
        {"key": "a", "contact_id": str(office.ana)},
        {"key": "b", "contact_id": str(office.bruno), "role": "copy"},
    ]
    fields = [{"recipient": "a", "type": "signature", "page": 1, "x": 10, "y": 10, "width": 100, "height": 40}]
    assert office.staff.put(
        f"/v1/sign-requests/{id}/plan", json={"recipients": recipients, "fields": fields}
    ).status_code == 200  # fmt: skip
    office.staff.post(f"/v1/sign-requests/{id}/send")
    bruno = office.client(office.bruno)
    assert bruno.get(f"/v1/sign-requests/{id}").status_code == 404
    office.sign_all(id, office.client())
    office.handle("signed")
    assert bruno.get(f"/v1/sign-requests/{id}/sealed").status_code == 200
    assert office.get(id, bruno)["mine"]["step"] == "none"
    assert office.sign(id, bruno, values=[]).json["code"] == "not_a_signer"


def test_the_key_is_made_once_and_rests_sealed(office: Office) -> None:
    office.completed()
    office.completed()
    with office.harness.database.reading() as session:
        (kept,) = session.scalars(select(SealKeyRecord)).all()
    assert kept.common_name == FIRM
    assert kept.sealed_key.count(".") == 4
    assert "PRIVATE KEY" not in kept.sealed_key
    assert "PRIVATE KEY" in office.harness.runtime.sealer.open(kept.sealed_key)


def test_a_new_name_of_the_firm_gets_a_new_certificate_and_old_files_stay_valid(office: Office) -> None:
    old = sealed_file(office, office.completed())
    office.harness.deliver("portal.settings.saved.v1", {"legal_name": "Marín, Costa y Ruiz"}, version=99)
    new = sealed_file(office, office.completed())
    verdicts = [office.harness.anyone().post("/v1/verify", data=data).json for data in (old, new)]
    assert [verdict["signer"] for verdict in verdicts] == [FIRM, "Marín, Costa y Ruiz"]
    assert all(verdict["valid"] and verdict["recorded"] for verdict in verdicts)


def test_a_firm_that_portal_has_not_told_of_can_seal(office: Office) -> None:
    with office.harness.database.unit_of_work() as session:
        session.delete(session.get(PortalSettings, 1))
    data = sealed_file(office, office.completed())
    assert office.harness.anyone().post("/v1/verify", data=data).json["signer"] == "Atrio"


def test_anyone_can_verify(office: Office) -> None:
    data = sealed_file(office, office.completed())
    anyone = office.harness.anyone()
    verdict = anyone.post("/v1/verify", data=data).json
    assert (verdict["valid"], verdict["reason"], verdict["recorded"]) == (True, None, True)
    assert verdict["sha256"] == hashlib.sha256(data).hexdigest()
    for wrong, reason in ((DOCUMENT, "unsigned"), (data + b"\n", "changed_after"), (b"", "empty"), (b"x", "not_pdf")):
        verdict = anyone.post("/v1/verify", data=wrong).json
        assert (verdict["valid"], verdict["reason"]) == (False, reason)


def test_a_seal_that_is_not_on_record_is_invalid(office: Office) -> None:
    id = office.completed()
    data = sealed_file(office, id)
    with office.harness.database.unit_of_work() as session:
        session.execute(update(SignRequest).values(sealed_sha256=None))
    verdict = office.harness.anyone().post("/v1/verify", data=data).json
    assert (verdict["valid"], verdict["reason"]) == (False, "not_recorded")


def test_a_file_to_verify_has_a_largest_size(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    from services.signing import verification

    monkeypatch.setattr(verification, "MAX_BYTES", 1000)
    assert office.harness.anyone().post("/v1/verify", data=b"%PDF-" + bytes(2000)).status_code == 413


def chain(office: Office, id: str) -> list[AuditEvent]:
    with office.harness.database.reading() as session:
        return list(audit.load(session, UUID(id)))


def test_the_audit_chain_has_every_step(office: Office) -> None:
    id = office.completed()
    steps = chain(office, id)
    actions = ["created", "prepared", "planned", "sent", "viewed", "consented", "signed", "completed"]
    assert [step.action for step in steps] == actions
    assert audit.verify_chain(steps) is None
    signed = steps[6]
    assert (signed.actor["name"], signed.details["ip"], signed.details["methods"]) == (
        "Ana Acosta", PHONE["ip"], ["code"]
    )  # fmt: skip
    assert office.staff.get(f"/v1/sign-requests/{id}/audit").json["broken_at"] is None


def test_an_edit_a_gap_a_swap_and_a_cut_are_noticed(office: Office) -> None:
    """Threat 39."""
    id = office.completed()
    whole = chain(office, id)
    head = whole[-1].hash
    edited = chain(office, id)
    edited[5].details = edited[5].details | {"ip": "198.51.100.1"}
    assert audit.verify_chain(edited) == 6
    rehashed = chain(office, id)
    rehashed[5].details = rehashed[5].details | {"ip": "198.51.100.1"}
    rehashed[5].hash = audit.hash_of(rehashed[5])
    assert audit.verify_chain(rehashed) == 7
    assert audit.verify_chain(whole[:3] + whole[4:]) == 4
    assert audit.verify_chain([whole[1], whole[0], *whole[2:]]) == 1
    assert audit.verify_chain(whole[:-1]) is None  # a cut alone is seen only from outside
    assert audit.verify_chain(whole[:-1], head) == 8
    assert audit.verify_chain(whole, head) is None
    with office.harness.database.unit_of_work() as session:
        session.execute(update(AuditEvent).where(AuditEvent.sequence == 3).values(action="sent"))
    assert office.staff.get(f"/v1/sign-requests/{id}/audit").json["broken_at"] == 3


def test_evidence_cannot_be_changed_through_the_models(office: Office) -> None:
    office.completed()
    for kind in (AuditEvent, Consent):
        with office.harness.database.reading() as session:
            row = session.scalars(select(kind).limit(1)).one()
            session.delete(row)
            with pytest.raises(EvidenceIsKept):
                session.flush()
    with office.harness.database.reading() as session:
        session.scalars(select(AuditEvent).limit(1)).one().action = "declined"
        with pytest.raises(EvidenceIsKept):
            session.flush()


@pytest.fixture
def cli(office: Office, tmp_path: Path):
    def run(*arguments: str) -> tuple[int, str]:
        url = office.harness.runtime.settings.database_url
        data = str(office.harness.folder)
        with environment(ATRIO_DATA=data, ATRIO_SIGNING_DATABASE_URL=url):
            result = CliRunner().invoke(signing, list(arguments))
        return result.exit_code, result.output

    return run


def test_the_command_verifies_with_and_without_the_database(office: Office, cli, tmp_path: Path) -> None:
    id = office.completed()
    file, altered, pem = tmp_path / "sealed.pdf", tmp_path / "altered.pdf", tmp_path / "seal.pem"
    data = sealed_file(office, id)
    file.write_bytes(data)
    altered.write_bytes(data[:-1] + b" ")
    code, output = cli("verify", str(file))
    assert (code, FIRM in output) == (0, True)
    assert cli("verify", str(altered))[0] == 1
    code, output = cli("certificate")
    assert (code, output.count("BEGIN CERTIFICATE")) == (0, 1)
    pem.write_text(output)
    code, output = cli("verify", "--certificate", str(pem), str(file))
    assert (code, "not compared" in output) == (0, True)
    assert cli("verify", "--certificate", str(pem), str(altered))[0] == 1
    assert '"valid": false' in cli("verify", "--json", str(altered))[1]


def test_the_command_shows_the_audit_chain(office: Office, cli) -> None:
    id = office.completed()
    head = office.staff.get(f"/v1/sign-requests/{id}/audit").json["steps"][-1]["details"]["chain_in_certificate"]
    code, output = cli("audit", id, "--head", head)
    assert (code, "The chain is whole." in output) == (0, True)
    assert cli("audit", id, "--head", "0" * 64)[0] == 1
    assert cli("audit", str(new_id()))[0] == 1


def test_a_letter_sized_document_gets_a_letter_sized_certificate(office: Office) -> None:
    from tests.signing.samples import Page, make_pdf

    id = office.make(office.has_document(make_pdf([Page(media=(0, 0, 612, 792))] * 2)))
    assert office.plan(id).status_code == 200
    office.staff.post(f"/v1/sign-requests/{id}/send")
    office.sign_all(id, office.client())
    office.handle("signed")
    import pikepdf

    with pikepdf.open(io.BytesIO(sealed_file(office, id))) as opened:
        assert {tuple(map(float, page.mediabox)) for page in opened.pages} == {(0, 0, 612, 792)}


def test_the_sealed_file_is_drawn_as_people_saw_it(office: Office) -> None:
    """The seal, the stamps and the flattening leave the pages' own words where they were."""
    data = sealed_file(office, office.completed())
    assert "Engagement letter 2026" in words(data, 1)
    assert pdf.render_page(data, 1, 1.0).width == 595

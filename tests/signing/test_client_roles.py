"""What is addressed to a person is signed by owner, member and signer, and not by who only pays (B4)."""

import pytest

from tests.signing.office import Office

READS = ("", "/pages/1", "/text", "/document", "/sealed")


@pytest.mark.parametrize("role", ["owner", "member", "signer", "billing"])
def test_each_role_gets_what_is_addressed_to_them(office: Office, role: str) -> None:
    one = f"/v1/sign-requests/{office.completed()}"
    browser = office.harness.client(office.account, contact_id=office.ana, role=role)
    for target in READS:
        assert browser.get(one + target).status_code == (403 if role == "billing" else 200), target
    assert browser.get("/v1/sign-requests").status_code == (403 if role == "billing" else 200)


def test_who_signs_sees_nothing_that_is_addressed_to_a_colleague(office: Office) -> None:
    one = f"/v1/sign-requests/{office.completed()}"
    colleague = office.harness.client(office.account, role="signer")
    for target in READS:
        assert colleague.get(one + target).status_code == 404, target
    assert colleague.get("/v1/sign-requests").json["items"] == []


def test_who_only_pays_cannot_be_asked_to_sign_nor_get_a_copy(office: Office) -> None:
    office.add_contact(office.bruno, "Bruno Acosta", "bruno@talleresacosta.example", "pt", role="billing", version=2)
    id = office.make()
    refused = office.plan(id, office.ana, office.bruno)
    assert (refused.status_code, refused.json["code"]) == (422, "cannot_sign")
    assert list(refused.json["errors"]) == ["recipients.1.contact_id"]
    place = {"recipient": "ana", "type": "signature", "page": 1, "x": 72, "y": 600, "width": 180, "height": 44}
    people = [
        {"key": "ana", "contact_id": str(office.ana)},
        {"key": "b", "contact_id": str(office.bruno), "role": "copy"},
    ]
    copied = office.staff.put(f"/v1/sign-requests/{id}/plan", json={"recipients": people, "fields": [place]})
    assert (copied.status_code, copied.json["code"]) == (422, "cannot_sign")
    office.add_contact(office.bruno, "Bruno Acosta", "bruno@talleresacosta.example", "pt", role="signer", version=3)
    assert office.plan(id, office.ana, office.bruno).status_code == 200


def test_whose_role_changed_since_the_plan_is_sent_nothing(office: Office) -> None:
    id = office.make()
    assert office.plan(id, office.ana, office.bruno).status_code == 200
    office.add_contact(office.bruno, "Bruno Acosta", "bruno@talleresacosta.example", "pt", role="billing", version=2)
    refused = office.staff.post(f"/v1/sign-requests/{id}/send")
    assert (refused.status_code, refused.json["code"]) == (422, "cannot_sign")
    assert office.get(id)["status"] == "draft"
    assert office.plan(id, office.ana).status_code == 200
    assert office.staff.post(f"/v1/sign-requests/{id}/send").status_code == 200

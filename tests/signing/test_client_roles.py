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

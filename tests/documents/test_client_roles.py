"""Owners and members work with documents; who only signs or pays does not (B4)."""

from uuid import UUID

import pytest

from services.chassis.testing.harness import Harness
from tests.documents.samples import PDF, send, uploaded


@pytest.mark.parametrize(("role", "works"), [("owner", True), ("member", True), ("signer", False), ("billing", False)])
def test_each_role_gets_its_part(harness: Harness, account: UUID, role: str, works: bool) -> None:
    document = uploaded(harness.staff(), account, share=True)
    browser = harness.client(account, role=role)
    path = f"/v1/documents/{document['id']}"
    for target in ("/v1/documents", path, f"{path}/content", f"{path}/history"):
        assert browser.get(target).status_code == (200 if works else 403), target
    assert send(browser, account, PDF).status_code == (201 if works else 403)

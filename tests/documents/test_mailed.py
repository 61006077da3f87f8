"""Files of answers by mail: notifications alone brings them, under the rules for who wrote."""

from services.chassis.columns import new_id
from services.chassis.testing.fixtures import OpenHarness
from services.documents.service import SERVICE

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def test_a_file_is_taken_once_and_by_the_firms_switch(open_harness: OpenHarness) -> None:
    documents = open_harness(SERVICE)
    account_id, ana = new_id(), new_id()
    documents.deliver("portal.account.saved.v1", {"id": str(account_id), "adviser_id": None, "status": "active"})
    path = f"/v1/accounts/{account_id}/mailed-documents?name=n%C3%B3mina.pdf&by_kind=client&by_id={ana}&by_name=Ana"
    keyed = {"Idempotency-Key": "mail-1-0", "Content-Type": "application/octet-stream"}
    notifications = documents.peer("notifications")
    first = notifications.post(path, data=PDF, headers=keyed)
    assert first.status_code == 201, first.json
    assert notifications.post(path, data=PDF, headers=keyed).json == first.json
    (event,) = documents.recorded("documents.document.uploaded.v1")
    assert (event.data["name"], event.data["origin"], event.data["uploaded_by"]["id"]) == (
        "nómina.pdf",
        "client",
        str(ana),
    )
    assert notifications.post(path, data=b"MZ\x90\x00").json["code"] == "type_not_allowed"
    for other in (documents.peer("portal"), documents.staff(), documents.client(account_id)):
        assert other.post(path, data=PDF).status_code == 403
    documents.deliver("portal.settings.saved.v1", {"switches": {"share_documents": False}}, version=99)
    assert notifications.post(path, data=PDF).json["code"] == "uploads_switched_off"

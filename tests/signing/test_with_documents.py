"""Signing and documents together over real HTTP: the original goes one way, the sealed file the other."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from pytest_httpserver import HTTPServer
from werkzeug.serving import make_server

from services.chassis.testing.fixtures import OpenHarness
from services.chassis.testing.harness import Harness
from services.documents.service import SERVICE as DOCUMENTS
from services.signing.service import SERVICE as SIGNING
from tests.signing.office import DOCUMENT, Office


@contextmanager
def served(harness: Harness) -> Iterator[str]:
    """Let the service answer on a port of its own; give its URL."""
    server = make_server("127.0.0.1", 0, harness.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()


def test_a_document_is_signed_and_filed(open_harness: OpenHarness, httpserver: HTTPServer) -> None:
    documents, signing = open_harness(DOCUMENTS), open_harness(SIGNING)
    office = Office(signing, httpserver)
    with served(documents) as documents_url, served(signing) as signing_url:
        signing.point("documents", documents_url)
        documents.point("signing", signing_url)
        documents.deliver("portal.account.saved.v1", {"id": str(office.account)}, version=1)
        path = f"/v1/accounts/{office.account}/documents?name=Engagement%20letter.pdf"
        uploaded = documents.staff().post(path, data=DOCUMENT, content_type="application/pdf")
        assert uploaded.status_code == 201, uploaded.json
        id = office.make(uploaded.json["id"])
        assert office.get(id)["status"] == "draft", office.get(id)["failure"]
        assert office.plan(id).status_code == 200
        office.staff.post(f"/v1/sign-requests/{id}/send")
        assert office.sign_all(id, office.client()).status_code == 200
        office.handle("signed")
        documents.deliver(office.told("completed")[-1])
        filed = documents.staff().get(f"/v1/documents/{uploaded.json['id']}/content")
        assert signing.anyone().post("/v1/verify", data=filed.data).json["valid"]
        client = documents.client(office.account, contact_id=office.ana)
        assert client.get(f"/v1/documents/{uploaded.json['id']}/content").data == filed.data

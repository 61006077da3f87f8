"""A client of whom every service knows something, and a second one who has to stay as they are."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from services.chassis import clock
from services.chassis.columns import new_id
from services.chassis.testing.fixtures import OpenHarness
from services.signing import audit, models
from tests.documents.samples import uploaded
from tests.privacy.village import Village, staff

CANARY = {
    "name": "Canaria Zafiro",
    "email": "zafiro@canaria.example",
    "phone": "+34600111222",
    "content": "the canary of the file 7f3a",
}
SIGNED = "the signed canary 91bc"


@dataclass
class Client:
    """A client in the village: its ids, and what was made for it."""

    account: UUID
    contact: UUID
    user: UUID
    documents: list[UUID] = field(default_factory=list)
    sign_requests: list[UUID] = field(default_factory=list)


@pytest.fixture
def village(open_harness: OpenHarness) -> Village:
    """The five services."""
    made = Village(open_harness)
    made.run()
    return made


@pytest.fixture
def lucia() -> UUID:
    """The id of a member of staff."""
    return new_id()


@pytest.fixture
def make_client(village: Village, lucia: UUID) -> Callable[..., Client]:
    """A function that makes a client who is known everywhere."""

    def make(*, name: str, email: str, phone: str, content: str, signed_years_ago: float | None = None) -> Client:
        portal = staff(village, "portal", lucia)
        body = {"name": f"{name}, S.L.", "kind": "company", "locale": "es", "email": email, "phone": phone}
        contact = {"name": name, "email": email, "mobile": phone, "role": "owner", "locale": "es", "invite": True}
        answer = portal.post("/v1/accounts", json=body | {"contacts": [contact]})
        assert answer.status_code == 201, answer.json
        account, person = UUID(answer.json["id"]), UUID(answer.json["contacts"][0]["id"])
        village.run()
        client = Client(account, person, _user(village, email))
        asked = portal.post(
            "/v1/requests",
            json={"account_id": str(account), "title": f"For {name}", "message": name, "items": [{"title": name}]},
        )
        assert asked.status_code == 201, asked.json
        documents = village["documents"].client(account, contact_id=person, id=client.user, name=name)
        found = uploaded(documents, account, b"%PDF-1.7\n" + content.encode(), name=f"{name}.pdf")
        client.documents.append(UUID(found["id"]))
        replied = village["portal"].client(account, contact_id=person, id=client.user, name=name)
        sent = replied.post(
            f"/v1/requests/{asked.json['id']}/replies",
            json={"message": f"{name} {phone}", "document_ids": [found["id"]]},
        )
        assert sent.status_code == 201, sent.json
        if signed_years_ago is not None:
            _sign(village, client, name, email, years=signed_years_ago)
        village.run()
        return client

    return make


def _user(village: Village, email: str) -> UUID:
    from sqlalchemy import select

    from services.identity.users.models import User

    with village["identity"].database.reading() as session:
        found: Any = session.scalars(select(User.id).where(User.email == email)).one()
        return UUID(str(found))


def _sign(village: Village, client: Client, name: str, email: str, *, years: float) -> None:
    """Put a completed sign request into signing, and its sealed file into documents, some years ago."""
    from services.documents.library import actions
    from services.documents.library.models import Document, Version
    from services.documents.uploads.receiving import blob_key_of

    at = clock.now() - timedelta(days=365.25 * years)
    signing, documents = village["signing"], village["documents"]
    content = SIGNED.encode()
    sha = signing.runtime.blobs.write("sealed/aa", [content]).sha256
    signing.runtime.blobs.write(f"sealed/{sha}", [content])
    signing.runtime.blobs.delete("sealed/aa")
    id = new_id()
    with signing.database.unit_of_work() as session:
        made = models.SignRequest(
            id=id,
            account_id=client.account,
            document_id=client.documents[0],
            title=f"Contract of {name}",
            status="completed",
            created_by={"kind": "staff", "id": str(new_id()), "name": "Lucía Marín"},
            created_at=at,
            completed_at=at,
            pages=[],
            sealed_sha256=sha,
            sealed_size=len(content),
        )
        made.recipients.append(
            models.Recipient(
                id=new_id(),
                contact_id=client.contact,
                user_id=client.user,
                name=name,
                email=email,
                locale="es",
                role="signer",
                order=1,
                status="signed",
                signed_at=at,
            )
        )
        session.add(made)
        session.flush()
        audit.append(session, id, "signed", {"kind": "client", "id": str(client.user), "name": name}, at=at)
    with documents.database.unit_of_work() as session:
        document = session.get(Document, client.documents[0], with_for_update=True)
        assert document is not None
        blob = documents.runtime.blobs.write(blob_key_of(new_id()), [content])
        actions.add_sealed_version(session, document, blob, sign_request_id=id, content_type="application/pdf")
        session.flush()
        version = session.query(Version).filter_by(document_id=document.id, origin="signing").one()
        version.created_at = at
    client.sign_requests.append(id)

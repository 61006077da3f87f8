"""Events may come twice and in any order: the copies and what people see are the same in the end (threat 30)."""

import random
from typing import Any

import pytest
from sqlalchemy import select

from services.chassis.event import Event
from services.chassis.testing.harness import Harness
from services.portal.models import Model
from tests.portal.conftest import Client, document_of, sign_request_of, user_of

ACCESS = "2026-11-20T1{}:00:00+00:00"


def story(portal: Harness, client: Client) -> list[Event]:
    """Return what other services tell of a client from the invitation to the sealed document."""
    document, signing = document_of(client, shared=False, shared_at=None), sign_request_of(client)
    recipient = signing["recipients"][0]
    opened = {"document_id": document["id"], "account_id": document["account_id"]}
    by = {"kind": "client", "id": str(client.user_id), "name": "Ana Acosta"}

    def sign(version: int, status: str, how: str, **extra: Any) -> dict[str, Any]:
        people = [recipient | {"status": how}]
        return signing | {"version": version, "status": status, "recipients": people} | extra

    acted = {"recipient_id": recipient["id"]}
    return [
        portal.make("identity.user.saved.v1", user_of(client, status="invited", version=1)),
        portal.make("identity.user.invited.v1", user_of(client, status="invited", version=2)),
        portal.make("identity.user.activated.v1", user_of(client, status="active", version=3)),
        portal.make("identity.user.saved.v1", user_of(client, status="active", version=4, name="Ana A.")),
        portal.make("documents.document.uploaded.v1", document),
        portal.make("documents.document.shared.v1", document | {"shared": True, "version": 2}),
        portal.make("documents.document.opened.v1", opened | {"by": by, "at": ACCESS.format(1), "first": True}),
        portal.make("documents.document.opened.v1", opened | {"by": by, "at": ACCESS.format(3), "first": False}),
        portal.make("documents.document.opened.v1", opened | {"by": by, "at": ACCESS.format(2), "first": False}),
        portal.make("documents.document.version_added.v1", document | {"shared": True, "version": 3, "size": 99}),
        portal.make("signing.sign_request.created.v1", sign(1, "draft", "waiting", sent_at=None)),
        portal.make("signing.sign_request.sent.v1", sign(2, "sent", "notified")),
        portal.make("signing.sign_request.viewed.v1", sign(3, "sent", "viewed", **acted)),
        portal.make("signing.sign_request.signed.v1", sign(4, "signed", "signed", **acted)),
        portal.make("signing.sign_request.completed.v1", sign(5, "completed", "signed")),
        portal.make("notifications.message.failed.v1", {"user_id": str(client.user_id)}),
    ]


def state(portal: Harness) -> dict[str, list[tuple[Any, ...]]]:
    """Return every row of every table but the messages'."""
    found = {}
    with portal.database.reading() as session:
        for table in Model.metadata.sorted_tables:
            if table.name not in ("outbox", "inbox"):
                found[table.name] = sorted(map(tuple, session.execute(select(table))), key=repr)
    return found


@pytest.mark.parametrize("seed", range(6))
def test_doubled_and_shuffled_events_come_to_the_same_state(portal: Harness, acosta: Client, seed: int) -> None:
    events = story(portal, acosta)
    shuffled = events * 3
    random.Random(seed).shuffle(shuffled)
    for event in shuffled:
        portal.deliver(event)
    reached = state(portal)
    with portal.database.unit_of_work() as session:
        for table in reversed(Model.metadata.sorted_tables):
            if table.name.startswith(("identity_", "documents_", "signing_")):
                session.execute(table.delete())
        activity = Model.metadata.tables["activity"]
        session.execute(activity.delete().where(activity.c.id.in_([row[0] for row in reached["activity"]])))
    kept = [row for row in reached["activity"] if row[3].startswith(("account.", "contact."))]
    for event in events:
        portal.deliver(event)
    again = state(portal)
    again["activity"] = sorted([*again["activity"], *kept], key=repr)
    assert again == reached
    assert {name: len(rows) for name, rows in reached.items() if "_" in name and rows and name != "field_settings"} == {
        "identity_users": 1,
        "identity_user_contacts": 1,
        "documents_documents": 1,
        "documents_openings": 1,
        "signing_sign_requests": 1,
        "signing_recipients": 1,
        "firm_settings": 1,
        "access_log": 1,
        "search_entries": 3,
    }

"""Who is told: the other side, those who look after the client, each once, and nobody of their own doing."""

import random
from typing import Any

import pytest

from services.chassis.columns import new_id
from services.chassis.testing.harness import Harness
from tests.notifications.house import House, User

ANA, LUCIA, TOMAS = "ana@talleresacosta.example", "lucia@marincosta.example", "tomas@marincosta.example"


def recipient(user: User, status: str = "notified", **more: Any) -> dict[str, Any]:
    return {
        "id": str(new_id()),
        "contact_id": str(new_id()),
        "user_id": str(user.id),
        "name": user.name,
        "email": user.email,
        "role": "signer",
        "order": 1,
        "status": status,
        "signed_at": None,
    } | more


def test_a_shared_document_is_told_to_the_client(house: House) -> None:
    stranger_account = new_id()
    house.add_client("Bea Otra", "bea@other.example", account_id=stranger_account)
    house.add_client("Carlos Nuevo", "carlos@talleresacosta.example", status="invited")
    house.add_client("Dora Fuera", "dora@talleresacosta.example", status="suspended")
    house.share()
    assert house.told() == {(ANA, "document_shared")}
    assert len(house.notices()) == 2  # Ana's, and Carlos's for when he comes in


def test_what_comes_with_a_request_is_told_by_the_request(house: House) -> None:
    house.share(request_id=str(new_id()))
    assert house.told() == set()


def test_an_upload_of_the_client_is_told_to_the_leaders_while_there_is_no_adviser(house: House) -> None:
    house.deliver("documents.document.uploaded.v1", {"uploaded_by": house.ana.person, "origin": "client"})
    assert house.told() == {(LUCIA, "document_uploaded")}
    house.save_account(house.tomas.id, version=2)
    house.deliver("documents.document.uploaded.v1", {"uploaded_by": house.ana.person, "origin": "client"})
    assert house.told() == {(LUCIA, "document_uploaded"), (TOMAS, "document_uploaded")}


def test_an_upload_of_the_firm_is_told_to_nobody(house: House) -> None:
    house.deliver("documents.document.uploaded.v1", {"uploaded_by": house.lucia.person})
    assert house.told() == set()


def test_an_upload_for_a_request_stands_inside_and_is_mailed_with_the_reply(house: House) -> None:
    data = {"uploaded_by": house.ana.person, "origin": "client", "request_id": str(new_id())}
    house.deliver("documents.document.uploaded.v1", data)
    assert house.told() == set()
    assert [notice.user_id for notice in house.notices()] == [house.lucia.id]


def test_requests(house: House) -> None:
    by_tomas = {"created_by": house.tomas.person}
    house.deliver("portal.request.created.v1", by_tomas)
    assert house.told() == {(ANA, "request_created")}
    house.deliver("portal.request.replied.v1", by_tomas | {"by": house.ana.person})
    assert house.told() == {(ANA, "request_created"), (TOMAS, "request_reply_received")}
    house.deliver("portal.request.replied.v1", by_tomas | {"by": house.lucia.person})
    house.deliver("portal.request.closed.v1", by_tomas | {"by": house.lucia.person})
    assert house.told() >= {(ANA, "request_replied"), (ANA, "request_closed")}
    assert len(house.messages()) == 4


def test_nobody_is_told_of_their_own_doing(house: House) -> None:
    bea = house.add_client("Bea Acosta", "bea@talleresacosta.example")
    house.deliver("portal.request.closed.v1", {"by": bea.person})
    assert house.told() == {(ANA, "request_closed")}


def test_signers_are_asked_in_their_turn_and_once(house: House) -> None:
    bea = house.add_client("Bea Acosta", "bea@talleresacosta.example")
    first, second = recipient(house.ana), recipient(bea, "waiting", order=2)
    common = {"id": str(new_id()), "created_by": house.lucia.person}
    house.deliver("signing.sign_request.sent.v1", common | {"recipients": [first, second]})
    assert house.told() == {(ANA, "sign_request_sent")}

    signed = [first | {"status": "signed"}, second | {"status": "notified"}]
    house.deliver("signing.sign_request.signed.v1", common | {"recipients": signed, "recipient_id": first["id"]})
    assert house.told() == {
        (ANA, "sign_request_sent"),
        ("bea@talleresacosta.example", "sign_request_sent"),
        (LUCIA, "sign_request_signed"),
    }
    all_signed = [person | {"status": "signed"} for person in signed]
    house.deliver("signing.sign_request.signed.v1", common | {"recipients": all_signed, "recipient_id": second["id"]})
    assert len(house.messages()) == 3  # the last signature is told when all is sealed
    house.deliver("signing.sign_request.completed.v1", common | {"recipients": all_signed})
    assert house.told() >= {(ANA, "sign_request_completed"), (LUCIA, "sign_request_all_signed")}


def test_declined_and_voided(house: House) -> None:
    ana = recipient(house.ana)
    common = {"id": str(new_id()), "created_by": house.lucia.person, "reason": "Falta un anexo"}
    declined = {"recipients": [ana | {"status": "declined"}], "recipient_id": ana["id"]}
    house.deliver("signing.sign_request.declined.v1", common | declined)
    assert house.told() == {(LUCIA, "sign_request_declined")}
    late = recipient(house.ana, "waiting")
    house.deliver("signing.sign_request.voided.v1", common | {"recipients": [late], "by": house.lucia.person})
    assert len(house.messages()) == 1  # who was never asked need not be told
    house.deliver("signing.sign_request.voided.v1", common | {"recipients": [ana], "by": house.lucia.person})
    assert house.told() >= {(ANA, "sign_request_voided")}
    house.send()
    assert all("Falta un anexo" in mail["text"] for mail in house.captured())


def test_a_signer_without_the_portal_is_mailed_in_their_language(house: House) -> None:
    contact = str(new_id())
    house.deliver("portal.contact.saved.v1", {"id": contact, "locale": "pt", "email": "rui@client.example"})
    rui = User(new_id(), "client", "Rui Faria", "rui@client.example")
    people = [recipient(rui, user_id=None, contact_id=contact)]
    house.deliver("signing.sign_request.sent.v1", {"recipients": people, "created_by": house.lucia.person})
    house.send()
    (mail,) = house.captured()
    assert mail["subject"].startswith("À espera da sua assinatura")
    assert house.notices() == []


STORY = [
    ("documents.document.shared.v1", "shared_by"),
    ("portal.request.created.v1", "created_by"),
    ("portal.request.closed.v1", "by"),
]


def test_events_twice_and_in_any_order_tell_each_once(house: House) -> None:
    events = [
        house.harness.make(type, {"account_id": str(house.account_id), who: house.lucia.person, "id": str(new_id())})
        for type, who in STORY * 5
    ]
    again = events * 3
    random.Random(11).shuffle(again)
    for event in again:
        house.harness.deliver(event)
        if random.Random(event.id.int).random() < 0.3:
            house.send()
    house.send()
    assert len(house.messages(status="delivered")) == len(events)
    assert len(house.messages()) == len(events)
    assert len(house.captured()) == len(events)
    assert len(house.notices()) == len(events)


def test_copies_keep_the_newest_state_whatever_order(house: House) -> None:
    user = str(new_id())
    refs = [{"account_id": str(house.account_id), "contact_id": str(new_id()), "role": "owner"}]
    states = [
        {"id": user, "version": 1, "status": "invited", "accounts": refs, "email": "old@x.example"},
        {"id": user, "version": 2, "status": "active", "accounts": refs, "email": "new@x.example"},
        {"id": user, "version": 3, "status": "suspended", "accounts": [], "email": "new@x.example"},
    ]
    for order in ([0, 1, 2], [2, 1, 0], [1, 2, 1, 0, 0]):
        for place in order:
            house.harness.deliver("identity.user.saved.v1", states[place])
    house.share()
    assert house.told() == {(ANA, "document_shared")}


@pytest.mark.parametrize("state", ["active", "invited"])
def test_an_invitation_keeps_the_copy_too(harness: Harness, house: House, state: str) -> None:
    house.invite(status=state, name="Eva", version=1)
    assert house.told() == {("ana@talleresacosta.example", "invitation")}

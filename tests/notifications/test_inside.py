"""The inbox inside, preferences, the operations pages and the development mailbox."""

from collections.abc import Callable

import pytest

from services.chassis.columns import new_id
from services.chassis.testing.fixtures import OpenHarness
from services.notifications.service import SERVICE
from tests.notifications.house import House
from tests.notifications.smtp_server import SmtpServer


def test_the_inbox_of_a_person(house: House) -> None:
    ana = house.browser(house.ana)
    first = house.share(name="Uno.pdf")
    house.share(name="Dos.pdf", shared_by=house.lucia.person)
    assert ana.get("/v1/inbox/count").json == {"unread": 2}
    page = ana.get("/v1/inbox").json
    assert [item["title"] for item in page["items"]] == [
        "Lucía Marín shared “Dos.pdf” with you.",
        "Lucía Marín shared “Uno.pdf” with you.",
    ]
    assert page["items"][1]["path"] == f"/documents/{first.data['id']}"
    assert page["unread"] == 2
    assert ana.post("/v1/inbox/read", json={"ids": [page["items"][0]["id"]]}).json == {"unread": 1}
    assert [item["title"] for item in ana.get("/v1/inbox?unread=true").json["items"]] == [
        "Lucía Marín shared “Uno.pdf” with you."
    ]
    assert ana.post("/v1/inbox/read", json={"all": True}).json == {"unread": 0}
    assert ana.post("/v1/inbox/read", json={}).status_code == 422
    assert ana.post("/v1/inbox/read", json={"all": True, "ids": []}).status_code == 422


def test_the_inbox_speaks_the_language_of_the_day(house: House) -> None:
    house.share(name="Uno.pdf")
    (item,) = house.browser(house.ana, locale="pt").get("/v1/inbox").json["items"]
    assert item["title"] == "Lucía Marín partilhou consigo «Uno.pdf»."


def test_pages_of_the_inbox(house: House) -> None:
    for number in range(5):
        house.share(name=f"{number}.pdf")
    ana, seen, cursor = house.browser(house.ana), [], ""
    while cursor is not None:
        page = ana.get(f"/v1/inbox?limit=2{f'&cursor={cursor}' if cursor else ''}").json
        seen += [item["id"] for item in page["items"]]
        cursor = page["next"]
    assert len(seen) == len(set(seen)) == 5


def test_an_inbox_is_its_owners_and_of_the_account_being_looked_at(house: House) -> None:
    house.share()
    assert house.browser(house.lucia).get("/v1/inbox").json["items"] == []
    elsewhere = house.harness.client(new_id(), others=[house.account_id], id=house.ana.id)
    assert elsewhere.get("/v1/inbox").json["items"] == []
    (item,) = house.browser(house.ana).get("/v1/inbox").json["items"]
    house.browser(house.tomas).post("/v1/inbox/read", json={"ids": [item["id"]]})
    assert house.browser(house.ana).get("/v1/inbox/count").json == {"unread": 1}


def test_preferences(house: House) -> None:
    ana = house.browser(house.ana)
    listed = ana.get("/v1/preferences").json["items"]
    assert {item["kind"] for item in listed if item["locked"]} == {
        "invitation", "sign_in_code", "password_reset", "credential_changed",
        "mail_reply_refused", "mail_reply_left_out",
    }  # fmt: skip
    assert all(item["enabled"] for item in listed)
    assert "document_uploaded" not in {item["kind"] for item in listed}  # that is for staff

    off = {"kind": "document_shared", "channel": "email", "enabled": False}
    changed = ana.put("/v1/preferences", json={"items": [off]}).json["items"]
    assert off | {"locked": False} in changed
    house.share()
    assert house.messages() == []
    assert len(house.notices()) == 1
    ana.put("/v1/preferences", json={"items": [{**off, "channel": "portal"}, {**off, "enabled": True}]})
    house.share()
    assert len(house.messages()) == 1
    assert len(house.notices()) == 1


@pytest.mark.parametrize("kind", ["invitation", "sign_in_code", "password_reset", "credential_changed"])
def test_security_messages_cannot_be_switched_off(house: House, kind: str) -> None:
    ana = house.browser(house.ana)
    refused = ana.put("/v1/preferences", json={"items": [{"kind": kind, "channel": "email", "enabled": False}]})
    assert refused.status_code == 422
    same = ana.get("/v1/preferences").json
    assert ana.put("/v1/preferences", json=same).json == same


def test_preferences_of_what_one_does_not_get_are_refused(house: House) -> None:
    item = {"kind": "document_uploaded", "channel": "email", "enabled": False}
    assert house.browser(house.ana).put("/v1/preferences", json={"items": [item]}).status_code == 422
    assert house.browser(house.lucia).put("/v1/preferences", json={"items": [item]}).status_code == 200
    item["kind"] = "no_such_kind"
    assert house.browser(house.lucia).put("/v1/preferences", json={"items": [item]}).status_code == 422


def test_staff_follows_messages_and_sends_them_again(open_house: Callable[..., House], smtp: SmtpServer) -> None:
    house = open_house(ATRIO_MAIL=smtp.url)
    smtp.rcpt = ["550 Unknown"]
    house.invite(email="ana.acosta@client.example")
    house.send()
    staff = house.browser(house.lucia)
    (item,) = staff.get("/v1/messages?status=permanent_failure").json["items"]
    assert (item["to_address"], item["can_resend"]) == ("ana.acosta@client.example", True)
    assert staff.get("/v1/messages?status=delivered").json["items"] == []
    detail = staff.get(f"/v1/messages/{item['id']}").json
    assert [(entry["result"], entry["detail"][:3]) for entry in detail["attempts"]] == [("permanent_failure", "550")]

    again = staff.post(f"/v1/messages/{item['id']}/resend").json
    assert (again["status"], again["last_error"]) == ("queued", None)
    house.send()
    detail = staff.get(f"/v1/messages/{item['id']}").json
    assert (detail["status"], len(detail["attempts"]), detail["can_resend"]) == ("delivered", 2, False)
    assert staff.post(f"/v1/messages/{item['id']}/resend").json["code"] == "illegal_transition"
    assert staff.post(f"/v1/messages/{new_id()}/resend").status_code == 404


def test_messages_are_for_operations_only(house: House) -> None:
    assert house.browser(house.ana).get("/v1/messages").status_code == 403
    assert house.harness.staff("operations.read").post(f"/v1/messages/{new_id()}/resend").status_code == 403
    assert house.harness.staff("clients.read").get("/v1/messages").status_code == 403


def test_pages_of_messages(house: House) -> None:
    for number in range(5):
        house.invite(email=f"p{number}@client.example")
    staff, seen, cursor = house.browser(house.lucia), [], ""
    while cursor is not None:
        page = staff.get(f"/v1/messages?limit=2{f'&cursor={cursor}' if cursor else ''}").json
        seen += [item["to_address"] for item in page["items"]]
        cursor = page["next"]
    assert seen == [f"p{number}@client.example" for number in range(5)][::-1]
    assert staff.get("/v1/messages?cursor=x").status_code == 422


def test_the_mailbox_is_open_to_anyone_while_capture_is_on(house: House) -> None:
    house.invite()
    house.send()
    anyone = house.harness.anyone()
    (item,) = anyone.get("/v1/mailbox").json["items"]
    mail = anyone.get(f"/v1/mailbox/{item['id']}").json
    assert mail["links"][0] == "https://portal.example/invitation/SECRET-TOKEN"
    assert mail["from"] == "Marín & Costa <no-reply@portal.example>"
    assert anyone.get("/v1/mailbox?to=ANA@").json["items"] == [item]
    assert anyone.get("/v1/mailbox?to=nobody").json["items"] == []
    for id in ("..%2f..%2fkeys%2fnotifications", "x", str(new_id()), f"{item['id']}-2"):
        assert anyone.get(f"/v1/mailbox/{id}").status_code == 404


def test_the_mailbox_is_closed_where_the_portal_is_public(open_harness: OpenHarness) -> None:
    assert open_harness(SERVICE).anyone().get("/v1/mailbox").status_code == 404
    closed = open_harness(SERVICE, ATRIO_CAPTURE="false", ATRIO_PUBLIC_URL="http://localhost:8000")
    assert closed.anyone().get("/v1/mailbox").status_code == 404
    local = open_harness(SERVICE, ATRIO_PUBLIC_URL="http://localhost:8000")
    assert local.anyone().get("/v1/mailbox").json == {"items": []}

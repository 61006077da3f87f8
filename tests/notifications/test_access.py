"""Staff hears of access that ends; an invitation goes by SMS where staff chose it; roles bound who is told (B4)."""

import pytest

from services.chassis.columns import new_id
from tests.notifications.house import House

ENDING = "portal.contact.access_ending.v1"


def end(house: House) -> None:
    house.deliver(ENDING, {"name": "Ana Acosta", "ends_on": "2026-12-20", "days_left": 30})


def test_the_adviser_is_told_inside_and_by_mail(house: House) -> None:
    house.save_account(house.tomas.id, version=2)
    end(house)
    assert house.told() == {(house.tomas.email, "access_ending")}
    (line,) = house.browser(house.tomas).get("/v1/inbox").json["items"]
    assert line["kind"] == "access_ending"
    assert line["path"] == f"/admin/clients/{house.account_id}?tab=profile"
    house.send()
    (mail,) = house.captured()
    assert "Ana Acosta" in mail["subject"]
    assert "20 December 2026" in mail["subject"] + mail["text"]


def test_without_an_adviser_those_who_may_change_clients_are(house: House) -> None:
    reader = house.add_staff("Rui", "rui@marincosta.example", "read_only")
    end(house)
    addresses = {address for address, _ in house.told()}
    assert addresses == {house.lucia.email, house.tomas.email}
    assert reader.email not in addresses


@pytest.mark.parametrize(("locale", "word"), [("en", "invites you"), ("es", "le invita"), ("pt", "deu-lhe acesso")])
def test_an_invitation_by_sms_is_short_and_ends_in_the_link(house: House, locale: str, word: str) -> None:
    link = "https://portal.example/invitation/SECRET-TOKEN"
    house.invite(link, channel="sms", mobile="+34600111222", locale=locale)
    (message,) = house.messages(kind="invitation")
    assert (message.channel, message.to_address) == ("sms", "+34600111222")
    house.send()
    (sms,) = house.captured()
    assert word in sms["text"]
    assert sms["text"].endswith(f"\n{link}")
    assert len(sms["text"]) < 160 + len(link)


def test_an_invitation_without_a_channel_goes_by_mail(house: House) -> None:
    house.invite(mobile="+34600111222")
    assert [message.channel for message in house.messages(kind="invitation")] == ["email"]


@pytest.mark.parametrize(("role", "hears"), [("owner", True), ("member", True), ("signer", False), ("billing", False)])
def test_of_requests_and_documents_hear_those_who_work_with_them(house: House, role: str, hears: bool) -> None:
    ref = {"account_id": str(house.account_id), "contact_id": str(new_id()), "role": role}
    eva = house._add("client", "Eva Gil", "eva@acosta.example", "en", status="active", accounts=[ref], role=None)
    house.share()
    house.deliver("portal.request.created.v1", {"created_by": house.lucia.person})
    mine = {kind for address, kind in house.told() if address == eva.email}
    assert mine == ({"document_shared", "request_created"} if hears else set())


def lose(house: House, *accounts: str) -> None:
    theirs = [{"account_id": str(id), "contact_id": str(new_id()), "role": "owner"} for id in accounts]
    house.deliver("identity.second_factor.lost.v1", {"name": "Ana Acosta", "accounts": theirs})


def test_the_adviser_is_told_of_who_lost_every_second_factor_once_for_all_accounts(house: House) -> None:
    house.save_account(house.tomas.id, version=2)
    lose(house, str(house.account_id), str(house.account_id))
    assert house.told() == {(house.tomas.email, "second_factor_lost")}
    (line,) = house.browser(house.tomas).get("/v1/inbox").json["items"]
    assert line["path"] == f"/admin/clients/{house.account_id}?tab=profile"
    house.send()
    (mail,) = house.captured()
    assert "Ana Acosta cannot sign in" in mail["subject"]
    assert "make sure that it is them" in mail["text"]

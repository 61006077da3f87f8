"""An invitation or a code that did not arrive is noted, and forgotten once the next one did (B10)."""

from typing import Any

from services.chassis import clock
from tests.identity.house import House

MOBILE = "+34600111222"


def tell(house: House, what: str, **values: Any) -> None:
    data = {"kind": "invitation", "channel": "email", "reason": "550 no such mailbox", "at": clock.now().isoformat()}
    house.harness.deliver(f"notifications.message.{what}.v1", data | values)


def fail_invitation(house: House) -> str:
    reference = str(house.harness.recorded("identity.user.invited.v1")[-1].id)
    tell(house, "failed", reference=reference)
    return reference


def user(house: House) -> Any:
    return house.recorded("identity.user.saved.v1")[-1]


def invite(house: House, **body: Any) -> Any:
    return house.harness.staff("clients.write").post(f"/v1/users/{house.users()[0]['id']}/invitations", json=body)


def test_an_invitation_that_did_not_arrive_is_noted_with_the_reason(house: House) -> None:
    house.save_contact()
    fail_invitation(house)
    assert user(house)["status"] == "undeliverable"
    noted = user(house)["delivery_failure"]
    assert (noted["kind"], noted["channel"], noted["reason"]) == ("invitation", "email", "550 no such mailbox")


def test_one_that_arrives_after_all_clears_it(house: House) -> None:
    house.save_contact()
    reference = fail_invitation(house)
    tell(house, "delivered", reference=reference, reason=None)
    assert (user(house)["status"], user(house)["delivery_failure"]) == ("invited", None)


def test_staff_sends_it_by_sms_instead(house: House) -> None:
    house.save_contact(mobile=MOBILE)
    fail_invitation(house)
    answer = invite(house, channel="sms")
    assert (answer.status_code, answer.json["status"], answer.json["delivery_failure"]) == (202, "invited", None)
    first, second = house.recorded("identity.user.invited.v1")
    assert (first["channel"], second["channel"], second["mobile"]) == ("email", "sms", MOBILE)
    old, new = house.invitation_tokens()
    assert house.accept(old).status_code == 410
    assert house.accept(new).status_code == 200


def test_without_a_number_of_the_firms_there_is_no_sms(house: House) -> None:
    house.save_contact()
    assert invite(house, channel="sms").json["code"] == "no_mobile"
    assert invite(house, channel="pigeon").status_code == 422
    by_client = {"kind": "client", "id": house.users()[0]["id"], "name": "Ana"}
    house.save_contact(email="eva@example.com", mobile=MOBILE, saved_by=by_client)
    eva = next(each for each in house.users() if each["email"] == "eva@example.com")
    path = f"/v1/users/{eva['id']}/invitations"
    assert house.harness.staff("clients.write").post(path, json={"channel": "sms"}).json["code"] == "no_mobile"
    assert house.harness.staff("clients.write").post(path).status_code == 202


def test_a_code_that_did_not_arrive_is_noted_and_shuts_nobody_out(house: House) -> None:
    house.activate(mobile=MOBILE)
    code = {"kind": "sign_in_code", "user_id": str(house.users()[0]["id"])}
    tell(house, "failed", channel="sms", **code)
    assert (user(house)["status"], user(house)["delivery_failure"]["channel"]) == ("active", "sms")
    tell(house, "delivered", channel="email", reason=None, **code)
    assert user(house)["delivery_failure"], "by the other channel: the number is still wrong"
    tell(house, "delivered", channel="sms", reason=None, **code)
    assert user(house)["delivery_failure"] is None


def test_a_new_number_is_a_new_beginning(house: House) -> None:
    contact = house.activate(mobile=MOBILE)
    tell(house, "failed", channel="sms", kind="sign_in_code", user_id=str(house.users()[0]["id"]))
    house.save_again(contact, mobile="+34600111333")
    assert user(house)["delivery_failure"] is None


def test_other_messages_and_strangers_change_nothing(house: House) -> None:
    house.activate()
    before = len(house.harness.recorded())
    tell(house, "failed", kind="request_created", user_id=str(house.users()[0]["id"]))
    tell(house, "failed", kind="sign_in_code", user_id="0193a1b0-0000-7000-8000-00000000dead")
    tell(house, "delivered", kind="sign_in_code", user_id=str(house.users()[0]["id"]))
    assert len(house.harness.recorded()) == before

"""Invitations: single use, hashed, expiring, replaced by a newer one; the only way to claim a user (threats 9-11)."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select, update

from services.chassis import clock
from services.chassis.secrets import hash_token
from services.identity.invitations.models import Invitation
from services.identity.users.models import User
from tests.identity.house import AWAY, OTHER_PASSWORD, PASSWORD, SAVED_BY, House


def test_a_contact_who_becomes_a_portal_user_is_invited(house: House) -> None:
    contact = house.save_contact(mobile="+34600111222")
    (user,) = house.users()
    assert user["email"] == "ana@example.com"
    assert user["status"] == "invited"
    assert user["mobile"] == "+34600111222"
    assert [str(entry["contact_id"]) for entry in user["accounts"]] == [contact["id"]]
    (invited,) = house.recorded("identity.user.invited.v1")
    assert invited["invited_by"]["name"] == SAVED_BY["name"]
    assert house.open(invited["link"]).startswith("https://portal.example/invitation/")


def test_a_contact_who_is_no_portal_user_is_not_invited(house: House) -> None:
    house.save_contact(portal_user=False)
    assert house.users() == []
    assert house.recorded("identity.user.invited.v1") == []


def test_accepting_sets_the_password_and_signs_in(house: House) -> None:
    contact = house.save_contact()
    answer = house.accept(house.invitation_tokens()[0])
    assert answer.status_code == 200
    assert answer.json["kind"] == "client"
    user = house.exchange(answer.json["session"]).json["user"]
    assert (user["name"], user["account_id"]) == ("Ana Acosta", contact["account_id"])
    assert house.users()[0]["status"] == "active"
    assert len(house.recorded("identity.user.activated.v1")) == 1
    assert house.give_password(PASSWORD).status_code == 200


def test_a_second_use_is_refused(house: House) -> None:
    house.save_contact()
    (token,) = house.invitation_tokens()
    assert house.accept(token).status_code == 200
    second = house.accept(token, OTHER_PASSWORD)
    assert (second.status_code, second.json["code"]) == (410, "link_over")
    assert house.give_password(OTHER_PASSWORD).status_code == 401


def test_of_twenty_uses_at_once_one_succeeds(house: House) -> None:
    house.save_contact()
    (token,) = house.invitation_tokens()
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: house.accept(token).status_code, range(20)))
    assert sorted(answers) == [200] + [410] * 19
    assert len(house.recorded("identity.user.activated.v1")) == 1


def test_control_without_the_atomic_use_a_second_one_succeeds(house: House) -> None:
    """The same second use passes once the mark of the first is taken away and the user waits again."""
    house.save_contact()
    (token,) = house.invitation_tokens()
    house.accept(token)
    with house.harness.database.unit_of_work() as session:
        session.execute(update(Invitation).values(accepted_at=None))
        session.execute(update(User).values(status="invited"))
    assert house.accept(token, OTHER_PASSWORD).status_code == 200


def test_a_new_invitation_revokes_the_old_one(house: House) -> None:
    house.save_contact()
    user_id = house.users()[0]["id"]
    assert house.harness.staff("clients.write").post(f"/v1/users/{user_id}/invitations").status_code == 202
    old, new = house.invitation_tokens()
    assert house.post("invitations/inspect", token=old).json["status"] == "revoked"
    assert house.accept(old).status_code == 410
    assert house.accept(new).status_code == 200


def test_an_invitation_expires_after_seven_days(house: House, later) -> None:
    house.save_contact()
    (token,) = house.invitation_tokens()
    later(days=7, seconds=-5)
    assert house.post("invitations/inspect", token=token).json["status"] == "open"
    later(seconds=10)
    assert house.post("invitations/inspect", token=token).json["status"] == "expired"
    assert house.accept(token).status_code == 410


def test_looking_at_it_does_not_use_it_up(house: House) -> None:
    house.save_contact()
    (token,) = house.invitation_tokens()
    for _ in range(5):
        seen = house.post("invitations/inspect", token=token)
        assert seen.json == {
            "email": "ana@example.com",
            "name": "Ana Acosta",
            "kind": "client",
            "locale": "es",
            "status": "open",
        }
    assert house.accept(token).status_code == 200


def test_a_refused_password_does_not_use_it_up(house: House) -> None:
    house.save_contact()
    (token,) = house.invitation_tokens()
    refused = house.accept(token, "too short")
    assert (refused.status_code, list(refused.json["errors"])) == (422, ["password"])
    assert house.accept(token).status_code == 200


def test_the_token_is_stored_as_a_hash_and_told_to_nobody(house: House) -> None:
    house.save_contact()
    (token,) = house.invitation_tokens()
    with house.harness.database.reading() as session:
        assert session.scalar(select(Invitation.token_hash)) == hash_token(token)
    listed = house.harness.staff("clients.read").get("/v1/users")
    assert token not in listed.text
    assert all(token.encode() not in event.to_bytes() for event in house.harness.recorded())


def test_no_other_path_claims_an_invited_user(house: House) -> None:
    """Neither a code nor a forgotten password opens what only the invitation may (threat 10)."""
    house.save_contact()
    flow = house.flow()
    assert house.recorded("identity.code.issued.v1") == []
    assert house.post("passwords/forgot", email="ana@example.com", client=AWAY).status_code == 204
    house.work()
    assert house.recorded("identity.password.reset_requested.v1") == []
    assert house.give_code(flow, "000000").status_code == 401
    assert house.give_password(PASSWORD).status_code == 401


def test_control_an_active_user_gets_both(house: House) -> None:
    house.activate()
    house.flow()
    house.post("passwords/forgot", email="ana@example.com", client=AWAY)
    house.work()
    assert len(house.recorded("identity.code.issued.v1")) == 1
    assert len(house.recorded("identity.password.reset_requested.v1")) == 1


def test_a_person_who_may_come_in_later_can_accept_until_a_week_after_that_day(house: House, later) -> None:
    starts = clock.now().date()
    later(days=-30)
    house.save_contact(support_start=starts.isoformat())
    (token,) = house.invitation_tokens()
    early = house.accept(token)
    assert (early.status_code, early.json["code"], early.json["on"]) == (
        403,
        "access_not_started",
        starts.isoformat(),
    )
    later(days=31)
    assert house.accept(token).status_code == 200


def test_a_mail_that_did_not_arrive_is_shown_and_a_new_one_mends_it(house: House) -> None:
    house.save_contact()
    (invited,) = house.harness.recorded("identity.user.invited.v1")
    house.harness.deliver("notifications.message.failed.v1", {"reference": str(invited.id)})
    assert house.users()[0]["status"] == "undeliverable"
    user_id = house.users()[0]["id"]
    house.harness.staff("clients.write").post(f"/v1/users/{user_id}/invitations")
    assert house.users()[0]["status"] == "invited"
    house.harness.deliver("notifications.message.failed.v1", {"reference": str(invited.id)})
    assert house.users()[0]["status"] == "invited", "the mail of an invitation that was replaced does not matter"


def test_only_those_who_manage_clients_may_invite(house: House) -> None:
    house.save_contact()
    path = f"/v1/users/{house.users()[0]['id']}/invitations"
    assert house.harness.staff("clients.read").post(path).status_code == 403
    assert house.gateway.post(path).status_code == 403
    assert house.harness.anyone().post(path).status_code == 401


def test_an_active_user_needs_no_invitation(house: House) -> None:
    house.activate()
    answer = house.harness.staff("clients.write").post(f"/v1/users/{house.users()[0]['id']}/invitations")
    assert (answer.status_code, answer.json["code"]) == (409, "not_invitable")


@pytest.mark.parametrize("header", ["Host", "X-Forwarded-Host"])
def test_links_come_from_the_settings_and_not_from_a_header(house: House, header: str) -> None:
    house.save_contact()
    path = f"/v1/users/{house.users()[0]['id']}/invitations"
    house.harness.staff("clients.write").post(path, headers={header: "evil.example"})
    links = [house.open(data["link"]) for data in house.recorded("identity.user.invited.v1")]
    assert len(links) == 2
    assert all(link.startswith("https://portal.example/invitation/") for link in links)


def test_control_the_setting_decides(house: House) -> None:
    house.harness.runtime.settings.public_url = "https://evil.example"
    house.save_contact()
    assert house.open(house.recorded("identity.user.invited.v1")[0]["link"]).startswith("https://evil.example/")

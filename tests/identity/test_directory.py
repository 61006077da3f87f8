"""The portal's directory drives access (S8-S10, B3): who is invited, who gains and who loses access."""

import itertools
import random
from datetime import timedelta

import pytest
import time_machine
from marshmallow import ValidationError
from sqlalchemy import select

from services.chassis import clock
from services.chassis.columns import new_id
from services.identity.directory import actions
from services.identity.users.models import AccountAccess, User
from tests.identity.house import House


def test_saving_a_contact_again_invites_once(house: House) -> None:
    contact = house.save_contact()
    house.save_again(contact, name="Ana Acosta Ruiz")
    assert len(house.invitation_tokens()) == 1
    assert house.users()[0]["name"] == "Ana Acosta Ruiz"
    versions = [data["version"] for data in house.recorded("identity.user.saved.v1")]
    assert versions == sorted(set(versions)), "each state that is told has a higher version than the one before"


def test_a_change_that_does_not_concern_the_user_tells_nobody(house: House) -> None:
    contact = house.save_contact()
    before = len(house.harness.recorded())
    house.save_again(contact)
    assert len(house.harness.recorded()) == before


def test_an_expired_invitation_is_sent_anew_when_the_contact_is_saved(house: House, later) -> None:
    contact = house.save_contact()
    later(days=8)
    house.save_again(contact)
    assert len(house.invitation_tokens()) == 2


def test_one_person_of_two_companies_has_one_user_and_keeps_the_password(house: House) -> None:
    first = house.activate()
    second = house.save_contact(name="A. Acosta", locale="en", role="billing")
    assert len(house.invitation_tokens()) == 1, "no mail to set a password"
    (user,) = house.users()
    assert len(user["accounts"]) == 2
    assert (user["name"], user["locale"], user["status"]) == ("Ana Acosta", "es", "active")
    session = house.sign_in()
    at_first = house.exchange(session, first["account_id"]).json["user"]
    assert (at_first["account_id"], at_first["contact_id"]) == (first["account_id"], first["id"])
    at_second = house.exchange(session, second["account_id"]).json["user"]
    assert (at_second["account_id"], at_second["contact_id"]) == (second["account_id"], second["id"])
    assert house.exchange(session).json["user"]["account_id"] == second["account_id"], "it is remembered"


def test_an_account_that_is_not_ones_own_does_not_exist(house: House) -> None:
    house.activate(email="bea@example.com", account_id=str(new_id()))
    other = house.activate(email="ana@example.com")
    session = house.sign_in(email="bea@example.com")
    assert house.exchange(session, other["account_id"]).status_code == 404
    assert house.exchange(session, new_id()).status_code == 404


def test_no_longer_a_portal_user_means_out_at_once(house: House) -> None:
    contact = house.activate()
    session = house.sign_in()
    house.save_again(contact, portal_user=False)
    assert house.users()[0]["accounts"] == []
    assert house.exchange(session).status_code == 401
    refused = house.give_password()
    assert (refused.status_code, refused.json["code"]) == (403, "no_access")
    assert house.give_password("wrong").json["code"] == "wrong_credentials", "why is told after the proof only"


def test_a_removed_contact_is_out_and_an_open_invitation_ends(house: House) -> None:
    contact = house.save_contact()
    house.save_again(contact, removed=True)
    assert house.accept(house.invitation_tokens()[0]).status_code == 410


def test_another_role_counts_from_the_next_request_of_an_open_session(house: House) -> None:
    contact = house.activate(role="owner")
    session = house.sign_in()
    colleague = {"kind": "client", "id": contact["id"], "name": "Bruno Acosta"}
    for role in ("billing", "member"):
        contact = house.save_again(contact, role=role, saved_by=colleague)
        (account,) = house.exchange(session).json["user"]["accounts"]
        assert account["role"] == role


def test_access_given_again_needs_no_new_password(house: House) -> None:
    contact = house.activate()
    contact = house.save_again(contact, portal_user=False)
    house.save_again(contact, portal_user=True)
    assert len(house.invitation_tokens()) == 1
    assert house.give_password().status_code == 200


def test_losing_one_of_two_companies_leaves_the_other(house: House) -> None:
    first = house.activate()
    second = house.save_contact()
    session = house.sign_in()
    house.exchange(session, first["account_id"])
    house.save_again(first, removed=True)
    user = house.exchange(session).json["user"]
    assert user["account_id"] == second["account_id"]
    assert len(user["accounts"]) == 1
    assert house.exchange(session, first["account_id"]).status_code == 404


def test_an_archived_account_lets_nobody_in(house: House) -> None:
    contact = house.activate()
    session = house.sign_in()
    house.harness.deliver("portal.account.saved.v1", {"id": contact["account_id"], "version": 5, "status": "archived"})
    refused = house.exchange(session)
    assert (refused.status_code, refused.json["code"]) == (401, "no_access")


@pytest.mark.parametrize(
    ("start", "end", "code"),
    [
        (None, None, None),
        (0, None, None),
        (None, 0, None),
        (0, 0, None),
        (1, None, "access_not_started"),
        (None, -1, "access_ended"),
        (-9, -2, "access_ended"),
        (3, 9, "access_not_started"),
    ],
)
def test_support_dates_decide_both_ends_included(
    house: House, start: int | None, end: int | None, code: str | None
) -> None:
    contact = house.activate()
    session = house.sign_in()

    def day(offset: int | None) -> str | None:
        return None if offset is None else (clock.now().date() + timedelta(days=offset)).isoformat()

    house.settings(timezone="UTC", version=9)
    house.save_again(contact, support_start=day(start), support_end=day(end))
    signed_in, exchanged = house.give_password(), house.exchange(session)
    if code is None:
        assert (signed_in.status_code, exchanged.status_code) == (200, 200)
        return
    assert (signed_in.status_code, signed_in.json["code"]) == (403, code)
    assert signed_in.json["on"] == (day(start) if code == "access_not_started" else day(end))
    assert (exchanged.status_code, exchanged.json["code"]) == (401, code)
    house.save_again(contact | {"version": 2})
    assert house.exchange(session).status_code == 401, "a session that ended stays ended"


def test_days_are_those_of_the_firms_time_zone(house: House) -> None:
    contact = house.activate()
    house.save_again(contact, support_end="2026-03-10")
    with time_machine.travel("2026-03-11T02:00:00Z", tick=False):
        house.settings(timezone="Europe/Madrid", version=10)
        assert house.give_password().json["code"] == "access_ended"
        house.settings(timezone="America/New_York", version=11)
        assert house.give_password().status_code == 200, "there it is still the tenth"


def test_a_session_ends_when_the_last_day_is_over(house: House, later) -> None:
    house.settings(timezone="UTC", version=9)
    house.activate(support_end=clock.now().date().isoformat())
    session = house.sign_in()
    assert house.exchange(session).status_code == 200
    later(days=1)
    assert house.exchange(session).status_code == 401


def test_a_new_address_must_be_proved_by_a_new_invitation(house: House) -> None:
    contact = house.activate()
    session = house.sign_in()
    (before,) = house.users()
    house.save_again(contact, email="new@example.com")
    (after,) = house.users()
    assert after["id"] == before["id"]
    assert (after["email"], after["status"]) == ("new@example.com", "invited")
    assert house.exchange(session).status_code == 401
    assert house.give_password().status_code == 401
    assert house.give_password(email="new@example.com").status_code == 401, "the old password is gone"
    assert house.accept(house.invitation_tokens()[-1]).status_code == 200


def test_a_mistyped_address_that_is_mended_leaves_the_wrong_link_dead(house: House) -> None:
    contact = house.save_contact(email="typo@example.com")
    house.save_again(contact, email="ana@example.com")
    wrong, right = house.invitation_tokens()
    assert house.accept(wrong).status_code == 410
    assert house.accept(right).status_code == 200


def test_a_new_address_of_one_of_two_companies_is_another_user(house: House) -> None:
    first = house.activate()
    second = house.save_contact()
    house.save_again(second, email="ana@second.example.com")
    users = {user["email"]: user for user in house.users()}
    assert [str(entry["contact_id"]) for entry in users["ana@example.com"]["accounts"]] == [first["id"]]
    assert users["ana@second.example.com"]["status"] == "invited"
    assert house.give_password().status_code == 200


def test_a_contact_that_takes_anothers_address_joins_that_user(house: House) -> None:
    house.activate(email="ana@example.com")
    contact = house.activate(email="bea@example.com")
    house.save_again(contact, email="ana@example.com")
    users = {user["email"]: user for user in house.users()}
    assert len(users["ana@example.com"]["accounts"]) == 2
    assert users["bea@example.com"]["accounts"] == []
    assert house.give_password(email="bea@example.com").json["code"] == "no_access"


def test_what_a_person_set_stays_until_staff_changes_it(house: House) -> None:
    contact = house.activate(locale="es")
    me = house.harness.with_token(house.exchange(house.sign_in()).json["passport"])
    assert me.patch("/v1/me", json={"locale": "pt", "timezone": "Europe/Lisbon"}).status_code == 200
    contact = house.save_again(contact, mobile="+351912345678")
    (user,) = house.users()
    assert (user["locale"], user["timezone"], user["mobile"]) == ("pt", "Europe/Lisbon", "+351912345678")
    house.save_again(contact, locale="en")
    assert house.users()[0]["locale"] == "en"


def test_another_contact_does_not_decide_where_the_codes_go(house: House) -> None:
    house.activate(mobile="+34600111222")
    house.save_contact(mobile="+34999999999")
    assert house.users()[0]["mobile"] == "+34600111222"


def test_a_suspended_person_gains_no_way_in_by_a_second_company(house: House) -> None:
    house.activate()
    house.harness.staff("clients.write").post(f"/v1/users/{house.users()[0]['id']}/suspend")
    house.save_contact()
    assert len(house.invitation_tokens()) == 1
    assert house.give_password().json["code"] == "access_suspended"


def test_old_states_that_come_late_change_nothing(house: House) -> None:
    contact = house.activate()
    house.save_again(contact, portal_user=False)
    house.save_contact(**contact)
    assert house.users()[0]["accounts"] == []
    assert house.give_password().json["code"] == "no_access"


@pytest.mark.parametrize("seed", range(6))
def test_in_any_order_and_twice_the_end_is_the_same(house: House, seed: int) -> None:
    contact = {"id": str(new_id()), "account_id": str(new_id())}
    states = [
        contact | {"version": 1},
        contact | {"version": 2, "email": "b@example.com"},
        contact | {"version": 3, "email": "b@example.com", "portal_user": False},
        contact | {"version": 4, "email": "c@example.com", "role": "signer"},
    ]
    stream = [*states, *states]
    random.Random(seed).shuffle(stream)
    for state in stream:
        house.save_contact(**state)
    with house.harness.database.reading() as session:
        (access,) = session.scalars(select(AccountAccess)).all()
        user = session.get(User, access.user_id)
    assert (user.email, access.role) == ("c@example.com", "signer")
    open_tokens = [
        token
        for token in house.invitation_tokens()
        if house.post("invitations/inspect", token=token).json["status"] == "open"
    ]
    assert len(open_tokens) == 1
    assert house.post("invitations/inspect", token=open_tokens[0]).json["email"] == "c@example.com"


HOSTILE = [
    "Ana\r\nBcc: all@example.com",
    "Ana\nAcosta",
    "Ana\x07",
    "Ana\u2028Acosta",
    "Ana\u0085Acosta",
    "=?utf-8?q?=0D=0ABcc=3A_all=40example.com?=",
    "Ana =?iso-8859-1?b?DQpCY2M6?=",
    "Ana\u202eatsocA",
    "\ufeff\x1b[31mAna",
]


@pytest.mark.parametrize("name", HOSTILE)
def test_names_that_a_mail_header_could_misread_are_refused(house: House, name: str) -> None:
    with pytest.raises(ValidationError):
        house.save_contact(name=name)
    assert house.users() == []


@pytest.mark.parametrize(
    "email",
    [
        "ana@example.com\r\nBcc: all@example.com",
        "ana\n@example.com",
        "=?utf-8?q?ana?=@example.com",
        '"ana\r\n"@example.com',
        "Ana <ana@example.com>",
        "ana@example.com,eve@example.com",
        "ana@",
        "ana@exa\u2028mple.com",
    ],
)
def test_addresses_are_refused_likewise(house: House, email: str) -> None:
    with pytest.raises(ValidationError):
        house.save_contact(email=email)
    assert house.start(email).status_code == 422
    assert house.users() == []


def test_control_without_the_rule_a_name_brings_a_header_of_its_own(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "clean_name", str)
    house.save_contact(name=HOSTILE[0])
    assert "\r\nBcc:" in house.users()[0]["name"]


@pytest.mark.parametrize("name", ["José Ñandú", "O'Brien", "Anne-Marie d'Été", "李小龍", "Q = ? Ltd", "A\u0301"])
def test_control_ordinary_names_are_taken(house: House, name: str) -> None:
    house.save_contact(name=name)
    assert len(house.users()) == 1


def test_every_pair_of_states_of_a_contact_leaves_a_working_user(house: House) -> None:
    """Whatever one save follows another, nothing breaks and access is what the last one says."""
    for number, (first, second) in enumerate(itertools.product([True, False], repeat=2)):
        contact = house.save_contact(email=f"p{number}@example.com", portal_user=first)
        house.save_again(contact, portal_user=second)
        accounts = [user["accounts"] for user in house.users() if user["email"] == f"p{number}@example.com"]
        assert bool(accounts and accounts[0]) is second

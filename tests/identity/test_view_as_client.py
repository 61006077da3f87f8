"""View as client at identity: who may, what the passport says, and when it is over (B9)."""

from typing import Any

import pytest

from services.chassis.columns import new_id
from services.chassis.testing.harness import Browser
from services.identity.users.models import User
from tests.identity.house import House
from tests.identity.viewing import Desk


@pytest.fixture
def contact(house: House) -> dict[str, Any]:
    """Ana, who uses the portal, at a client whose adviser is somebody else."""
    contact = house.activate()
    account = {"id": contact["account_id"], "name": "Talleres Acosta", "adviser_id": str(new_id()), "version": 50}
    house.harness.deliver("portal.account.saved.v1", account)
    return contact


@pytest.fixture
def desk(house: House, contact: dict[str, Any]) -> Desk:
    return Desk(house)


def ana(house: House) -> str:
    return str(next(user["id"] for user in house.users() if user["email"] == "ana@example.com"))


def begin(desk: Desk, contact: dict[str, Any], **claims: Any) -> str:
    answer = desk.view(ana(desk.house), contact["account_id"], **claims)
    assert answer.status_code == 200, answer.text
    session: str = answer.json["session"]
    return session


def viewer(house: House, session: str) -> Browser:
    return house.harness.with_token(house.exchange(session).json["passport"])


def test_a_view_is_the_clients_passport_and_says_who_holds_it(
    house: House, desk: Desk, contact: dict[str, Any]
) -> None:
    exchanged = house.exchange(begin(desk, contact)).json
    assert exchanged["acting"] == {"id": str(desk.id), "name": "Lucía Marín"}
    assert (exchanged["user"]["kind"], exchanged["user"]["email"]) == ("client", "ana@example.com")
    assert exchanged["user"]["account_id"] == contact["account_id"]
    me = house.harness.with_token(exchanged["passport"]).get("/v1/me")
    assert (me.status_code, me.json["email"]) == (200, "ana@example.com")
    assert house.exchange(desk.session).json["acting"] is None


def test_it_is_told_who_viewed_as_whom(house: House, desk: Desk, contact: dict[str, Any]) -> None:
    begin(desk, contact)
    (told,) = house.recorded("identity.user.viewed_as.v1")
    assert str(told["user_id"]) == ana(house)
    assert (told["name"], str(told["account_id"])) == ("Ana Acosta", contact["account_id"])
    assert told["by"] == {"kind": "staff", "id": str(desk.id), "name": "Lucía Marín"}


def test_nothing_is_changed_and_nothing_of_the_persons_own_is_seen(
    house: House, desk: Desk, contact: dict[str, Any]
) -> None:
    passport = viewer(house, begin(desk, contact))
    own = viewer(house, house.sign_in())
    assert own.patch("/v1/me", json={"locale": "pt"}).status_code == 200, "control: the person may"
    refused = passport.patch("/v1/me", json={"locale": "en"})
    assert (refused.status_code, refused.json["code"]) == (403, "read_only")
    for path in ("sessions", "devices", "sign-ins", "security"):
        assert own.get(f"/v1/me/{path}").status_code == 200, f"control: {path}"
        assert passport.get(f"/v1/me/{path}").json["code"] == "read_only", path
    assert passport.post("/v1/me/sessions/end-all").json["code"] == "read_only"
    assert passport.post("/v1/password", json={"current": "x", "new": "y"}).json["code"] == "read_only"


def test_the_persons_own_sessions_are_not_touched_and_do_not_show_it(
    house: House, desk: Desk, contact: dict[str, Any]
) -> None:
    own = house.sign_in()
    session = begin(desk, contact)
    items = viewer(house, own).get("/v1/me/sessions").json["items"]
    assert len(items) == 2, "of the invitation and the sign-in"
    house.post("sessions/end", session=session)
    assert house.exchange(session).status_code == 401
    assert house.exchange(own).status_code == 200
    assert house.exchange(desk.session).status_code == 200


def test_it_ends_after_half_an_hour(house: House, desk: Desk, contact: dict[str, Any], later: Any) -> None:
    session = begin(desk, contact)
    for _ in range(29):
        later(minutes=1)
        assert house.exchange(session).status_code == 200
        house.exchange(desk.session)
    later(seconds=61)
    assert house.exchange(session).status_code == 401
    assert house.exchange(desk.session).status_code == 200


def test_it_ends_with_the_session_of_staff_from_which_it_began(
    house: House, desk: Desk, contact: dict[str, Any]
) -> None:
    session = begin(desk, contact)
    assert house.exchange(session).status_code == 200
    house.post("sessions/end", session=desk.session)
    assert house.exchange(session).status_code == 401


def test_a_new_view_ends_the_one_before(house: House, desk: Desk, contact: dict[str, Any]) -> None:
    first = begin(desk, contact)
    second = begin(desk, contact)
    assert [house.exchange(session).status_code for session in (first, second)] == [401, 200]


def test_it_ends_when_the_person_may_not_come_in_any_more(house: House, desk: Desk, contact: dict[str, Any]) -> None:
    session = begin(desk, contact)
    house.save_again(contact, support_end="2020-01-01")
    assert house.exchange(session).status_code == 401
    answer = desk.view(ana(house), contact["account_id"])
    assert (answer.status_code, answer.json["code"]) == (409, "not_viewable")


def test_only_that_account_is_seen(house: House, desk: Desk, contact: dict[str, Any]) -> None:
    """A person of two companies: who may see one of them sees nothing of the other."""
    other = house.save_contact(name="Ana Acosta", version=1)
    session = begin(desk, contact)
    user = house.exchange(session).json["user"]
    assert [entry["account_id"] for entry in user["accounts"]] == [contact["account_id"]]
    assert house.exchange(session, other["account_id"]).status_code == 404
    assert house.exchange(house.sign_in(), other["account_id"]).status_code == 200, "control: the person may"


def test_who_sees_assigned_clients_only_views_as_those(house: House, contact: dict[str, Any]) -> None:
    desk = Desk(house, assigned_only=True)
    with house.harness.database.unit_of_work() as session:
        session.get_one(User, desk.id).assigned_only = True
    assert desk.view(ana(house), contact["account_id"]).status_code == 404
    account = {"id": contact["account_id"], "adviser_id": str(desk.id), "version": 60}
    house.harness.deliver("portal.account.saved.v1", account)
    session = begin(desk, contact)
    assert house.exchange(session).status_code == 200
    house.harness.deliver("portal.account.saved.v1", account | {"adviser_id": str(new_id()), "version": 61})
    assert house.exchange(session).status_code == 401


def test_it_takes_the_permission_and_a_fresh_proof(house: House, desk: Desk, contact: dict[str, Any]) -> None:
    user_id, body = ana(house), {"account_id": contact["account_id"]}
    path = f"/v1/users/{user_id}/view"
    assert desk.staff("clients.read", "clients.write").post(path, json=body).json["code"] == "forbidden"
    assert desk.view(user_id, contact["account_id"], auth_time=1).json["code"] == "proof_required"
    assert viewer(house, house.sign_in()).post(path, json=body).status_code == 403
    assert desk.view(user_id, str(new_id())).status_code == 404
    assert desk.view(str(new_id()), contact["account_id"]).status_code == 404
    assert desk.view(str(desk.id), contact["account_id"]).status_code == 404, "staff is no client"
    assert desk.view(user_id, "x").status_code == 422


def test_a_role_without_the_permission_ends_the_view(house: House, desk: Desk, contact: dict[str, Any]) -> None:
    session = begin(desk, contact)
    owner = house.harness.staff("staff.manage", "clients.read")
    changed = owner.patch(f"/v1/staff/{desk.id}", json={"role": "read_only"})
    assert changed.status_code == 200, changed.text
    assert house.exchange(session).status_code == 401


def test_a_person_who_signs_out_everywhere_ends_views_too(house: House, desk: Desk, contact: dict[str, Any]) -> None:
    session = begin(desk, contact)
    viewer(house, house.sign_in()).post("/v1/me/sessions/end-all")
    assert house.exchange(session).status_code == 401

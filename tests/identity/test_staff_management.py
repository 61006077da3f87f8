"""Who manages the firm's people: invitations, roles, assigned clients only, and who may never be shut out (B8)."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

import pytest

from services.chassis import clock
from services.chassis.auth import PROOF_SECONDS
from services.chassis.columns import new_id
from services.chassis.testing.harness import Browser
from services.identity.factors.models import Authenticator, RecoveryCode
from services.identity.oidc.models import OidcSubject
from services.identity.roles import ASSIGNABLE, PERMISSIONS
from tests.identity.house import HOME, House

TOMAS = {"email": "tomas@firm.example", "name": "Tomás Vidal", "role": "agent"}


def add(house: House, **values: Any) -> dict[str, Any]:
    """Invite a member of staff and return what the answer says."""
    answer = house.harness.staff().post("/v1/staff", json=TOMAS | values)
    assert answer.status_code == 201, answer.text
    added: dict[str, Any] = answer.json
    return added


def add_active(house: House, **values: Any) -> dict[str, Any]:
    """Invite a member of staff who accepts."""
    added = add(house, **values)
    assert house.accept(house.invitation_tokens()[-1]).status_code == 200
    return added


def owner(house: House) -> tuple[dict[str, Any], Browser]:
    """Return the firm's one owner and their way to identity."""
    made = add_active(house, email="lucia@firm.example", name="Lucía Marín", role="owner")
    return made, house.harness.staff(id=UUID(made["id"]), name="Lucía Marín")


def test_an_invited_person_comes_in_by_a_link_that_works_once(house: House) -> None:
    made = add(house, assigned_only=True)
    assert (made["status"], made["role"], made["assigned_only"]) == ("invited", "agent", True)
    assert made["invitation"]["status"] == "open"
    assert made["changed_by"]["name"] == "Lucía Marín"
    (token,) = house.invitation_tokens()
    assert house.accept(token).json["kind"] == "staff"
    assert house.accept(token).status_code == 410
    assert house.harness.staff().get(f"/v1/staff/{made['id']}").json["status"] == "active"


def test_a_second_invitation_ends_the_first(house: House) -> None:
    made = add(house)
    assert house.harness.staff().post(f"/v1/staff/{made['id']}/invitations").status_code == 202
    first, second = house.invitation_tokens()
    assert house.accept(first).status_code == 410
    assert house.accept(second).status_code == 200
    again = house.harness.staff().post(f"/v1/staff/{made['id']}/invitations")
    assert (again.status_code, again.json["code"]) == (409, "not_invitable")


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"email": "nobody"}, "email"),
        ({"name": ""}, "name"),
        ({"name": "=?utf-8?q?x?="}, "name"),
        ({"role": "king"}, "role"),
        ({"role": "owner", "assigned_only": True}, "assigned_only"),
        ({"status": "active"}, "status"),
        ({"permissions": ["staff.manage"]}, "permissions"),
        ({"id": str(new_id())}, "id"),
        ({"changed_by": None}, "changed_by"),
    ],
)
def test_what_cannot_be_set_is_refused_when_inviting(house: House, values: dict[str, Any], field: str) -> None:
    answer = house.harness.staff().post("/v1/staff", json=TOMAS | values)
    assert answer.status_code == 422
    assert field in answer.json["errors"]
    assert house.users() == []


@pytest.mark.parametrize("field", ["status", "email", "kind", "permissions", "version", "id", "mobile"])
def test_what_cannot_be_set_is_refused_when_changing(house: House, field: str) -> None:
    made = add(house)
    answer = house.harness.staff().patch(f"/v1/staff/{made['id']}", json={"role": "manager", field: made.get(field)})
    assert answer.status_code == 422
    assert field in answer.json["errors"]
    assert house.harness.staff().get(f"/v1/staff/{made['id']}").json["role"] == "agent"


def test_an_address_is_taken_once(house: House) -> None:
    add(house)
    answer = house.harness.staff().post("/v1/staff", json=TOMAS | {"email": " TOMAS@firm.example"})
    assert (answer.status_code, answer.json["code"]) == (409, "address_taken")


def test_a_change_is_told_with_who_made_it(house: House) -> None:
    made, (_, lucia) = add(house), owner(house)
    answer = lucia.patch(f"/v1/staff/{made['id']}", json={"role": "read_only", "assigned_only": True, "name": "T. V."})
    assert (answer.json["role"], answer.json["assigned_only"], answer.json["name"]) == ("read_only", True, "T. V.")
    assert answer.json["changed_by"]["name"] == "Lucía Marín"
    told = house.recorded("identity.user.saved.v1")[-1]
    assert (told["assigned_only"], told["saved_by"]["name"]) == (True, "Lucía Marín")
    unchanged = lucia.patch(f"/v1/staff/{made['id']}", json={"role": "read_only"})
    assert unchanged.json["version"] == answer.json["version"]


def test_a_promotion_ends_the_limit_to_assigned_clients(house: House) -> None:
    made = add(house, assigned_only=True)
    answer = house.harness.staff().patch(f"/v1/staff/{made['id']}", json={"role": "manager"})
    assert (answer.status_code, answer.json["assigned_only"]) == (200, False)
    refused = house.harness.staff().patch(f"/v1/staff/{made['id']}", json={"assigned_only": True})
    assert refused.status_code == 422


def test_nobody_changes_their_own_role(house: House) -> None:
    lucia, browser = owner(house)
    add_active(house, email="two@firm.example", role="owner")
    path = f"/v1/staff/{lucia['id']}"
    for change in ({"role": "manager"}, {"assigned_only": True}):
        answer = browser.patch(path, json=change)
        assert (answer.status_code, answer.json["code"]) == (409, "own_role")
    assert browser.post(f"{path}/suspend").json["code"] == "own_access"
    assert browser.patch(path, json={"name": "Lucía M."}).json["name"] == "Lucía M."
    other = house.harness.staff()
    assert other.patch(path, json={"role": "manager"}).json["role"] == "manager"  # the control: another one may


def test_the_last_active_owner_stays_one(house: House) -> None:
    lucia, _ = owner(house)
    invited = add(house, email="two@firm.example", role="owner")  # invited, so not one to rely on
    other, path = house.harness.staff(), f"/v1/staff/{lucia['id']}"
    demoted = other.patch(path, json={"role": "manager"})
    assert (demoted.status_code, demoted.json["code"]) == (409, "last_owner")
    suspended = other.post(f"{path}/suspend")
    assert (suspended.status_code, suspended.json["code"]) == (409, "last_owner")
    assert other.patch(f"/v1/staff/{invited['id']}", json={"role": "agent"}).status_code == 200
    add_active(house, email="three@firm.example", role="owner")
    assert other.patch(path, json={"role": "manager"}).status_code == 200


def test_two_owners_who_demote_each_other_at_once_leave_one(house: House) -> None:
    one, _ = owner(house)
    two = add_active(house, email="two@firm.example", role="owner")

    def demote(pair: tuple[dict[str, Any], dict[str, Any]]) -> int:
        by, whom = pair
        browser = house.harness.staff(id=UUID(by["id"]))
        return browser.patch(f"/v1/staff/{whom['id']}", json={"role": "agent"}).status_code

    with ThreadPoolExecutor(2) as pool:
        outcomes = sorted(pool.map(demote, [(one, two), (two, one)]))
    assert outcomes == [200, 409]


def test_a_suspended_person_is_out_at_once_and_may_come_back(house: House) -> None:
    made = add_active(house)
    session = house.sign_in(email=TOMAS["email"], kind="staff")
    staff, path = house.harness.staff(), f"/v1/staff/{made['id']}"
    assert house.exchange(session).status_code == 200
    assert staff.post(f"{path}/suspend").json["status"] == "suspended"
    assert house.exchange(session).status_code == 401
    challenge = house.give_password(email=TOMAS["email"], kind="staff").json["challenge"]
    code = house.recovery_codes[TOMAS["email"]].pop()
    told = house.post("sign-in/factor", challenge=challenge, method="recovery", code=code, client=HOME)
    assert (told.status_code, told.json["code"]) == (403, "access_suspended"), "once both factors are proved"
    assert staff.post(f"{path}/reinstate").json["status"] == "active"
    assert staff.post(f"{path}/reinstate").status_code == 409
    assert house.give_password(email=TOMAS["email"], kind="staff").status_code == 200


def test_only_those_who_manage_staff_and_proved_who_they_are(house: House) -> None:
    made = add(house)
    manager = house.harness.staff(*PERMISSIONS["manager"])
    stale = house.harness.staff(auth_time=int(clock.now().timestamp()) - PROOF_SECONDS - 60)
    path = f"/v1/staff/{made['id']}"
    assert manager.get("/v1/staff").status_code == 403
    assert stale.get("/v1/staff").status_code == 200
    for method, target, body in (
        ("POST", "/v1/staff", TOMAS | {"email": "x@firm.example"}),
        ("PATCH", path, {"role": "owner"}),
        ("POST", f"{path}/suspend", None),
        ("POST", f"{path}/reinstate", None),
        ("POST", f"{path}/invitations", None),
        ("POST", f"{path}/reset-second-factor", None),
    ):
        assert manager.open(method, target, json=body).json["code"] == "forbidden", target
        assert stale.open(method, target, json=body).json["code"] == "proof_required", target


def test_clients_are_no_staff_and_staff_no_clients(house: House) -> None:
    made = add(house)
    house.save_contact()
    client = next(user for user in house.users() if user["kind"] == "client")
    staff = house.harness.staff()
    assert staff.get(f"/v1/staff/{client['id']}").status_code == 404
    assert staff.patch(f"/v1/staff/{client['id']}", json={"role": "owner"}).status_code == 404
    assert staff.post(f"/v1/users/{made['id']}/suspend").status_code == 404
    assert staff.post(f"/v1/users/{made['id']}/invitations").status_code == 404
    assert staff.post(f"/v1/users/{client['id']}/suspend").status_code == 200


def test_the_list_is_searched_and_paged(house: House) -> None:
    names = ["Ana Ruiz", "Bruno Sá", "Carla Sáez"]
    for number, name in enumerate(names):
        add(house, email=f"{number}@firm.example", name=name, role="manager" if number == 2 else "agent")
    staff = house.harness.staff()
    assert [row["name"] for row in staff.get("/v1/staff?q=carla sáez").json["items"]] == ["Carla Sáez"]
    assert staff.get("/v1/staff?q=1@firm").json["items"][0]["name"] == "Bruno Sá"
    assert staff.get("/v1/staff?role=manager").json["total"] == 1
    assert staff.get("/v1/staff?status=active").json["items"] == []
    first = staff.get("/v1/staff?limit=2").json
    second = staff.get(f"/v1/staff?limit=2&cursor={first['next']}").json
    assert [row["name"] for row in (*first["items"], *second["items"])] == names
    assert (first["total"], second["next"]) == (3, None)


@pytest.mark.parametrize("role", ASSIGNABLE)
def test_the_passport_of_assigned_only_staff_says_so(house: House, role: str) -> None:
    add_active(house, role=role, assigned_only=True)
    session = house.sign_in(email=TOMAS["email"], kind="staff")
    exchanged = house.exchange(session).json
    assert set(exchanged["user"]["permissions"]).isdisjoint({"operations.read", "audit.read"})
    assert exchanged["user"]["assigned_only"] is True
    staff = house.harness.with_token(exchanged["passport"])
    house.save_contact()
    assert [user["kind"] for user in staff.get("/v1/users").json["items"]] == ["staff"]


def test_assigned_only_staff_see_the_people_of_their_clients_alone(house: House) -> None:
    tomas = new_id()
    mine, other = house.save_contact(), house.save_contact(email="bruno@example.com")
    for contact, adviser in ((mine, str(tomas)), (other, str(new_id()))):
        account = {"id": contact["account_id"], "adviser_id": adviser}
        house.harness.deliver("portal.account.saved.v1", account, version=7)
    users = {user["email"]: user["id"] for user in house.users()}
    limited, free = (house.harness.staff(id=tomas, assigned_only=flag) for flag in (True, False))
    own, strangers = f"/v1/users/{users['ana@example.com']}", f"/v1/users/{users['bruno@example.com']}"
    assert [user["email"] for user in limited.get("/v1/users").json["items"]] == ["ana@example.com"]
    assert len(free.get("/v1/users").json["items"]) == 2
    for method, act in (("GET", ""), ("POST", "/invitations"), ("POST", "/suspend"), ("POST", "/reinstate")):
        assert limited.open(method, strangers + act).status_code == 404, act
        assert limited.open(method, own + act).status_code < 300, act
        assert free.open(method, strangers + act).status_code < 300, act


def enrol(house: House, user_id: str) -> None:
    """Give a member of staff an authenticator app and a recovery code, and a subject at the identity provider."""
    with house.harness.database.unit_of_work() as session:
        session.add(Authenticator(user_id=UUID(user_id), secret_sealed="sealed", confirmed_at=clock.now()))
        session.add(RecoveryCode(user_id=UUID(user_id), code_sealed="sealed", created_at=clock.now()))
        subject = OidcSubject(user_id=UUID(user_id), issuer="https://id.example", subject="s", bound_at=clock.now())
        session.add(subject)


def test_a_lost_second_factor_is_reset_by_another_owner(house: House) -> None:
    made, (_, lucia) = add_active(house), owner(house)
    session = house.give_password(email=TOMAS["email"], kind="staff").json["session"]
    enrol(house, made["id"])
    assert "challenge" in house.give_password(email=TOMAS["email"], kind="staff").json
    path = f"/v1/staff/{made['id']}"
    assert (lucia.get(path).json["second_factor"], lucia.get(path).json["at_provider"]) == (True, True)
    answer = lucia.post(f"{path}/reset-second-factor")
    assert (answer.json["second_factor"], answer.json["at_provider"]) == (False, False)
    assert answer.json["changed_by"]["name"] == "Lucía Marín"
    assert house.exchange(session).status_code == 401
    told = house.recorded("identity.credential.changed.v1")[-1]
    assert told["email"] == TOMAS["email"]
    assert "session" in house.give_password(email=TOMAS["email"], kind="staff").json  # nothing more is owed


def test_nobody_resets_their_own_second_factor(house: House) -> None:
    made, browser = owner(house)
    enrol(house, made["id"])
    answer = browser.post(f"/v1/staff/{made['id']}/reset-second-factor")
    assert (answer.status_code, answer.json["code"]) == (409, "own_factor")
    assert house.harness.staff().post(f"/v1/staff/{made['id']}/reset-second-factor").status_code == 200

"""Sessions: exchanged for passports, ended at once, idle and absolute ends (P10; threat 19)."""

from sqlalchemy import event, select

from services.chassis.columns import new_id
from services.chassis.secrets import hash_token
from services.identity.sessions.models import UserSession
from tests.identity.house import AWAY, HOME, House


def test_a_session_is_stored_as_a_hash_with_where_it_came_from(house: House) -> None:
    house.activate()
    token = house.sign_in()
    with house.harness.database.reading() as session:
        row = session.scalar(select(UserSession).where(UserSession.token_hash == hash_token(token)))
    assert (row.ip, row.user_agent) == (HOME["ip"], HOME["user_agent"])
    assert row.methods == ["pwd"]


def test_each_sign_in_has_a_session_of_its_own(house: House) -> None:
    """An id planted before the sign-in cannot become a session: none is taken, each is made new (threat 19)."""
    house.activate()
    planted = "a" * 43
    body = {"email": "ana@example.com", "password": "three quiet herons cross", "client": HOME, "session": planted}
    assert house.gateway.post("/v1/sign-in/password", json=body).status_code == 422
    first, second = house.sign_in(), house.sign_in()
    assert len({planted, first, second}) == 3
    assert house.exchange(planted).status_code == 401


def test_the_passport_says_who_and_for_which_account(house: House) -> None:
    contact = house.activate(role="billing")
    exchanged = house.exchange(house.sign_in()).json
    assert exchanged["expires_in"] == 60
    me = house.harness.with_token(exchanged["passport"]).get("/v1/me").json
    assert me["email"] == "ana@example.com"
    assert me["accounts"] == [{"account_id": contact["account_id"], "contact_id": contact["id"], "role": "billing"}]
    assert exchanged["user"]["permissions"] == []


def test_the_account_is_told_by_name_once_the_portal_has_told_it(house: House) -> None:
    contact = house.activate()
    house.harness.deliver("portal.account.saved.v1", {"id": contact["account_id"], "name": "Talleres Acosta SL"})
    user = house.exchange(house.sign_in()).json["user"]
    assert [account["name"] for account in user["accounts"]] == ["Talleres Acosta SL"]


def test_signing_out_ends_that_session_alone_and_at_once(house: House) -> None:
    house.activate()
    here, elsewhere = house.sign_in(), house.sign_in(client=AWAY)
    assert house.post("sessions/end", session=here).status_code == 204
    refused = house.exchange(here)
    assert (refused.status_code, refused.json["code"]) == (401, "not_signed_in")
    assert house.exchange(elsewhere).status_code == 200
    assert house.post("sessions/end", session=here).status_code == 204
    assert house.post("sessions/end", session="unknown").status_code == 204


def test_a_suspended_person_is_out_and_back_after_reinstatement_only_by_signing_in(house: House) -> None:
    house.activate()
    session = house.sign_in()
    staff = house.harness.staff("clients.write")
    path = f"/v1/users/{house.users()[0]['id']}"
    assert staff.post(f"{path}/suspend").json["status"] == "suspended"
    assert house.exchange(session).status_code == 401
    assert house.give_password().json["code"] == "access_suspended"
    assert staff.post(f"{path}/reinstate").json["status"] == "active"
    assert house.exchange(session).status_code == 401
    assert house.give_password().status_code == 200
    assert staff.post(f"{path}/reinstate").status_code == 409


def test_an_invited_person_can_be_suspended_and_the_link_is_dead(house: House) -> None:
    house.save_contact()
    staff = house.harness.staff("clients.write")
    path = f"/v1/users/{house.users()[0]['id']}"
    staff.post(f"{path}/suspend")
    (token,) = house.invitation_tokens()
    assert house.accept(token).json["code"] == "access_suspended"
    assert staff.post(f"{path}/reinstate").json["status"] == "invited"
    assert house.accept(token).status_code == 200


def test_an_unused_session_idles_out_and_use_keeps_it(house: House, later) -> None:
    house.activate()
    used, unused = house.sign_in(), house.sign_in()
    for _ in range(3):
        later(minutes=100)
        assert house.exchange(used).status_code == 200
    assert house.exchange(unused).status_code == 401


def test_no_session_outlives_its_day(house: House, later) -> None:
    house.activate()
    session = house.sign_in()
    for _ in range(23):
        later(hours=1)
        assert house.exchange(session).status_code == 200
    later(hours=1)
    assert house.exchange(session).status_code == 401


def test_an_exchange_writes_once_a_minute_at_most(house: House, later) -> None:
    house.activate()
    session = house.sign_in()
    writes = []
    event.listen(
        house.harness.database.engine,
        "before_cursor_execute",
        lambda _c, _k, statement, _p, _x, _m: writes.append(statement) if "UPDATE" in statement else None,
    )
    for _ in range(5):
        house.exchange(session)
    assert writes == []
    later(seconds=61)
    house.exchange(session)
    house.exchange(session)
    assert len(writes) == 1


def test_only_the_gateway_may_ask(house: House) -> None:
    house.activate()
    session = house.sign_in()
    body = {"session": session}
    everyone = [
        house.harness.anyone(),
        house.harness.peer("portal"),
        house.harness.staff(),
        house.harness.client(new_id()),
    ]
    for path in ("sessions/exchange", "sessions/end", "sign-in/start", "invitations/accept", "passwords/forgot"):
        assert [who.post(f"/v1/{path}", json=body).status_code for who in everyone] == [401, 403, 403, 403]
    assert house.exchange(session).status_code == 200


def test_headers_that_claim_an_identity_are_ignored(house: House) -> None:
    """Services believe a signed passport alone (threat 8)."""
    house.activate()
    claims = {
        "X-User-Id": str(house.users()[0]["id"]),
        "X-Forwarded-User": "ana@example.com",
        "X-Account-Id": str(new_id()),
        "X-Roles": "owner",
    }
    assert house.harness.anyone().get("/v1/me", headers=claims).status_code == 401
    other = house.harness.client(new_id()).get("/v1/me", headers=claims)
    assert other.status_code == 404, "the passport's own user, whom this identity does not know"
    passport = house.exchange(house.sign_in()).json["passport"]
    own = house.harness.with_token(passport).get("/v1/me", headers={"X-User-Id": str(new_id())})
    assert (own.status_code, own.json["email"]) == (200, "ana@example.com"), "control: a passport is believed"


def test_a_person_sees_and_changes_only_what_is_their_own(house: House) -> None:
    house.activate()
    me = house.harness.with_token(house.exchange(house.sign_in()).json["passport"])
    for body in (
        {"name": "Eve"},
        {"email": "eve@example.com"},
        {"status": "active"},
        {"role": "owner"},
        {"kind": "staff"},
    ):
        assert me.patch("/v1/me", json=body).status_code == 422
    assert me.patch("/v1/me", json={"timezone": "Mars/Olympus"}).status_code == 422
    assert me.patch("/v1/me", json={"locale": "xx"}).status_code == 422
    assert me.get("/v1/users").status_code == 403


def test_old_sessions_and_links_are_forgotten_after_a_while(house: House, later) -> None:
    house.activate()
    house.sign_in()
    house.flow()
    later(days=2)
    house.harness.run_timer("prune")
    with house.harness.database.reading() as session:
        assert session.scalars(select(UserSession.end_reason)).all() == ["expired"] * 2
    later(days=400)
    house.harness.run_timer("prune")
    with house.harness.database.reading() as session:
        assert session.scalars(select(UserSession)).all() == []
    assert house.give_password().status_code == 200

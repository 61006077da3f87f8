"""Sessions, devices and the history of sign-ins, as the person and the firm see them (B5)."""

from typing import Any

import pytest
from sqlalchemy import func, select

from services.chassis.columns import new_id
from services.chassis.testing.harness import Browser
from services.identity.sessions import origin
from services.identity.sessions.models import Device, SignInEvent
from tests.identity.house import HOME, House
from tests.identity.viewing import make_staff

FIREFOX = {"ip": "192.168.1.20", "user_agent": "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"}
PHONE = {
    "ip": "198.51.100.99",
    "user_agent": "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/17.5 Mobile/15E148 Safari/604.1",
}


def me(house: House, session: str) -> Browser:
    """Return the person of a session, with a passport of now."""
    return house.harness.with_token(house.exchange(session).json["passport"])


def user_id(house: House, email: str = "ana@example.com") -> str:
    return str(next(user["id"] for user in house.users() if user["email"] == email))


def test_open_sessions_are_listed_with_device_and_place(house: House) -> None:
    house.activate()
    here, phone = house.sign_in(client=FIREFOX), house.sign_in(client=PHONE)
    items = me(house, here).get("/v1/me/sessions").json["items"]
    assert len(items) == 3, "that of the invitation, too"
    own = next(item for item in items if item["current"])
    assert own["device"] == {"browser": "Firefox", "system": "Linux", "model": None}
    assert own["place"] == {"kind": "network", "name": None}
    assert own["methods"] == ["pwd"]
    (other,) = [item for item in items if item["ip"] == PHONE["ip"]]
    assert other["device"] == {"browser": "Mobile Safari", "system": "iOS", "model": "iPhone"}
    assert other["place"] == {"kind": "unknown", "name": None}
    assert [item["current"] for item in items].count(True) == 1
    assert phone not in me(house, here).get("/v1/me/sessions").text, "no list holds a live token (threat 2)"


def test_one_session_is_ended_and_only_ones_own(house: House) -> None:
    house.activate()
    house.activate(email="eve@example.com", name="Eve")
    here, there = house.sign_in(), house.sign_in(client=PHONE)
    eve = me(house, house.sign_in(email="eve@example.com"))
    ana = me(house, here)
    (target,) = [item["id"] for item in ana.get("/v1/me/sessions").json["items"] if item["ip"] == PHONE["ip"]]
    assert eve.delete(f"/v1/me/sessions/{target}").status_code == 404
    assert house.exchange(there).status_code == 200, "control: it was not ended"
    assert ana.delete(f"/v1/me/sessions/{target}").status_code == 204
    assert house.exchange(there).status_code == 401
    assert ana.delete(f"/v1/me/sessions/{target}").status_code == 404
    assert ana.delete(f"/v1/me/sessions/{new_id()}").status_code == 404
    assert house.exchange(here).status_code == 200


def test_signing_out_everywhere_ends_all_of_ones_own_and_nobody_elses(house: House) -> None:
    house.activate()
    house.activate(email="eve@example.com", name="Eve")
    sessions = [house.sign_in(), house.sign_in(client=PHONE)]
    eve = house.sign_in(email="eve@example.com")
    assert me(house, sessions[0]).post("/v1/me/sessions/end-all").status_code == 204
    assert [house.exchange(session).status_code for session in sessions] == [401, 401]
    assert house.exchange(eve).status_code == 200


def test_sessions_beyond_the_firms_limits_are_not_listed(house: House, later: Any) -> None:
    house.activate()
    house.sign_in(client=PHONE)
    later(minutes=30)
    here = house.sign_in()
    assert len(me(house, here).get("/v1/me/sessions").json["items"]) == 3
    house.settings(version=9, session_limits={"client_idle_minutes": 20})
    assert len(me(house, here).get("/v1/me/sessions").json["items"]) == 1


def test_devices_are_listed_and_forgotten(house: House) -> None:
    house.activate()
    answer = house.give_password(client=FIREFOX).json
    again = house.give_password(client=FIREFOX | {"device": answer["device"]}).json
    assert again["device"] == answer["device"]
    ana = me(house, again["session"])
    devices = ana.get("/v1/me/devices").json["items"]
    assert [(device["device"]["browser"], device["current"]) for device in devices] == [
        ("Firefox", True),
        (None, False),
    ]
    assert devices[0]["remembered_until"] is None
    house.activate(email="eve@example.com", name="Eve")
    eve = me(house, house.sign_in(email="eve@example.com"))
    assert eve.delete(f"/v1/me/devices/{devices[0]['id']}").status_code == 404
    assert ana.delete(f"/v1/me/devices/{devices[0]['id']}").status_code == 204
    assert ana.delete(f"/v1/me/devices/{devices[0]['id']}").status_code == 404
    assert len(ana.get("/v1/me/devices").json["items"]) == 1
    assert house.exchange(again["session"]).status_code == 200


def test_signing_out_everywhere_asks_for_the_second_factor_on_every_device_again(house: House, later: Any) -> None:
    house.activate()
    session = house.sign_in(client=FIREFOX)
    with house.harness.database.unit_of_work() as work:
        for device in work.scalars(select(Device)):
            device.trusted_until = later(days=0).replace(year=2100)
    ana = me(house, session)
    assert all(device["remembered_until"] for device in ana.get("/v1/me/devices").json["items"]), "control"
    ana.post("/v1/me/sessions/end-all")
    assert not any(device["remembered_until"] for device in ana.get("/v1/me/devices").json["items"])


def test_the_history_tells_sign_ins_and_refused_attempts(house: House) -> None:
    house.activate()
    assert house.give_password("wrong wrong wrong wrong", client=PHONE).status_code == 401
    flow = house.flow(client=FIREFOX)
    house.give_code(flow, f"{(int(house.last_code()) + 1) % 10**6:06}", client=FIREFOX)
    house.give_code(flow, house.last_code(), client=FIREFOX)
    ana = me(house, house.sign_in())
    items = ana.get("/v1/me/sign-ins").json["items"]
    assert [(item["method"], item["refusal"]) for item in items] == [
        ("password", None),
        ("code", None),
        ("code", "wrong_code"),
        ("password", "wrong_credentials"),
        ("password", None),
    ]
    assert items[3]["ip"] == PHONE["ip"]
    assert items[3]["device"]["model"] == "iPhone"


def test_a_person_who_may_not_come_in_leaves_a_trace(house: House) -> None:
    house.activate()
    staff = house.harness.staff("clients.write", "clients.read")
    staff.post(f"/v1/users/{user_id(house)}/suspend")
    assert house.give_password().status_code == 403
    items = staff.get(f"/v1/users/{user_id(house)}/sign-ins").json["items"]
    assert items[0]["refusal"] == "access_suspended"


def test_the_history_is_paged(house: House) -> None:
    house.activate()
    for _ in range(4):
        session = house.sign_in()
    ana, seen, cursor = me(house, session), [], ""
    while cursor is not None:
        page = ana.get(f"/v1/me/sign-ins?limit=2{cursor and '&cursor=' + cursor}").json
        seen += [item["id"] for item in page["items"]]
        cursor = page["next"]
    assert len(seen) == len(set(seen)) == 5
    assert seen == sorted(seen, reverse=True)
    for wrong in ("limit=0", "limit=1000", "cursor=x"):
        assert ana.get(f"/v1/me/sign-ins?{wrong}").status_code == 422


def test_a_strangers_attempts_cost_the_same_and_are_nobodys(house: House, later: Any) -> None:
    """A row is written for known and unknown addresses alike, and tells nothing about who exists (threat 20)."""
    house.activate()
    house.give_password("wrong wrong wrong wrong", email="nobody@example.com")
    house.give_password("wrong wrong wrong wrong")
    with house.harness.database.reading() as session:
        rows = session.scalars(select(SignInEvent).where(SignInEvent.refusal.is_not(None))).all()
        assert [(row.user_id, row.refusal) for row in rows] == [(None, "wrong_credentials")] * 2
    house.activate(email="nobody@example.com", name="New")
    new = me(house, house.sign_in(email="nobody@example.com"))
    assert [item["refusal"] for item in new.get("/v1/me/sign-ins").json["items"]] == [None, None]
    later(days=2)
    house.harness.run_timer("prune")
    with house.harness.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(SignInEvent)) == 5, "both are somebody's address now"


def test_the_history_is_forgotten_after_90_days_and_strangers_attempts_after_one(house: House, later: Any) -> None:
    house.activate()
    house.give_password("wrong wrong wrong wrong", email="nobody@example.com")
    house.give_password("wrong wrong wrong wrong")

    def count() -> int:
        house.harness.run_timer("prune")
        with house.harness.database.reading() as session:
            return session.scalar(select(func.count()).select_from(SignInEvent)) or 0

    assert count() == 3
    later(days=2)
    assert count() == 2
    later(days=89)
    assert count() == 0


def test_staff_sees_a_clients_sessions_and_ends_them(house: House) -> None:
    house.activate()
    session = house.sign_in(client=FIREFOX)
    path = f"/v1/users/{user_id(house)}"
    staff = house.harness.staff("clients.read", "clients.write")
    assert len(staff.get(f"{path}/sessions").json["items"]) == 2
    assert staff.post(f"{path}/sessions/end").status_code == 204
    assert house.exchange(session).status_code == 401
    assert staff.get(f"{path}/sessions").json["items"] == []
    assert house.give_password().status_code == 200, "the person may sign in again"
    assert staff.get(f"/v1/users/{new_id()}/sessions").status_code == 404


def test_ending_somebodys_sessions_asks_for_the_right_and_a_fresh_proof(house: House) -> None:
    house.activate()
    session = house.sign_in()
    path = f"/v1/users/{user_id(house)}/sessions/end"
    assert house.harness.staff("clients.read").post(path).status_code == 403
    aged = house.harness.staff("clients.write", auth_time=1)
    assert aged.post(path).json["code"] == "proof_required"
    assert me(house, session).post(path).status_code == 403
    assert house.exchange(session).status_code == 200


def test_staff_of_other_clients_sees_nothing_of_a_person(house: House) -> None:
    contact = house.activate()
    mine, other = new_id(), new_id()
    account = {"id": contact["account_id"], "adviser_id": str(mine), "version": 50}
    house.harness.deliver("portal.account.saved.v1", account)
    path = f"/v1/users/{user_id(house)}"
    own = house.harness.staff("clients.read", "clients.write", id=mine, assigned_only=True)
    stranger = house.harness.staff("clients.read", "clients.write", id=other, assigned_only=True)
    assert [own.get(f"{path}/{what}").status_code for what in ("sessions", "sign-ins")] == [200, 200]
    assert [stranger.get(f"{path}/{what}").status_code for what in ("sessions", "sign-ins")] == [404, 404]
    assert stranger.post(f"{path}/sessions/end").status_code == 404
    assert own.post(f"{path}/sessions/end").status_code == 204


def test_only_who_manages_staff_sees_a_colleagues_sessions(house: House) -> None:
    colleague = make_staff(house)
    for what in ("sessions", "sign-ins"):
        path = f"/v1/users/{colleague}/{what}"
        assert house.harness.staff("clients.read").get(path).status_code == 403
        assert house.harness.staff("clients.read", "staff.manage").get(path).status_code == 200


def new_devices(house: House) -> list[tuple[bool, str | None]]:
    told = house.recorded("identity.user.signed_in.v1")
    return [(data["new_device"], data.get("device")) for data in told]


def test_a_device_not_seen_before_is_told_and_a_known_one_is_not(house: House) -> None:
    house.activate()
    first = house.give_password(client=FIREFOX).json
    house.give_password(client=FIREFOX | {"device": first["device"]})
    house.give_password(client=PHONE | {"device": "made up"})
    assert new_devices(house) == [
        (False, None),
        (True, "Firefox, Linux"),
        (False, None),
        (True, "Mobile Safari, iPhone"),
    ]


@pytest.mark.parametrize(
    ("ip", "kind"),
    [
        ("127.0.0.1", "machine"),
        ("::1", "machine"),
        ("10.1.2.3", "network"),
        ("192.168.0.9", "network"),
        ("fe80::1", "network"),
        ("fd00::1", "network"),
        ("100.64.1.1", "network"),
        ("8.8.8.8", "unknown"),
        ("2001:4860:4860::8888", "unknown"),
        ("", "unknown"),
        ("somewhere", "unknown"),
    ],
)
def test_an_address_tells_by_itself_only_this(ip: str, kind: str) -> None:
    assert origin.place(ip) == {"kind": kind, "name": None}


def test_a_database_file_names_the_place_in_the_readers_language(monkeypatch: pytest.MonkeyPatch) -> None:
    names = {"city": {"names": {"en": "Lisbon", "pt-BR": "Lisboa"}}, "country": {"names": {"en": "Portugal"}}}

    class Reader:
        def get(self, address: str) -> Any:
            return {"8.8.8.8": names, "9.9.9.9": "odd"}.get(address)

    monkeypatch.setattr(origin, "_reader", lambda _path: Reader())
    assert origin.place("8.8.8.8", "places.mmdb", "en")["name"] == "Lisbon, Portugal"
    assert origin.place("8.8.8.8", "places.mmdb", "pt") == {"kind": "place", "name": "Lisboa, Portugal"}
    assert origin.place("9.9.9.9", "places.mmdb") == origin.place("1.1.1.1", "places.mmdb")
    assert origin.place("10.0.0.1", "places.mmdb")["kind"] == "network"


def test_a_database_file_that_cannot_be_read_breaks_nothing(tmp_path: Any) -> None:
    broken = tmp_path / "places.mmdb"
    broken.write_bytes(b"no such format")
    for path in (str(broken), str(tmp_path / "absent.mmdb")):
        assert origin.place("8.8.8.8", path) == {"kind": "unknown", "name": None}


@pytest.mark.parametrize("said", ["", "Mozilla/5.0 (test)", "\x00", "a" * 10_000, HOME["user_agent"]])
def test_a_browser_may_say_anything(said: str) -> None:
    assert set(origin.device(said)) == {"browser", "system", "model"}
    assert isinstance(origin.device_words(said), str)

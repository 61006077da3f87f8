"""Identity with a client's people, another client's, and the firm's."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from services.chassis import clock
from services.chassis.columns import new_id
from services.chassis.testing.harness import Harness
from services.identity.passkeys.models import Passkey
from services.identity.roles import PERMISSIONS
from services.identity.sessions.models import Device, UserSession
from tests.identity.factors import user_id_of
from tests.identity.house import House
from tests.identity.viewing import make_staff
from tests.security.matrix.callers import Of
from tests.security.matrix.events import REPLAY, received_event
from tests.security.matrix.scene import Call, Party, Scene, Thing, given

USER, STAFF = "/v1/users/<uuid:user_id>", "/v1/staff/<uuid:user_id>"
PASSKEY, SESSION = "/v1/me/passkeys/<uuid:passkey_id>", "/v1/me/sessions/<uuid:session_id>"
DEVICE = "/v1/me/devices/<uuid:device_id>"
SECRET = "Unspeakable"


def make(harness: Harness) -> Scene:
    """Return identity with what its routes need."""
    house = House(harness)
    scene = Scene(harness, _client(house, f"{SECRET} Acosta"), _client(house, "Joaquim Ribeiro"))
    scene.staff_ids |= {role: make_staff(house, role, f"{role}@firm.example") for role in PERMISSIONS}
    scene.staff_ids["no role"] = make_staff(house, "read_only", "nothing@firm.example")
    for id in (scene.own.user_id, scene.own.colleague_id, scene.foreign.user_id, scene.foreign.colleague_id):
        scene.sessions[id] = _session(scene, id)
    for id in scene.staff_ids.values():
        scene.sessions[id] = _session(scene, id)
    scene.secrets += [SECRET, str(scene.own.account_id), str(scene.own.user_id)]
    scene.things |= {REPLAY: received_event(harness)} | _users(scene) | _staff(scene, house) | _own(scene)
    return scene


def _users(scene: Scene) -> dict[str, Thing]:
    user = {"user_id": scene.own.user_id}
    things = {USER + path: given(Of.ACCOUNT, user) for path in ("", "/sign-ins", "/sessions", "/sessions/end")}
    things |= {USER + path: given(Of.ACCOUNT, user) for path in ("/invitations", "/suspend", "/reinstate")}
    things[f"{USER}/reset-second-factor"] = given(Of.ACCOUNT, user)
    things |= {f"{USER}/code": given(Of.ACCOUNT, user, json={"channel": "email"})}
    return things | {f"{USER}/view": given(Of.ACCOUNT, user, json={"account_id": str(scene.own.account_id)})}


def _staff(scene: Scene, house: House) -> dict[str, Thing]:
    person = {"user_id": make_staff(house, "agent", "tomas@firm.example")}
    paths = ("", "/invitations", "/reinstate", "/reset-second-factor", "/suspend")
    things = {STAFF + path: given(Of.FIRM, person) for path in paths}
    return things | {f"PATCH {STAFF}": given(Of.FIRM, person, json={"name": "Tomás V."})}


def _own(scene: Scene) -> dict[str, Thing]:
    owner = scene.own.user_id
    return {
        SESSION: Thing(Of.PERSON, lambda: Call({"session_id": _session(scene, owner)})),
        DEVICE: Thing(Of.PERSON, lambda: Call({"device_id": _device(scene, owner)})),
        PASSKEY: Thing(Of.PERSON, lambda: Call({"passkey_id": _passkey(scene, owner)})),
        f"PATCH {PASSKEY}": Thing(
            Of.PERSON, lambda: Call({"passkey_id": _passkey(scene, owner)}, {"json": {"name": "Laptop"}})
        ),
    }


def _client(house: House, name: str) -> Party:
    owner = house.activate(name=name, email=f"{new_id()}@client.example")
    account = {"id": owner["account_id"], "name": name, "adviser_id": None, "version": 50}
    house.harness.deliver("portal.account.saved.v1", account)
    same = {"account_id": owner["account_id"], "role": "member", "email": f"{new_id()}@client.example"}
    colleague = house.activate(name=f"{name} junior", **same)
    ids = [user_id_of(house, contact["email"]) for contact in (owner, colleague)]
    return Party(UUID(owner["account_id"]), UUID(owner["id"]), *ids)


def _session(scene: Scene, user_id: UUID) -> UUID:
    now = clock.now()
    until: dict[str, Any] = {"idle_at": now + timedelta(hours=1), "expires_at": now + timedelta(hours=8)}
    since = {"created_at": now, "authenticated_at": now, "last_seen_at": now}
    row = UserSession(
        id=new_id(), token_hash=new_id().hex, user_id=user_id, methods=[], ip="::1", user_agent="Test", **since, **until
    )
    return _kept(scene, row)


def _device(scene: Scene, user_id: UUID) -> UUID:
    now = clock.now()
    return _kept(scene, Device(id=new_id(), token_hash=new_id().hex, user_id=user_id, created_at=now, last_seen_at=now))


def _passkey(scene: Scene, user_id: UUID) -> UUID:
    row = Passkey(
        id=new_id(),
        user_id=user_id,
        credential_id=new_id().hex,
        public_key="",
        sign_count=0,
        transports=[],
        name="Phone",
        created_at=clock.now(),
    )
    return _kept(scene, row)


def _kept(scene: Scene, row: UserSession | Device | Passkey) -> UUID:
    with scene.harness.database.unit_of_work() as session:
        session.add(row)
        return row.id

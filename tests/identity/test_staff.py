"""The firm's own people: made by the command, with roles whose permissions the passport carries (B8)."""

import re
from collections.abc import Callable

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from services.identity import commands
from services.identity.roles import PERMISSIONS, ROLES
from services.identity.tokens.models import TokenKey
from services.identity.users.models import User
from tests.architecture.test_services import STAFF_PERMISSIONS
from tests.identity.house import AWAY, HOME, PASSWORD, House

Run = Callable[..., Result]


@pytest.fixture
def run(house: House, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command of identity on the house's own database."""
    monkeypatch.setattr(commands, "Runtime", lambda _service: house.harness.runtime)

    def invoke(command: object, *arguments: str, **options: object) -> Result:
        return CliRunner().invoke(command, list(arguments), **options)

    return invoke


def create(run: Run, role: str = "owner", email: str = "lucia@firm.example", **options: object) -> Result:
    arguments = (email, "--name", "Lucía Marín", "--role", role, "--locale", "es")
    return run(commands.create_staff, *arguments, **options)


def password_in(role: str) -> dict[str, object]:
    return {"env": {"ATRIO_STAFF_PASSWORD": PASSWORD}}


def staff_session(house: House, email: str = "lucia@firm.example") -> str:
    return house.sign_in(email=email, kind="staff")


def test_the_command_prints_a_link_that_works_once(house: House, run: Run) -> None:
    made = create(run)
    assert made.exit_code == 0, made.output
    token = re.search(r"https://portal\.example/invitation/(\S+)", made.output)[1]
    assert house.post("invitations/inspect", token=token).json["kind"] == "staff"
    signed_in = house.accept(token)
    assert signed_in.json["kind"] == "staff"
    assert house.accept(token).status_code == 410
    exchanged = house.exchange(signed_in.json["session"]).json
    assert (exchanged["must_enrol"], exchanged["user"]["permissions"]) == (True, [])
    house.enrol(signed_in.json["session"], "lucia@firm.example")
    user = house.exchange(signed_in.json["session"]).json["user"]
    assert (user["role"], user["locale"], user["accounts"], user["account_id"]) == ("owner", "es", [], None)
    assert "staff.manage" in user["permissions"]


def test_a_password_may_come_from_the_environment_and_is_not_shown(house: House, run: Run) -> None:
    made = create(run, **password_in("owner"))
    assert made.exit_code == 0, made.output
    assert PASSWORD not in made.output
    assert "invitation" not in made.output
    assert house.recorded("identity.user.activated.v1")[0]["role"] == "owner"
    assert staff_session(house)


def test_a_password_may_be_asked_for(house: House, run: Run) -> None:
    arguments = ("lucia@firm.example", "--name", "Lucía", "--password-prompt")
    made = run(commands.create_staff, *arguments, input=f"{PASSWORD}\n{PASSWORD}\n")
    assert made.exit_code == 0, made.output
    assert PASSWORD not in made.output
    assert staff_session(house)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("email", "no address"), "not an e-mail address"),
        (("email", "a@b.example\r\nBcc: c@d.example"), "cannot be used"),
        (("--name", "=?utf-8?q?x?="), "cannot be used"),
        (("--role", "king"), "is not one of"),
    ],
)
def test_what_is_wrong_is_said(run: Run, change: tuple[str, str], says: str) -> None:
    given = {"email": "lucia@firm.example", "--name": "Lucía", "--role": "owner"} | dict([change])
    email = given.pop("email")
    made = run(commands.create_staff, email, *[word for pair in given.items() for word in pair])
    assert made.exit_code != 0
    assert says in made.output


def test_a_weak_password_or_a_taken_address_is_refused(house: House, run: Run) -> None:
    weak = create(run, env={"ATRIO_STAFF_PASSWORD": "passwordpassword"})
    assert weak.exit_code == 1
    assert "easy to guess" in weak.output
    assert create(run).exit_code == 0
    taken = create(run)
    assert taken.exit_code == 1
    assert "already" in taken.output
    with house.harness.database.reading() as session:
        assert len(session.scalars(select(User)).all()) == 1


def test_roles_give_what_the_design_says() -> None:
    assert PERMISSIONS["owner"] == PERMISSIONS["manager"] | {"staff.manage"}
    assert "settings.write" not in PERMISSIONS["agent"]
    assert all(name.endswith(".read") for name in PERMISSIONS["read_only"])
    assert PERMISSIONS["owner"] >= STAFF_PERMISSIONS


@pytest.mark.parametrize("role", ROLES)
def test_the_passport_carries_the_permissions_of_the_role(house: House, run: Run, role: str) -> None:
    create(run, role, **password_in(role))
    exchanged = house.exchange(staff_session(house)).json
    assert set(exchanged["user"]["permissions"]) == PERMISSIONS[role]
    staff = house.harness.with_token(exchanged["passport"])
    assert staff.get("/v1/users").status_code == 200
    house.save_contact()
    contact = next(user for user in house.users() if user["kind"] == "client")
    allowed = "clients.write" in PERMISSIONS[role]
    assert staff.post(f"/v1/users/{contact['id']}/invitations").status_code == (202 if allowed else 403)


def test_staff_is_not_sent_codes_yet(house: House, run: Run) -> None:
    create(run, **password_in("owner"))
    house.flow("lucia@firm.example")
    assert house.recorded("identity.code.issued.v1") == []


def test_a_staff_session_is_shorter(house: House, run: Run, later) -> None:
    create(run, **password_in("owner"))
    house.activate()
    staff, client = staff_session(house), house.sign_in()
    later(minutes=61)
    assert house.exchange(staff).status_code == 401
    assert house.exchange(client).status_code == 200


def test_staff_may_forget_a_password_too(house: House, run: Run) -> None:
    create(run, **password_in("owner"))
    house.post("passwords/forgot", email="lucia@firm.example", client=AWAY)
    house.work()
    assert house.recorded("identity.password.reset_requested.v1") == []
    house.post("passwords/forgot", email="lucia@firm.example", kind="staff", client=HOME)
    house.work()
    assert len(house.recorded("identity.password.reset_requested.v1")) == 1


def test_keys_are_rotated_by_command(house: House, run: Run) -> None:
    rotated = run(commands.identity, "rotate-keys")
    assert rotated.exit_code == 0, rotated.output
    with house.harness.database.reading() as session:
        keys = session.scalars(select(TokenKey).order_by(TokenKey.active_at)).all()
    assert len(keys) == 2
    assert keys[1].kid in rotated.output
    assert keys[0].retired_at is not None


def test_who_lost_every_second_factor_is_let_in_again_by_command(house: House, run: Run) -> None:
    create(run, **password_in("owner"))
    session = staff_session(house)
    house.enrol(session, "lucia@firm.example")
    assert house.exchange(session).json["must_enrol"] is False
    done = run(commands.reset_second_factor, " Lucia@firm.example")
    assert done.exit_code == 0, done.output
    assert house.exchange(session).status_code == 401
    assert house.exchange(staff_session(house)).json["must_enrol"] is True
    assert house.recorded("identity.credential.changed.v1")[-1]["change"] == "reset"
    assert run(commands.reset_second_factor, "nobody@firm.example").exit_code == 1

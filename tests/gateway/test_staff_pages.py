"""The firm's own people in the settings: list, invitation, role, access, second factor (B8)."""

from typing import Any

import pytest
from werkzeug import Request

from tests.gateway.conftest import Visitor
from tests.gateway.house import STAFF, STAFF_SESSION, House, moment, problem
from tests.gateway.test_admin_clients import body_of, text_of

PATH, SERVICE = "/admin/settings/staff", "/identity/v1/staff"
TOMAS, PILAR = "0192a000-0000-7000-8000-0000000000e2", "0192a000-0000-7000-8000-0000000000e3"


def person(id: str, name: str, **more: Any) -> dict[str, Any]:
    """Return one of the firm's people as identity tells one."""
    return {
        "id": id,
        "email": f"{name.split(maxsplit=1)[0].lower()}@marin-costa.example",
        "name": name,
        "locale": "en",
        "timezone": "Europe/Madrid",
        "status": "active",
        "role": "agent",
        "assigned_only": False,
        "second_factor": True,
        "at_provider": False,
        "signed_in_at": moment(-2),
        "invitation": None,
        "changed_by": {"kind": "staff", "id": STAFF["id"], "name": "Lucía Marín"},
        "changed_at": moment(-30),
        "created_at": moment(-500),
        "version": 2,
    } | more


def furnish(house: House) -> dict[str, dict[str, Any]]:
    """Let identity have Lucía (the visitor), Tomás (assigned clients only) and Pilar (whose invitation is too old)."""
    expired = {"status": "expired", "sent_at": moment(-200), "expires_at": moment(-30)}
    waiting = {"status": "invited", "second_factor": False, "signed_in_at": None, "invitation": expired}
    found = {
        STAFF["id"]: person(STAFF["id"], "Lucía Marín", role="owner", changed_by=None, changed_at=None),
        TOMAS: person(TOMAS, "Tomás Vidal", assigned_only=True),
        PILAR: person(PILAR, "Pilar Soto") | waiting,
    }
    house.users[STAFF_SESSION] = STAFF | {"permissions": [*STAFF["permissions"], "staff.manage"]}
    house.answers[("GET", SERVICE)] = {"items": list(found.values()), "next": None, "total": 3}
    house.answers[("POST", SERVICE)] = lambda request: person(TOMAS, request.get_json()["name"])
    for id, row in found.items():
        at = f"{SERVICE}/{id}"
        house.answers[("GET", at)] = row
        house.answers[("PATCH", at)] = _changed(row)
        for act in ("invitations", "suspend", "reinstate", "reset-second-factor"):
            house.answers[("POST", f"{at}/{act}")] = row
    return found


@pytest.fixture
def people(house: House) -> dict[str, dict[str, Any]]:
    return furnish(house)


def _changed(row: dict[str, Any]) -> Any:
    def answer(request: Request) -> Any:
        return row | request.get_json()

    return answer


@pytest.mark.usefixtures("people")
def test_the_list_says_who_is_what_and_who_changed_it(staff: Visitor, house: House) -> None:
    page = text_of(staff.get(f"{PATH}?q=vi&show=active"))
    for words in ("Tomás Vidal", "Assigned clients only", "Link expired", "Changed by", "3 in all"):
        assert words in page
    asked = next(call for call in house.calls if call.path == SERVICE)
    assert (asked.args["q"], asked.args["status"]) == ("vi", "active")
    assert 'href="/admin/settings/staff"' in staff.get(PATH).text


@pytest.mark.usefixtures("people")
def test_of_oneself_only_the_name_can_be_changed(staff: Visitor, house: House) -> None:
    mine = f"{PATH}/{STAFF['id']}"
    page = staff.get(mine).text
    assert 'name="role"' not in page
    assert f"{mine}/suspend" not in staff.get(PATH).text
    assert f"{PATH}/{TOMAS}/suspend" in staff.get(PATH).text
    staff.post(mine, {"name": "Lucía M.", "role": "read_only"})
    assert body_of(house, "PATCH", f"{SERVICE}/{STAFF['id']}") == {"name": "Lucía M."}


@pytest.mark.usefixtures("people")
def test_an_invitation_says_role_and_limit(staff: Visitor, house: House) -> None:
    form = {"name": "Rui Sá", "email": "rui@firm.example", "role": "agent", "assigned_only": "yes", "locale": "pt"}
    answer = staff.post(f"{PATH}/invite", form)
    assert answer.status_code == 303
    sent = body_of(house, "POST", SERVICE)
    assert sent == form | {"assigned_only": True, "timezone": "Europe/Madrid"}
    assert "on its way to Rui Sá" in text_of(staff.get(PATH))
    staff.post(f"{PATH}/invite", form | {"role": "owner"})
    assert body_of(house, "POST", SERVICE)["assigned_only"] is False


@pytest.mark.usefixtures("people")
def test_what_is_wrong_stands_beside_its_field_and_typed_text_stays(staff: Visitor, house: House) -> None:
    house.answers[("POST", SERVICE)] = problem(409, "address_taken")
    page = staff.post(f"{PATH}/invite", {"name": "Rui Sá", "email": "rui@firm.example", "role": "agent"})
    assert page.status_code == 422
    assert 'id="f-email-error"' in page.text
    assert "has this e-mail address already" in text_of(page)
    assert 'value="Rui Sá"' in page.text


@pytest.mark.usefixtures("people")
def test_role_and_limit_are_saved(staff: Visitor, house: House) -> None:
    page = staff.get(f"{PATH}/{TOMAS}")
    assert "May do everything, and manages the staff" in text_of(page)
    staff.post(f"{PATH}/{TOMAS}", {"name": "Tomás Vidal", "role": "manager", "assigned_only": "yes"})
    saved = body_of(house, "PATCH", f"{SERVICE}/{TOMAS}")
    assert saved == {"name": "Tomás Vidal", "role": "manager", "assigned_only": False}


@pytest.mark.usefixtures("people")
@pytest.mark.parametrize("act", ["suspend", "reset-second-factor"])
def test_what_shuts_somebody_out_asks_first(staff: Visitor, house: House, act: str) -> None:
    target = f"{PATH}/{TOMAS}/{act}"
    assert "Tomás Vidal" in text_of(staff.get(target))
    assert not any(call.method == "POST" and act in call.path for call in house.calls)
    assert staff.post(target).status_code == 303
    assert any(call.method == "POST" and call.path == f"{SERVICE}/{TOMAS}/{act}" for call in house.calls)


@pytest.mark.usefixtures("people")
def test_the_last_owner_is_explained(staff: Visitor, house: House) -> None:
    house.answers[("POST", f"{SERVICE}/{TOMAS}/suspend")] = problem(409, "last_owner")
    staff.post(f"{PATH}/{TOMAS}/suspend")
    assert "The firm needs an active owner" in text_of(staff.get(PATH))


def test_only_who_manages_staff_finds_the_page(staff: Visitor, house: House, people: dict[str, Any]) -> None:
    assert staff.get(PATH).status_code == 200
    house.users[STAFF_SESSION] = STAFF
    later = Visitor(house.gateway(), atrio_staff=STAFF_SESSION)
    assert later.get(PATH).status_code == 403

"""Sessions, devices and sign-ins on the person's own pages and on the client's page in the admin (B5)."""

from typing import Any

import pytest
from werkzeug import Response

from tests.gateway.conftest import Visitor
from tests.gateway.directory import ANA, PILAR, USER, move_in
from tests.gateway.house import ACCOUNT, CLIENT_SESSION, STAFF_SESSION, House, moment
from tests.gateway.test_admin_clients import text_of

HERE, THERE, KNOWN = (f"0192a000-0000-7000-8000-00000000080{n}" for n in (1, 2, 3))
ME = "/identity/v1/me"
LAPTOP = {
    "ip": "192.168.1.20",
    "device": {"browser": "Firefox", "system": "Linux", "model": None},
    "place": {"kind": "network", "name": None},
}
PHONE = {
    "ip": "203.0.113.7",
    "device": {"browser": "Mobile Safari", "system": "iOS", "model": "iPhone"},
    "place": {"kind": "place", "name": "Lisboa, Portugal"},
}
NOBODY = {
    "ip": "127.0.0.1",
    "device": dict.fromkeys(("browser", "system", "model")),
    "place": {"kind": "machine", "name": None},
}
RECORD = f"/admin/clients/{ACCOUNT}/contacts/{ANA}"


def session(id: str, origin: dict[str, Any], *, current: bool = False) -> dict[str, Any]:
    times = {"started_at": moment(-3), "last_seen_at": moment(0), "expires_at": moment(9)}
    return origin | times | {"id": id, "current": current, "methods": ["pwd", "totp", "mfa"]}


def tried(method: str, refusal: str | None, origin: dict[str, Any]) -> dict[str, Any]:
    return origin | {"id": HERE, "at": moment(-1), "method": method, "refusal": refusal}


def furnish(house: House) -> House:
    """Let identity have sessions, devices and sign-ins of everybody."""
    move_in(house)
    open_sessions = {"items": [session(HERE, LAPTOP, current=True), session(THERE, PHONE)]}
    seen = {"first_seen_at": moment(-90), "last_seen_at": moment(-1), "id": KNOWN, "current": False}
    history = [tried("code", None, LAPTOP), tried("password", "wrong_credentials", NOBODY)]
    history += [tried("passkey", "access_ended", PHONE), tried("password", "something_new", LAPTOP)]
    of_ana = f"/identity/v1/users/{USER}"
    house.answers |= {
        ("GET", f"{ME}/sessions"): open_sessions,
        ("GET", f"{ME}/devices"): {"items": [PHONE | seen | {"remembered_until": moment(200)}]},
        ("GET", f"{ME}/sign-ins"): {"items": history, "next": THERE},
        ("DELETE", f"{ME}/sessions/{THERE}"): Response(status=204),
        ("POST", f"{ME}/sessions/end-all"): Response(status=204),
        ("DELETE", f"{ME}/devices/{KNOWN}"): Response(status=204),
        ("GET", f"{of_ana}/sessions"): open_sessions,
        ("GET", f"{of_ana}/sign-ins"): {"items": history, "next": None},
        ("POST", f"{of_ana}/sessions/end"): Response(status=204),
    }
    return house


@pytest.fixture(autouse=True)
def sessions(house: House) -> House:
    return furnish(house)


@pytest.fixture(params=["client", "staff"])
def person(request: pytest.FixtureRequest) -> tuple[Visitor, str, str]:
    """A visitor, the address of the page on their side, and their cookie's token."""
    path, token = {
        "client": ("/profile/sessions", CLIENT_SESSION),
        "staff": ("/admin/sessions", STAFF_SESSION),
    }[request.param]
    return request.getfixturevalue(request.param), path, token


@pytest.mark.feature("B5")
def test_one_sees_where_one_is_signed_in_and_who_tried(person: tuple[Visitor, str, str]) -> None:
    visitor, path, _token = person
    words = text_of(visitor.get(path))
    assert "Firefox on Linux This one A network inside (192.168.1.20) Password, Authenticator app" in words
    assert "Mobile Safari on iPhone Lisboa, Portugal (203.0.113.7)" in words
    for outcome in ("Signed in One-time code", "Wrong password Password", "No access at that time", "Refused Password"):
        assert outcome in words
    assert "Unknown browser The server itself (127.0.0.1)" in words
    assert f"{path}?cursor={THERE}" in visitor.get(path).text
    assert visitor.get(f"{path}?cursor={THERE}").status_code == 200


@pytest.mark.feature("B5")
def test_another_session_is_ended_and_the_own_goes_on(person: tuple[Visitor, str, str], house: House) -> None:
    visitor, path, token = person
    answer = visitor.post(f"{path}/{THERE}/end", page=path)
    assert (answer.status_code, answer.location) == (303, path)
    assert len(house.called("DELETE", f"{ME}/sessions/{THERE}")) == 1
    assert token in house.users


def test_ending_the_present_session_is_signing_out(person: tuple[Visitor, str, str], house: House) -> None:
    visitor, path, token = person
    visitor.post(f"{path}/{HERE}/end", page=path)
    assert token not in house.users
    assert visitor.get(path).status_code == 302


@pytest.mark.feature("B5")
def test_signing_out_everywhere_is_asked_about_and_takes_effect_here_at_once(
    person: tuple[Visitor, str, str], house: House
) -> None:
    visitor, path, token = person
    asked = text_of(visitor.get(f"{path}/end-all"))
    assert "Every session ends within seconds, this one too" in asked
    copied = visitor.client
    assert visitor.post(f"{path}/end-all").status_code == 303
    assert len(house.called("POST", f"{ME}/sessions/end-all")) == 1
    assert token not in house.users
    name = "atrio_staff" if "admin" in path else "atrio_client"
    copied.set_cookie(name, token)
    assert visitor.get(path).status_code == 302, "a copied cookie is nobody's at this gateway at once"


def test_a_remembered_device_is_forgotten(person: tuple[Visitor, str, str], house: House) -> None:
    visitor, path, _token = person
    assert "Not remembered" not in visitor.get(path).text
    answer = visitor.post(f"{path}/devices/{KNOWN}/forget", page=path)
    assert (answer.status_code, answer.location) == (303, path)
    assert len(house.called("DELETE", f"{ME}/devices/{KNOWN}")) == 1


def test_what_is_gone_already_is_no_error(person: tuple[Visitor, str, str]) -> None:
    visitor, path, _token = person
    for gone in (f"{path}/{KNOWN}/end", f"{path}/devices/{THERE}/forget"):
        assert visitor.post(gone, page=path).location == path


@pytest.mark.feature("B5")
def test_staff_sees_a_persons_sign_ins_and_ends_the_sessions(staff: Visitor, house: House) -> None:
    assert f'href="{RECORD}/sign-ins"' in staff.get(f"/admin/clients/{ACCOUNT}?tab=profile").text
    words = text_of(staff.get(f"{RECORD}/sign-ins"))
    assert "Sign-ins of Ana Acosta" in words
    assert "Mobile Safari on iPhone" in words
    assert "Wrong password" in words
    assert "They are signed out everywhere within seconds." in text_of(staff.get(f"{RECORD}/sessions/end"))
    answer = staff.post(f"{RECORD}/sessions/end")
    assert answer.location == f"{RECORD}/sign-ins"
    assert len(house.called("POST", f"/identity/v1/users/{USER}/sessions/end")) == 1
    assert "Ana Acosta is signed out everywhere." in staff.get(answer.location).text


def test_staff_without_the_right_sees_no_way_to_end_them(staff: Visitor, house: House) -> None:
    house.users[STAFF_SESSION]["permissions"] = ["clients.read"]
    assert f"{RECORD}/sessions/end" not in staff.get(f"{RECORD}/sign-ins").text
    assert staff.get(f"{RECORD}/sessions/end").status_code == 403
    assert staff.post(f"{RECORD}/sessions/end", page="/admin/clients").status_code == 403


def test_a_contact_who_never_was_a_portal_user_has_no_such_page(staff: Visitor) -> None:
    assert staff.get(f"{RECORD.replace(ANA, PILAR)}/sign-ins").status_code == 404

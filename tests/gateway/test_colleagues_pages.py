"""Colleagues of an account's owner (B4): seen and invited where the firm allows it, by owners alone."""

import re
from typing import Any

import pytest
from werkzeug import Response

from tests.gateway.conftest import Visitor
from tests.gateway.house import ACCOUNT, CLIENT, CLIENT_SESSION, SWITCHES, House, moment, problem
from tests.gateway.test_admin_clients import body_of, text_of

PAGE = "/profile/colleagues"
JOAQUIM = "0192a000-0000-7000-8000-0000000000d2"


def person(id: str, name: str, status: str, **more: Any) -> dict[str, Any]:
    """Return a colleague as the portal service tells one."""
    return {
        "id": id,
        "name": name,
        "email": f"{name.split(maxsplit=1)[0].lower()}@talleres-acosta.example",
        "role": "member",
        "portal_status": status,
        "invited_at": None,
        "invitation_expires_at": None,
        "is_self": False,
    } | more


def colleagues(*, may_invite: bool = True) -> dict[str, Any]:
    """Return the people of the account."""
    ana = person(CLIENT["contact_id"], "Ana Acosta", "active", role="owner", is_self=True)
    return {
        "items": [ana, person(JOAQUIM, "Joaquim Ribeiro", "invited", invitation_expires_at=moment(-1))],
        "may_invite": may_invite,
    }


def furnish(house: House) -> House:
    """Let the portal service of `house` have colleagues, and the firm allow them to be invited."""
    house.answers |= {
        ("GET", "/portal/v1/colleagues"): lambda _request: colleagues(),
        ("POST", "/portal/v1/colleagues"): Response("{}", 201, content_type="application/json"),
        ("PATCH", f"/portal/v1/colleagues/{JOAQUIM}"): Response("{}", 200, content_type="application/json"),
        ("DELETE", f"/portal/v1/colleagues/{JOAQUIM}"): Response(status=204),
        ("GET", "/portal/v1/shell"): {
            "kind": "client",
            "switches": SWITCHES | {"colleague_invitations": True},
            "counts": {},
            "action_buttons": [],
            "accounts": [],
        },
    }
    return house


@pytest.fixture(autouse=True)
def people(house: House) -> House:
    return furnish(house)


def test_the_owner_sees_everybody_with_role_and_state(client: Visitor) -> None:
    assert f'href="{PAGE}"' in client.get("/profile").text
    words = text_of(client.get(PAGE))
    assert "Ana Acosta ana@talleres-acosta.example Owner Active You" in words
    assert "Joaquim Ribeiro joaquim@talleres-acosta.example Member Invited invitation expired Change role" in words


def test_a_colleague_is_invited(client: Visitor, house: House) -> None:
    typed = {"name": "Pilar Soto", "email": "pilar@talleres-acosta.example", "role": "signer"}
    answer = client.post(f"{PAGE}/invite", typed)
    assert (answer.status_code, answer.headers["Location"]) == (303, PAGE)
    assert body_of(house, "POST", "/portal/v1/colleagues") == typed
    assert "An invitation is on its way to Pilar Soto." in text_of(client.get(PAGE))


def test_errors_stand_beside_their_fields_and_typed_text_is_kept(client: Visitor, house: House) -> None:
    said = {"email": ["Another contact of this client has this address."]}
    house.answers[("POST", "/portal/v1/colleagues")] = problem(422, "invalid_input", said)
    page = client.post(f"{PAGE}/invite", {"name": "Pilar", "email": "ana@talleres-acosta.example", "role": "member"})
    assert page.status_code == 422
    assert 'id="f-email-error"' in page.text
    assert 'value="Pilar"' in page.text


def test_access_is_withdrawn_after_a_question(client: Visitor, house: House) -> None:
    path = f"{PAGE}/{JOAQUIM}/withdraw"
    assert "Withdraw the access of Joaquim Ribeiro?" in text_of(client.get(path))
    assert client.post(path).status_code == 303
    assert house.called("DELETE", f"/portal/v1/colleagues/{JOAQUIM}")


def test_a_role_is_changed(client: Visitor, house: House) -> None:
    path = f"{PAGE}/{JOAQUIM}/role"
    page = client.get(path)
    assert "Role of Joaquim Ribeiro" in text_of(page)
    assert re.search(r'value="member"[^>]*checked', page.text)
    answer = client.post(path, {"role": "billing"})
    assert (answer.status_code, answer.headers["Location"]) == (303, PAGE)
    assert body_of(house, "PATCH", f"/portal/v1/colleagues/{JOAQUIM}") == {"role": "billing"}
    assert "Joaquim Ribeiro has the role Invoices now." in text_of(client.get(PAGE))


def test_the_last_owner_is_explained(client: Visitor, house: House) -> None:
    refused = problem(409, "last_account_owner")
    house.answers |= {(how, f"/portal/v1/colleagues/{JOAQUIM}"): refused for how in ("PATCH", "DELETE")}
    page = client.post(f"{PAGE}/{JOAQUIM}/role", {"role": "member"})
    assert page.status_code == 422
    assert "Somebody has to stay owner." in text_of(page)
    assert client.post(f"{PAGE}/{JOAQUIM}/withdraw").status_code == 303
    assert "Somebody has to stay owner." in text_of(client.get(PAGE))


def test_nobody_changes_themselves_or_a_stranger(client: Visitor, house: House) -> None:
    for id in (CLIENT["contact_id"], "0192a000-0000-7000-8000-00000000ffff"):
        assert client.get(f"{PAGE}/{id}/role").status_code == 404
        assert client.post(f"{PAGE}/{id}/role", {"role": "owner"}, page=PAGE).status_code == 404
        assert client.get(f"{PAGE}/{id}/withdraw").status_code == 404
        assert client.post(f"{PAGE}/{id}/withdraw", page=PAGE).status_code == 404
    assert not [call for call in house.calls if call.method in ("DELETE", "PATCH")]


def test_while_the_firm_does_not_allow_it_the_page_is_not_there(client: Visitor, house: House) -> None:
    assert client.get(PAGE).status_code == 200
    house.answers[("GET", "/portal/v1/colleagues")] = colleagues(may_invite=False)
    assert client.get(PAGE).status_code == 404
    assert client.get(f"{PAGE}/invite").status_code == 404
    house.answers[("POST", "/portal/v1/colleagues")] = problem(403, "colleagues_off")
    assert client.post(f"{PAGE}/invite", {"name": "A", "email": "a@b.example"}, page="/profile").status_code == 404


@pytest.mark.parametrize("role", ["member", "signer", "billing"])
def test_it_is_for_owners(client: Visitor, house: House, role: str) -> None:
    access = {"account_id": ACCOUNT, "contact_id": CLIENT["contact_id"], "role": role, "name": "Talleres"}
    house.users[CLIENT_SESSION] = CLIENT | {"accounts": [access]}
    assert client.get(PAGE).status_code == 404
    assert f'href="{PAGE}"' not in client.get("/profile").text
    assert not house.called("GET", "/portal/v1/colleagues")

"""What the owner of an account does with colleagues, and what each role of a client gets at the portal (B4)."""

from typing import Any
from uuid import UUID

import pytest

from services.chassis.testing.harness import Browser, Harness
from tests.portal.conftest import Client, document_of, errors_of, sign_request_of

EVA = {"name": "Eva Gil", "email": "eva@acosta.example", "role": "member"}


@pytest.fixture
def let(staff: Browser) -> Any:
    """A function by which the firm lets owners invite, or no more."""

    def switch(on: bool = True) -> None:
        settings = staff.get("/v1/settings").json
        body = {"version": settings["version"], "switches": settings["switches"] | {"colleague_invitations": on}}
        assert staff.put("/v1/settings", json=body).status_code == 200

    return switch


def people(browser: Browser) -> dict[str, dict[str, Any]]:
    return {person["email"]: person for person in browser.get("/v1/colleagues").json["items"]}


def test_an_owner_invites_once_the_firm_lets_them(portal: Harness, acosta: Client, let: Any) -> None:
    refused = acosta.browser.post("/v1/colleagues", json=EVA)
    assert (refused.status_code, refused.json["code"]) == (403, "colleagues_off")
    let()
    assert acosta.browser.post("/v1/colleagues", json=EVA).status_code == 201
    eva = people(acosta.browser)[EVA["email"]]
    assert (eva["role"], eva["portal_status"], eva["is_self"]) == ("member", "invited", False)
    told = portal.recorded("portal.contact.saved.v1")[-1].data
    assert (told["portal_user"], told["account_id"], told["saved_by"]["kind"]) == (True, acosta.account_id, "client")
    assert "email" in errors_of(acosta.browser.post("/v1/colleagues", json=EVA))


def test_an_owner_changes_and_withdraws_a_colleague_and_not_themselves(acosta: Client, let: Any) -> None:
    let()
    acosta.browser.post("/v1/colleagues", json=EVA)
    path = f"/v1/colleagues/{people(acosta.browser)[EVA['email']]['id']}"
    assert acosta.browser.patch(path, json={"role": "billing"}).status_code == 200
    assert people(acosta.browser)[EVA["email"]]["role"] == "billing"
    assert acosta.browser.delete(path).status_code == 204
    assert people(acosta.browser)[EVA["email"]]["portal_status"] == "not_invited"
    own = f"/v1/colleagues/{acosta.contact_id}"
    assert acosta.browser.patch(own, json={"role": "member"}).json["code"] == "own_access"
    assert acosta.browser.delete(own).json["code"] == "own_access"


def test_each_change_stands_in_the_history_and_is_told(
    portal: Harness, staff: Browser, acosta: Client, let: Any
) -> None:
    let()
    acosta.browser.post("/v1/colleagues", json=EVA)
    path = f"/v1/colleagues/{people(acosta.browser)[EVA['email']]['id']}"
    acosta.browser.patch(path, json={"role": "billing"})
    assert portal.recorded("portal.contact.saved.v1")[-1].data["role"] == "billing"
    acosta.browser.delete(path)
    assert portal.recorded("portal.contact.saved.v1")[-1].data["portal_user"] is False
    rows = staff.get(f"/v1/accounts/{acosta.account_id}/activity").json["items"]
    assert [row["kind"] for row in rows][:3] == ["contact.withdrawn", "contact.role_changed", "contact.invited"]
    assert {row["by"]["name"] for row in rows[:3]} == {"Ana Acosta"}


def test_who_lost_access_gets_it_back_from_the_firm_alone(acosta: Client, let: Any) -> None:
    let()
    acosta.browser.post("/v1/colleagues", json=EVA)
    acosta.browser.delete(f"/v1/colleagues/{people(acosta.browser)[EVA['email']]['id']}")
    again = acosta.browser.post("/v1/colleagues", json=EVA)
    assert errors_of(again)["email"] == ["The firm knows this person. Ask it to give them access."]


def test_while_the_firm_does_not_let_them_owners_change_nobody(acosta: Client, let: Any) -> None:
    let()
    acosta.browser.post("/v1/colleagues", json=EVA)
    path = f"/v1/colleagues/{people(acosta.browser)[EVA['email']]['id']}"
    let(False)
    for refused in (acosta.browser.patch(path, json={"role": "billing"}), acosta.browser.delete(path)):
        assert (refused.status_code, refused.json["code"]) == (403, "colleagues_off")
    assert people(acosta.browser)[EVA["email"]]["role"] == "member"


def test_of_two_owners_who_put_each_other_out_at_once_one_stays(
    portal: Harness, staff: Browser, acosta: Client, let: Any
) -> None:
    let()
    made = staff.get(f"/v1/contacts/{acosta.contact_id}").json
    staff.patch(f"/v1/contacts/{acosta.contact_id}", json={"version": made["version"], "role": "owner"})
    acosta.browser.post("/v1/colleagues", json=EVA | {"role": "owner"})
    eva_id = people(acosta.browser)[EVA["email"]]["id"]
    eva = portal.client(acosta.account_id, contact_id=UUID(eva_id), role="owner")  # a passport of a moment ago
    assert acosta.browser.patch(f"/v1/colleagues/{eva_id}", json={"role": "member"}).status_code == 200
    ana = f"/v1/colleagues/{acosta.contact_id}"
    for refused in (eva.patch(ana, json={"role": "member"}), eva.delete(ana)):
        assert (refused.status_code, refused.json["code"]) == (409, "last_account_owner")
    assert acosta.browser.patch(f"/v1/colleagues/{eva_id}", json={"role": "owner"}).status_code == 200
    assert eva.patch(ana, json={"role": "member"}).status_code == 200


def test_a_colleague_of_another_client_does_not_exist(acosta: Client, stranger: Client, let: Any) -> None:
    let()
    path = f"/v1/colleagues/{stranger.contact_id}"
    assert acosta.browser.patch(path, json={"role": "billing"}).status_code == 404
    assert acosta.browser.delete(path).status_code == 404
    assert stranger.browser.get("/v1/colleagues").json["items"][0]["role"] == "member"


@pytest.mark.parametrize("role", ["member", "signer", "billing"])
def test_nobody_but_an_owner_invites(portal: Harness, acosta: Client, let: Any, role: str) -> None:
    let()
    other = portal.client(acosta.account_id, contact_id=acosta.contact_id, role=role)
    assert other.post("/v1/colleagues", json=EVA).status_code == 403
    assert other.get("/v1/colleagues").status_code == 403


@pytest.mark.parametrize(
    ("role", "kinds", "documents"),
    [
        ("owner", {"request", "sign_request"}, 1),
        ("member", {"request", "sign_request"}, 1),
        ("signer", {"sign_request"}, 0),
        ("billing", None, 0),
    ],
)
def test_each_role_gets_its_part(
    portal: Harness, staff: Browser, acosta: Client, role: str, kinds: set[str] | None, documents: int
) -> None:
    asked = {"account_id": str(acosta.account_id), "title": "Papers", "message": "", "items": [{"title": "One"}]}
    request = staff.post("/v1/requests", json=asked).json
    portal.deliver("documents.document.shared.v1", document_of(acosta))
    portal.deliver("signing.sign_request.sent.v1", sign_request_of(acosta))
    browser = portal.client(acosta.account_id, contact_id=acosta.contact_id, role=role, id=acosta.user_id)
    listed = browser.get("/v1/requests")
    assert listed.status_code == (403 if kinds is None else 200)
    assert {row["kind"] for row in listed.json.get("items", [])} == (kinds or set())
    home, shell = browser.get("/v1/home").json, browser.get("/v1/shell").json
    assert {row["kind"] for row in home["to_do"]} == {
        {"request": "send_documents", "sign_request": "sign_document"}[kind] for kind in kinds or ()
    }
    assert home["tiles"]["new_documents"]["count"] == shell["counts"]["new_documents"] == documents
    assert shell["counts"]["incoming"] == len(kinds or ())
    one = f"/v1/requests/{request['id']}"
    works = role in ("owner", "member")
    assert browser.get(one).status_code == (200 if works else 403)
    assert browser.post(f"{one}/replies", json={"message": "Here"}).status_code == (201 if works else 403)


def test_who_only_signs_sees_of_the_people_nobody_else(portal: Harness, staff: Browser, acosta: Client) -> None:
    staff.post(f"/v1/accounts/{acosta.account_id}/contacts", json={"name": "Eva", "email": "eva@acosta.example"})

    def seen(role: str) -> set[UUID]:
        browser = portal.client(acosta.account_id, contact_id=acosta.contact_id, role=role)
        return {UUID(person["id"]) for person in browser.get("/v1/home").json["contacts"]}

    assert seen("signer") == {acosta.contact_id}
    assert len(seen("owner")) == 2

"""Accounts and contacts: what staff keeps of the firm's clients (S1 to S4, S8, S10, S14)."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from services.chassis.database import new_id
from services.chassis.testing.harness import Browser, Harness
from services.portal.directory.lists import _SORT_COLUMNS
from services.portal.directory.models import SORTS
from tests.portal.conftest import Client, errors_of, user_of

ACCOUNT = {
    "name": "Talleres Acosta, S.L.",
    "kind": "company",
    "tax_number": "B-4418 2270",
    "address": "Calle Olivo 18\nMálaga",
    "phone": "+34 952 555 100",
    "email": "hola@talleresacosta.example",
    "locale": "es",
    "client_since": "2019-03-01",
    "contacts": [
        {
            "name": "Ana Acosta",
            "email": "Ana@TalleresAcosta.example",
            "mobile": "+34 600 111 222",
            "role": "owner",
            "portal_user": True,
        },
        {"name": "Joaquim Ribeiro", "email": "joaquim@talleresacosta.example", "role": "billing"},
    ],
}


def test_an_account_is_added_with_its_contacts_in_one_call(portal: Harness, staff: Browser) -> None:
    answer = staff.post("/v1/accounts", json=ACCOUNT)
    assert answer.status_code == 201
    account = answer.json
    ana, joaquim = account["contacts"]
    assert (ana["email"], ana["mobile"]) == ("ana@talleresacosta.example", "+34600111222")
    assert (ana["portal_status"], joaquim["portal_status"]) == ("invited", "not_invited")
    assert (joaquim["locale"], joaquim["timezone"]) == ("es", "UTC")
    assert account == staff.get(f"/v1/accounts/{account['id']}").json
    assert [event.type for event in portal.recorded()][1:] == [
        "portal.contact.saved.v1",
        "portal.contact.saved.v1",
        "portal.account.saved.v1",
    ]
    told = portal.recorded("portal.contact.saved.v1")[0].data
    assert told["id"] == UUID(ana["id"])
    assert told["portal_user"] is True
    assert told["saved_by"]["kind"] == "staff"


def test_a_test_client_is_marked(staff: Browser) -> None:
    account = staff.post("/v1/accounts", json={"name": "Test", "is_test": True}).json
    assert account["is_test"] is True
    assert staff.get("/v1/accounts").json["items"][0]["is_test"] is True


@pytest.mark.parametrize(
    ("mobile", "word"),
    [
        ("600111222", "country code"),
        ("+34 952 555 100", "landline"),
        ("+34 1", "telephone number"),
        ("+34 600 111 22", "No telephone"),
        ("+999 600111222", "telephone number"),
        ("call me", "country code"),
    ],
)
def test_a_wrong_mobile_number_is_refused_with_what_to_do(staff: Browser, mobile: str, word: str) -> None:
    person = {"name": "Ana", "email": "ana@acosta.example", "mobile": mobile}
    errors = errors_of(staff.post("/v1/accounts", json={"name": "Acosta", "contacts": [person]}))
    assert word in errors["contacts.0.mobile"][0]


def test_a_mobile_number_may_begin_with_two_noughts_or_be_left_out(staff: Browser, acosta: Client) -> None:
    path = f"/v1/accounts/{acosta.account_id}/contacts"
    first = staff.post(path, json={"name": "One", "email": "one@acosta.example", "mobile": "00351 912 345 678"})
    second = staff.post(path, json={"name": "Two", "email": "two@acosta.example", "mobile": ""})
    assert (first.json["mobile"], second.json["mobile"]) == ("+351912345678", None)


@pytest.mark.parametrize("email", ["", "ana", "ana@acosta", "ana@@acosta.example", "ana\n@acosta.example", "añá@x.es"])
def test_a_wrong_address_is_refused(staff: Browser, email: str) -> None:
    answer = staff.post("/v1/accounts", json={"name": "Acosta", "contacts": [{"name": "Ana", "email": email}]})
    assert "contacts.0.email" in errors_of(answer)


def test_two_contacts_of_an_account_cannot_share_an_address(staff: Browser, acosta: Client) -> None:
    twice = [{"name": "A", "email": "a@acosta.example"}, {"name": "B", "email": "A@acosta.example"}]
    assert "contacts.1.email" in errors_of(staff.post("/v1/accounts", json={"name": "X", "contacts": twice}))
    path = f"/v1/accounts/{acosta.account_id}/contacts"
    assert "email" in errors_of(staff.post(path, json={"name": "Ana 2", "email": "ana@acosta.example"}))
    other = staff.post(path, json={"name": "B", "email": "b@acosta.example"}).json
    change = {"email": "ana@acosta.example", "version": 1}
    assert "email" in errors_of(staff.patch(f"/v1/contacts/{other['id']}", json=change))


def test_a_removed_contact_loses_access_and_frees_its_address(portal: Harness, staff: Browser, acosta: Client) -> None:
    assert staff.delete(f"/v1/contacts/{acosta.contact_id}?version=1").status_code == 204
    told = portal.recorded("portal.contact.saved.v1")[-1].data
    assert (told["removed"], told["portal_user"], told["version"]) == (True, False, 2)
    assert staff.get(f"/v1/accounts/{acosta.account_id}").json["contacts"] == []
    path = f"/v1/accounts/{acosta.account_id}/contacts"
    assert staff.post(path, json={"name": "Ana", "email": "ana@acosta.example"}).status_code == 201
    assert staff.delete(f"/v1/contacts/{acosta.contact_id}").status_code == 404
    assert staff.patch(f"/v1/contacts/{acosta.contact_id}", json={"version": 2, "name": "A"}).status_code == 404


def test_the_support_dates_are_in_order(staff: Browser, acosta: Client) -> None:
    path = f"/v1/contacts/{acosta.contact_id}"
    both = {"support_start": "2026-05-01", "support_end": "2026-04-01", "version": 1}
    assert "support_end" in errors_of(staff.patch(path, json=both))
    assert staff.patch(path, json={"support_start": "2026-05-01", "version": 1}).status_code == 200
    assert "support_end" in errors_of(staff.patch(path, json={"support_end": "2026-04-01", "version": 2}))
    assert staff.patch(path, json={"support_end": "2026-05-01", "version": 2}).json["support_end"] == "2026-05-01"


def test_the_second_of_two_changes_is_refused(portal: Harness, staff: Browser, acosta: Client) -> None:
    for path in (f"/v1/accounts/{acosta.account_id}", f"/v1/contacts/{acosta.contact_id}"):
        assert staff.patch(path, json={"name": "First", "version": 1}).json["version"] == 2
        second = staff.patch(path, json={"name": "Second", "version": 1})
        assert (second.status_code, second.json["code"]) == (409, "changed_meanwhile")
    assert staff.delete(f"/v1/contacts/{acosta.contact_id}?version=1").status_code == 409
    assert portal.recorded("portal.account.saved.v1")[-1].data["name"] == "First"


def test_a_change_that_changes_nothing_is_not_told(portal: Harness, staff: Browser, acosta: Client) -> None:
    before = len(portal.recorded())
    path = f"/v1/accounts/{acosta.account_id}"
    assert staff.patch(path, json={"name": "Talleres Acosta, S.L.", "version": 1}).json["version"] == 1
    assert len(portal.recorded()) == before


@pytest.mark.parametrize(
    "field", ["id", "version_", "search_text", "sort_name", "created_at", "status", "portal_status"]
)
def test_nothing_is_assigned_by_accident(staff: Browser, field: str) -> None:
    assert field in errors_of(staff.post("/v1/accounts", json={"name": "X", field: "active"}))


@pytest.mark.parametrize("field", ["account_id", "invited_at", "removed", "user_id"])
def test_no_contact_is_moved_or_revived_by_a_field(staff: Browser, acosta: Client, field: str) -> None:
    change = {"version": 1, field: str(new_id())}
    assert field in errors_of(staff.patch(f"/v1/contacts/{acosta.contact_id}", json=change))


@pytest.mark.parametrize("name", ["", "  ", "a\x00b", "a\u2028b", "a\nb", "a\u202eb", "=?utf-8?q?=0D?=", "x" * 201])
def test_a_name_that_no_mail_could_carry_is_refused(staff: Browser, name: str) -> None:
    assert "name" in errors_of(staff.post("/v1/accounts", json={"name": name}))


def test_half_a_character_is_refused(staff: Browser) -> None:
    answer = staff.post("/v1/accounts", data=b'{"name": "\\ud800"}', content_type="application/json")
    assert answer.status_code in (400, 422)


@pytest.fixture
def dozen(staff: Browser) -> list[str]:
    """Twelve accounts, of which one is archived."""
    names = [
        "Zapatería Peña",
        "águila",
        "Águila 2",
        "Bodega",
        "bodega",
        "Café José",
        "D 100%",
        "E_F",
        "G",
        "H",
        "I",
        "J",
    ]
    for place, name in enumerate(names):
        person = {"name": f"Contact {place}", "email": f"person{place}@firm{place}.example"}
        account = staff.post(
            "/v1/accounts", json={"name": name, "tax_number": f"B-44 18{place:02}", "contacts": [person]}
        ).json
    staff.patch(f"/v1/accounts/{account['id']}", json={"status": "archived", "version": 1})
    return names


def found(staff: Browser, **query: Any) -> list[str]:
    answer = staff.get("/v1/accounts", query_string=query)
    assert answer.status_code == 200, answer.json
    return [item["name"] for item in answer.json["items"]]


def test_a_search_finds_names_numbers_addresses_and_contacts(staff: Browser, dozen: list[str]) -> None:
    assert found(staff, q="jose cafe") == ["Café José"]
    assert found(staff, q="CAFÉ") == ["Café José"]
    assert found(staff, q="b441805") == ["Café José"]
    assert found(staff, q="B-44 1805") == ["Café José"]
    assert found(staff, q="person5@firm5") == ["Café José"]
    assert found(staff, q="contact 5") == ["Café José"]
    assert found(staff, q="%") == ["D 100%"]
    assert found(staff, q="_") == ["E_F"]
    assert found(staff, q="nobody") == []
    assert found(staff, q="' OR 1=1 --") == []


def test_an_archived_account_is_found_when_asked_for(staff: Browser, dozen: list[str]) -> None:
    assert "J" not in found(staff)
    assert found(staff, status="archived") == ["J"]
    assert len(found(staff, status="all")) == 12


@pytest.mark.parametrize("sort", SORTS)
def test_pages_hold_every_account_once_in_order(staff: Browser, dozen: list[str], sort: str) -> None:
    whole = found(staff, sort=sort, status="all")
    assert sorted(whole) == sorted(dozen)
    pages, cursor = [], None
    while True:
        answer = staff.get(
            "/v1/accounts",
            query_string={"sort": sort, "limit": 5, "status": "all"} | ({"cursor": cursor} if cursor else {}),
        )
        assert answer.json["total"] == 12
        pages += [item["name"] for item in answer.json["items"]]
        cursor = answer.json["next"]
        if not cursor:
            break
    assert pages == whole


def test_names_are_sorted_without_case_and_accents(staff: Browser, dozen: list[str]) -> None:
    assert found(staff)[:3] == ["águila", "Águila 2", "Bodega"]
    assert found(staff, sort="-name")[0] == "Zapatería Peña"


def test_every_sort_of_the_allow_list_has_its_column() -> None:
    assert {sort.removeprefix("-") for sort in SORTS} == set(_SORT_COLUMNS)


@pytest.mark.parametrize(
    "query",
    [
        {"sort": "email"},
        {"sort": "name; DROP TABLE accounts"},
        {"cursor": "nonsense"},
        {"cursor": "WyJhIl0"},
        {"cursor": "bnVsbA"},
        {"limit": "0"},
        {"limit": "1000"},
        {"q": "a\x00"},
    ],
)
def test_a_wrong_question_is_refused(staff: Browser, query: dict[str, str]) -> None:
    errors_of(staff.get("/v1/accounts", query_string=query))


def test_an_account_shows_how_far_its_contacts_are(portal: Harness, staff: Browser, acosta: Client) -> None:
    path = f"/v1/accounts/{acosta.account_id}"
    for version, status in enumerate(["invited", "active", "suspended", "active", "undeliverable"], start=1):
        portal.deliver("identity.user.saved.v1", user_of(acosta, status=status, version=version))
        account = staff.get(path).json
        assert account["portal_status"] == account["contacts"][0]["portal_status"] == status
        assert account["contacts"][0]["user_id"] == str(acosta.user_id)
        assert staff.get("/v1/accounts").json["items"][0]["main_contact"]["portal_status"] == status
    portal.deliver("identity.user.saved.v1", user_of(acosta, status="active", version=6))
    staff.patch(f"/v1/contacts/{acosta.contact_id}", json={"portal_user": False, "version": 1})
    assert staff.get(path).json["contacts"][0]["portal_status"] == "suspended"
    portal.deliver("identity.user.saved.v1", user_of(acosta, status="active", version=7, accounts=[]))
    assert staff.get(path).json["contacts"][0]["portal_status"] == "not_invited"


def test_staff_invites_several_contacts_at_once(portal: Harness, staff: Browser, acosta: Client) -> None:
    path = f"/v1/accounts/{acosta.account_id}"
    other = staff.post(f"{path}/contacts", json={"name": "B", "email": "b@acosta.example"}).json
    answer = staff.post(f"{path}/invitations", json={"contact_ids": [other["id"], str(acosta.contact_id), other["id"]]})
    assert answer.json == {
        "items": [
            {"contact_id": other["id"], "result": "invited"},
            {"contact_id": str(acosta.contact_id), "result": "already_invited"},
        ]
    }
    told = portal.recorded("portal.contact.saved.v1")[-2].data
    assert (told["id"], told["portal_user"], told["version"]) == (UUID(other["id"]), True, 2)
    assert told["invited_at"]
    portal.deliver("identity.user.activated.v1", user_of(acosta, status="active"))
    before = len(portal.recorded())
    answer = staff.post(f"{path}/invitations", json={"contact_ids": [str(acosta.contact_id)]})
    assert answer.json["items"][0]["result"] == "already_active"
    assert len(portal.recorded()) == before


def test_who_signs_in_for_another_client_already_is_given_access_without_an_invitation(
    portal: Harness, staff: Browser, acosta: Client, stranger: Client
) -> None:
    email = "ana@two-companies.example"
    portal.deliver("identity.user.saved.v1", user_of(acosta, email=email, status="active", version=6))
    path = f"/v1/accounts/{stranger.account_id}"
    other = staff.post(f"{path}/contacts", json={"name": "Ana", "email": email}).json
    answer = staff.post(f"{path}/invitations", json={"contact_ids": [other["id"]]})
    assert answer.json["items"] == [{"contact_id": other["id"], "result": "access_given"}]


def test_only_contacts_of_the_account_are_invited(
    staff: Browser, acosta: Client, stranger: Client, portal: Harness
) -> None:
    path = f"/v1/accounts/{acosta.account_id}/invitations"
    before = len(portal.recorded())
    ids = [str(acosta.contact_id), str(stranger.contact_id)]
    assert list(errors_of(staff.post(path, json={"contact_ids": ids}))) == ["contact_ids.1"]
    errors_of(staff.post(path, json={"contact_ids": []}))
    assert len(portal.recorded()) == before
    assert staff.post(f"/v1/accounts/{new_id()}/invitations", json={"contact_ids": ids}).status_code == 404
    staff.patch(f"/v1/accounts/{acosta.account_id}", json={"status": "archived", "version": 1})
    assert staff.post(path, json={"contact_ids": ids[:1]}).json["code"] == "account_archived"


def test_an_adviser_is_shown_by_name_once_identity_told_it(
    portal: Harness, staff: Browser, make_client: Callable[..., Client]
) -> None:
    client, adviser = make_client(), str(new_id())
    path = f"/v1/accounts/{client.account_id}"
    assert staff.patch(path, json={"adviser_id": adviser, "version": 1}).json["adviser"] == {"id": adviser, "name": ""}
    saved = {"id": adviser, "kind": "staff", "name": "Lucía Marín", "accounts": [], "role": "owner"}
    portal.deliver("identity.user.saved.v1", saved)
    assert staff.get(path).json["adviser"]["name"] == "Lucía Marín"
    assert found(staff, adviser_id=adviser) == ["Talleres Acosta, S.L."]
    assert found(staff, adviser_id=str(new_id())) == []


def test_a_second_identity_of_a_contact_does_not_double_it(portal: Harness, staff: Browser, acosta: Client) -> None:
    portal.deliver("identity.user.saved.v1", user_of(acosta))
    portal.deliver("identity.user.saved.v1", user_of(acosta, id=str(new_id())))
    assert len(staff.get(f"/v1/accounts/{acosta.account_id}").json["contacts"]) == 1

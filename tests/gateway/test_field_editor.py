"""The field editor (S8): what is active, who may change it, and forms that know only active fields."""

import pytest

from tests.gateway.conftest import Visitor
from tests.gateway.directory import ANA, account, contact, move_in
from tests.gateway.house import ACCOUNT, STAFF, STAFF_SESSION, House, fields
from tests.gateway.test_admin_clients import LIST, RECORD, body_of, text_of

EDITOR = "/admin/settings/fields"
PERIOD = ("portal_user", "support_start", "support_end")


@pytest.fixture(autouse=True)
def directory(house: House) -> House:
    return move_in(house)


def everything(house: House) -> None:
    house.answers[("GET", "/portal/v1/fields")] = {"blocks": fields(inactive=())}


def test_each_block_lists_its_fields_with_kind_and_state(staff: Visitor) -> None:
    page = staff.get(EDITOR)
    words = text_of(page)
    assert "Accounts" in words
    assert "Contacts" in words
    assert "Portal user Text Inactive Reactivate : Portal user" in words
    assert "Tax number Text Active Deactivate : Tax number" in words
    assert "Name Text Active Always there" in words
    assert f'href="{EDITOR}" aria-current="page"' in page.text


@pytest.mark.parametrize(("name", "sent", "active"), [("support_end", "yes", True), ("mobile", "no", False)])
def test_a_click_switches_a_field(staff: Visitor, house: House, name: str, sent: str, active: bool) -> None:
    house.answers[("PUT", f"/portal/v1/fields/contact/{name}")] = {"blocks": fields()}
    answer = staff.post(f"{EDITOR}/contact/{name}", {"active": sent}, page=EDITOR)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{EDITOR}#contact")
    assert body_of(house, "PUT", f"/portal/v1/fields/contact/{name}") == {"active": active}


def test_who_only_reads_finds_no_button(staff: Visitor, house: House) -> None:
    house.users[STAFF_SESSION] = STAFF | {"permissions": ["clients.read"]}
    page = staff.get(EDITOR)
    assert page.status_code == 200
    assert "Portal user" in page.text
    assert f'action="{EDITOR}' not in page.text
    assert staff.post(f"{EDITOR}/contact/mobile", {"active": "no"}, page=EDITOR).status_code == 403
    assert not house.called("PUT", "/portal/v1/fields/contact/mobile")


def test_the_contact_form_shows_and_sends_active_fields_alone(staff: Visitor, house: House) -> None:
    page = staff.get(f"{RECORD}/contacts/{ANA}").text
    assert not [name for name in PERIOD if f'name="{name}"' in page]
    typed = {"name": "Ana", "version": "2", "portal_user": "yes", "support_end": "2027-01-31"}
    staff.post(f"{RECORD}/contacts/{ANA}", typed)
    assert not set(body_of(house, "PATCH", f"/portal/v1/contacts/{ANA}")) & set(PERIOD)

    everything(house)
    page = staff.get(f"{RECORD}/contacts/{ANA}").text
    assert [name for name in PERIOD if f'name="{name}"' in page] == list(PERIOD)
    staff.post(f"{RECORD}/contacts/{ANA}", typed)
    sent = [call.get_json() for call in house.called("PATCH", f"/portal/v1/contacts/{ANA}")][-1]
    assert [sent[name] for name in PERIOD] == [True, None, "2027-01-31"]


def test_a_new_client_is_sent_without_inactive_fields(staff: Visitor, house: House) -> None:
    house.answers[("GET", "/portal/v1/fields")] = {"blocks": fields(inactive=(*PERIOD, "mobile", "tax_number"))}
    page = staff.get(f"{LIST}/new").text
    assert 'name="tax_number"' not in page
    assert 'name="contacts.0.mobile"' not in page
    typed = {"name": "Padaria", "tax_number": "1", "contacts.0.name": "Rui", "contacts.0.email": "rui@padaria.example"}
    staff.post(f"{LIST}/new", typed | {"contacts.0.invite": "yes"})
    sent = body_of(house, "POST", "/portal/v1/accounts")
    assert "tax_number" not in sent
    [person] = sent["contacts"]
    assert person["invite"] is True
    assert not set(person) & {*PERIOD, "mobile"}


def test_the_record_says_until_when_somebody_may_sign_in(staff: Visitor, house: House) -> None:
    person = contact(ANA, "Ana Acosta", "active", support_start="2020-01-01", support_end="2020-12-31")
    house.answers[("GET", f"/portal/v1/accounts/{ACCOUNT}")] = account(contacts=[person])
    assert "access ended 31 December 2020" in text_of(staff.get(f"{RECORD}?tab=profile"))

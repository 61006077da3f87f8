"""The field editor (S8, S26, S75): what is active, who may change it, and forms that know only active fields."""

from typing import Any

import pytest

from tests.gateway.conftest import Visitor
from tests.gateway.directory import ANA, account, contact, move_in
from tests.gateway.house import ACCOUNT, STAFF, STAFF_SESSION, House, field, fields, problem
from tests.gateway.test_admin_clients import LIST, RECORD, body_of, text_of

EDITOR = "/admin/settings/fields"
PERIOD = ("portal_user", "support_start", "support_end")


@pytest.fixture(autouse=True)
def directory(house: House) -> House:
    return move_in(house)


def everything(house: House) -> None:
    house.answers[("GET", "/portal/v1/fields")] = {"blocks": fields(inactive=())}


def custom(house: House, *own: dict[str, Any], block: str = "account", sections: tuple[str, ...] = ()) -> None:
    """Let a block have these fields of the firm's own, and sections."""
    blocks = fields()
    chosen = next(entry for entry in blocks if entry["name"] == block)
    chosen["fields"] += own
    chosen["sections"] = [{"id": id, "labels": {"en": "Tax"}} for id in sections]
    house.answers[("GET", "/portal/v1/fields")] = {"blocks": blocks}


def test_each_block_lists_its_fields_with_kind_and_state(staff: Visitor) -> None:
    page = staff.get(EDITOR)
    words = text_of(page)
    assert "Tax number Text · for clients: Read only Active Deactivate : Tax number" in words
    assert "Name Text · for clients: Read only Active Always there" in words
    assert f'href="{EDITOR}" aria-current="page"' in page.text
    assert "Portal user Text Inactive Reactivate : Portal user" in text_of(staff.get(f"{EDITOR}?block=contact"))


@pytest.mark.parametrize(("name", "sent", "active"), [("support_end", "yes", True), ("mobile", "no", False)])
def test_a_click_switches_a_field(staff: Visitor, house: House, name: str, sent: str, active: bool) -> None:
    house.answers[("PUT", f"/portal/v1/fields/contact/{name}")] = {"blocks": fields()}
    page = f"{EDITOR}/contact/{name}/edit"
    answer = staff.post(f"{EDITOR}/contact/{name}", {"active": sent}, page=page)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{EDITOR}?block=contact")
    assert body_of(house, "PUT", f"/portal/v1/fields/contact/{name}") == {"active": active}


def arranged(house: House) -> dict[str, Any]:
    found: dict[str, Any] = house.called("PUT", "/portal/v1/field-order/case")[-1].get_json()
    return found


def test_rows_and_sections_are_moved_by_their_buttons(staff: Visitor, house: House) -> None:
    custom(house, block="case", sections=("s1", "s2"))
    house.answers[("PUT", "/portal/v1/field-order/case")] = {"blocks": fields()}
    house.answers[("PUT", "/portal/v1/fields/case/due_on")] = {"blocks": fields()}
    order = ["title", "section:s1", "status", "section:s2", "due_on"]

    def do(what: str) -> dict[str, Any]:
        page = f"{EDITOR}?block=case"
        assert staff.post(f"{EDITOR}/case/order", {"order": order, "do": what}, page=page).status_code == 303
        return arranged(house)

    s1, s2 = {"id": "s1", "fields": ["status"]}, {"id": "s2", "fields": ["due_on"]}
    assert do("save") == {"fields": ["title"], "sections": [s1, s2]}
    assert do("down:1") == {"fields": ["title"], "sections": [s2, s1]}, "a section goes whole"
    assert do("up:4")["sections"] == [{"id": "s1", "fields": ["status", "due_on"]}, {"id": "s2", "fields": []}]
    assert do("up:2")["fields"] == ["title", "status"]
    assert do("up:0")["fields"] == ["title"], "the first one stays"
    assert do("up:99") == do("nonsense") == do("save")
    do("tick:4")
    assert body_of(house, "PUT", "/portal/v1/fields/case/due_on") == {"portal_field": True}


def test_a_field_of_the_firms_own_is_made_with_words_and_options(staff: Visitor, house: House) -> None:
    made = field("account", "sector", own=True, kind="choice")
    house.answers[("POST", "/portal/v1/fields/account")] = made
    assert "What kind of field?" in text_of(staff.get(f"{EDITOR}/account/new"))
    path = f"{EDITOR}/account/new?kind=choice"
    typed = {"kind": "choice", "labels.en": "Sector", "labels.pt": "Setor", "required": "yes", "mode": "mandatory"}
    typed |= {"options": "3", "option.0.en": "Food", "option.1.en": "", "option.2.es": "Obras", "section_id": ""}
    more = staff.post(f"{EDITOR}/account/new", typed | {"do": "more"}, page=path)
    assert more.text.count("<fieldset") == 6
    assert 'value="Obras"' in more.text, "typed text stays"
    assert staff.post(f"{EDITOR}/account/new", typed, page=path).status_code == 303
    assert body_of(house, "POST", "/portal/v1/fields/account") == {
        "kind": "choice",
        "mode": "mandatory",
        "labels": {"en": "Sector", "pt": "Setor"},
        "hints": {},
        "required": True,
        "section_id": None,
        "options": [
            {"labels": {"en": "Food"}, "retired": False},
            {"labels": {"es": "Obras"}, "retired": False},
        ],
    }


def test_what_is_wrong_with_a_field_stands_beside_it(staff: Visitor, house: House) -> None:
    wrong = {"labels": ["Fill this in."], "options": ["Give at least one option."]}
    house.answers[("POST", "/portal/v1/fields/account")] = problem(422, "invalid_input", errors=wrong)
    path = f"{EDITOR}/account/new?kind=choice"
    answer = staff.post(f"{EDITOR}/account/new", {"kind": "choice", "options": "3", "hints.en": "Say"}, page=path)
    assert answer.status_code == 422
    assert 'id="f-labels.en-error"' in answer.text
    assert 'id="f-option.0.en-error"' in answer.text
    assert 'value="Say"' in answer.text


def test_a_field_with_values_says_how_many_are_lost_before_it_goes(staff: Visitor, house: House) -> None:
    sector = field("account", "sector", own=True)
    custom(house, sector)
    house.answers[("GET", "/portal/v1/fields/account/sector")] = sector | {"values": 3}
    path = f"{EDITOR}/account/sector/delete"
    words = text_of(staff.get(path))
    assert "It is filled in 3 records. What stands there is lost for good. Deactivate it instead" in words
    house.answers[("DELETE", "/portal/v1/fields/account/sector")] = problem(409, "field_has_values")
    refused = staff.post(path, {"values": "3"}, page=path)
    assert refused.headers["Location"] == path, "asked anew"
    assert house.called("DELETE", "/portal/v1/fields/account/sector")[-1].args["values"] == "3"


def test_a_record_has_the_firms_own_fields_in_form_and_page(staff: Visitor, house: House) -> None:
    options = [{"value": "food", "labels": {"en": "Food", "es": "Alimentación"}, "retired": False}]
    sector = field("account", "sector", own=True, kind="choice", options=options, section_id="s1")
    size = field("account", "size", own=True, kind="number", hints={"en": "Of people"})
    custom(house, sector, size, sections=("s1",))
    at = f"/portal/v1/accounts/{ACCOUNT}"
    house.answers[("GET", at)] = account(custom={"sector": "food", "size": 1234.5})
    words = text_of(staff.get(f"{RECORD}?tab=profile"))
    assert "Size 1,234.5" in words
    assert "Tax Sector Food" in words
    page = staff.get(f"{RECORD}/edit")
    assert '<option value="food" selected>' in page.text
    assert "Of people" in page.text
    typed = {"name": "Acosta", "version": "7", "custom.sector": "", "custom.size": "7"}
    assert staff.post(f"{RECORD}/edit", typed).status_code == 303
    assert body_of(house, "PATCH", at)["custom"] == {"sector": None, "size": "7"}
    house.answers[("PATCH", at)] = problem(422, "invalid_input", errors={"custom.size": ["Write a number."]})
    refused = staff.post(f"{RECORD}/edit", typed | {"custom.size": "many"})
    assert 'name="custom.size" value="many"' in refused.text
    assert 'id="f-custom.size-error"' in refused.text


def test_a_new_client_is_asked_for_what_is_required_of_its_contact(staff: Visitor, house: House) -> None:
    custom(house, field("contact", "diet", own=True, required=True), block="contact")
    assert 'name="contacts.0.custom.diet"' in staff.get(f"{LIST}/new").text
    typed = {"name": "Padaria", "contacts.0.name": "Rui", "contacts.0.email": "rui@padaria.example"}
    staff.post(f"{LIST}/new", typed | {"contacts.0.custom.diet": "Vegan"})
    assert body_of(house, "POST", "/portal/v1/accounts")["contacts"][0]["custom"] == {"diet": "Vegan"}


MODES = "/admin/settings/client-fields"


def test_what_clients_may_do_is_chosen_field_by_field(staff: Visitor, house: House) -> None:
    custom(house, field("account", "sector", own=True))
    for block in ("account", "contact"):
        house.answers[("PUT", f"/portal/v1/field-modes/{block}")] = {"blocks": fields()}
    page = staff.get(MODES)
    assert 'name="account.sector"' in page.text
    assert f'href="{MODES}" aria-current="page"' in page.text
    assert 'href="/admin/settings/preferences"' in page.text
    assert staff.post(MODES, {"account.sector": "mandatory", "contact.mobile": "optional"}).status_code == 303
    assert body_of(house, "PUT", "/portal/v1/field-modes/account") == {"modes": {"sector": "mandatory"}}
    assert body_of(house, "PUT", "/portal/v1/field-modes/contact") == {"modes": {"mobile": "optional"}}
    wrong = problem(422, "invalid_input", errors={"modes.sector": ["This field cannot be that."]})
    house.answers[("PUT", "/portal/v1/field-modes/account")] = wrong
    assert 'id="f-account.sector-error"' in staff.post(MODES, {"account.sector": "mandatory"}).text


def test_who_only_reads_finds_no_button(staff: Visitor, house: House) -> None:
    house.users[STAFF_SESSION] = STAFF | {"permissions": ["clients.read"]}
    page = staff.get(f"{EDITOR}?block=contact")
    assert page.status_code == 200
    assert "Portal user" in page.text
    assert '<button class="btn btn-sm' not in page.text
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

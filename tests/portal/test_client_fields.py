"""What clients see and change of the firm's fields: Optional, Mandatory, Read-only, Hidden (S26)."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from services.chassis import clock
from services.chassis.testing.harness import Browser, Harness
from tests.portal.conftest import Client, document_of, errors_of
from tests.portal.test_custom_fields import make, patch

SECRET = "Unspeakable"
RANKS = [{"labels": {"en": SECRET}}]


def own(client: Client, block: str = "account") -> dict[str, dict[str, Any]]:
    """Return the fields of a client's own profile by name."""
    groups = client.browser.get("/v1/profile").json[block]["groups"]
    return {field["name"]: field for group in groups for field in group["fields"]}


def change(client: Client, block: str = "account", **values: Any) -> Any:
    version = client.browser.get("/v1/profile").json[block]["version"]
    return client.browser.patch(f"/v1/profile/{block}", json={"version": version} | values)


def to_fill(client: Client) -> list[tuple[int, int]]:
    to_do = client.browser.get("/v1/home").json["to_do"]
    return [(entry["done"], entry["total"]) for entry in to_do if entry["kind"] == "fill_profile"]


def set_mode(staff: Browser, mode: str, *names: str, block: str = "account") -> None:
    answer = staff.put(f"/v1/field-modes/{block}", json={"modes": dict.fromkeys(names, mode)})
    assert answer.status_code == 200, answer.json


def test_in_a_new_house_clients_read_and_change_nothing(acosta: Client) -> None:
    assert list(own(acosta)) == [
        "kind",
        "name",
        "tax_number",
        "email",
        "phone",
        "address",
        "adviser_id",
        "client_since",
    ]
    assert list(own(acosta, "contact")) == ["name", "email", "mobile", "role"]
    modes = {field["mode"] for block in ("account", "contact") for field in own(acosta, block).values()}
    assert modes == {"read_only"}
    assert errors_of(change(acosta, phone="1")) == {
        "phone": ["The firm keeps this. Tell it when something has changed."]
    }


def test_an_optional_field_is_changed_by_the_client_and_told(portal: Harness, staff: Browser, acosta: Client) -> None:
    name = make(staff, "Sector", mode="optional")
    set_mode(staff, "optional", "phone")
    answer = change(acosta, phone="+34 952 555 014", custom={name: "Bread"})
    assert answer.status_code == 200, answer.json
    assert (own(acosta)["phone"]["value"], own(acosta)[name]["value"]) == ("+34 952 555 014", "Bread")
    account = staff.get(f"/v1/accounts/{acosta.account_id}").json
    assert (account["phone"], account["custom"], account["version"]) == ("+34 952 555 014", {name: "Bread"}, 2)
    [told, *_] = staff.get(f"/v1/accounts/{acosta.account_id}/activity").json["items"]
    assert (told["kind"], told["by"]["kind"], told["by"]["name"]) == ("account.changed", "client", "Ana Acosta")
    assert portal.recorded("portal.account.saved.v1")[-1].data["phone"] == "+34 952 555 014"
    told = portal.recorded("portal.profile.changed.v1")[-1].data
    assert (told["block"], told["by"]["kind"], "phone" in told) == ("account", "client", False)
    assert change(acosta, custom={name: None}, phone="").status_code == 200, "it may be emptied"
    stale = acosta.browser.patch("/v1/profile/account", json={"version": 1, "phone": "1"})
    assert (stale.status_code, stale.json["code"]) == (409, "changed_meanwhile")


def test_a_mandatory_field_stands_on_home_until_it_is_filled_and_cannot_be_left_empty(
    staff: Browser, acosta: Client
) -> None:
    assert to_fill(acosta) == []
    name = make(staff, "Sector", mode="mandatory")
    flag = make(staff, "Vegan", "flag", "contact", mode="mandatory")
    set_mode(staff, "mandatory", "tax_number")
    set_mode(staff, "mandatory", "name", block="contact")
    assert to_fill(acosta) == [(1, 4)]
    assert set(errors_of(change(acosta, tax_number="B-1"))) == {f"custom.{name}"}
    assert own(acosta)["tax_number"]["value"] == "", "nothing of it was saved"
    assert set(errors_of(change(acosta, tax_number="", custom={name: " "}))) == {"tax_number", f"custom.{name}"}
    assert change(acosta, tax_number="B-1", custom={name: "Bread"}).status_code == 200
    assert to_fill(acosta) == [(3, 4)]
    assert change(acosta, "contact", custom={flag: False}).status_code == 200, "no is an answer"
    assert to_fill(acosta) == []
    assert errors_of(change(acosta, custom={name: None}))
    staff.put(f"/v1/fields/account/{name}", json={"active": False})
    assert change(acosta, tax_number="B-2").status_code == 200, "what is inactive asks for nothing"


def test_roles_change_what_is_theirs(portal: Harness, staff: Browser, acosta: Client) -> None:
    make(staff, "Sector", mode="mandatory")
    set_mode(staff, "optional", "phone")
    set_mode(staff, "optional", "mobile", block="contact")
    for role, sees, status in (("billing", True, 403), ("signer", False, 403)):
        person = portal.client(acosta.account_id, contact_id=acosta.contact_id, role=role)
        profile = person.get("/v1/profile").json
        assert bool(profile["account"]) is sees
        if sees:
            modes = {field["mode"] for group in profile["account"]["groups"] for field in group["fields"]}
            assert (modes, profile["account"]["may_edit"]) == ({"read_only"}, False)
        change_ = {"version": 1, "phone": "1"}
        assert person.patch("/v1/profile/account", json=change_).status_code == status
        assert [entry for entry in person.get("/v1/home").json["to_do"] if entry["kind"] == "fill_profile"] == []
        own_ = {"version": profile["contact"]["version"], "mobile": "+34612345678"}
        assert person.patch("/v1/profile/contact", json=own_).status_code in (200, 409)


def test_a_new_mobile_number_asks_for_a_fresh_proof(portal: Harness, staff: Browser, acosta: Client) -> None:
    set_mode(staff, "optional", "mobile", block="contact")
    long_ago = int((clock.now() - timedelta(minutes=25)).timestamp())
    old = portal.client(acosta.account_id, contact_id=acosta.contact_id, auth_time=long_ago)
    refused = old.patch("/v1/profile/contact", json={"version": 1, "mobile": "+34612345678"})
    assert (refused.status_code, refused.json["code"]) == (403, "proof_required")
    assert change(acosta, "contact", mobile="+34612345678").status_code == 200, "who has just proved it"
    assert old.patch("/v1/profile/contact", json={"version": 2, "mobile": "+34612345678"}).status_code == 200


def test_fields_that_carry_the_house_have_no_choice(staff: Browser) -> None:
    for block, name, mode in (
        ("account", "name", "hidden"),
        ("account", "name", "optional"),
        ("account", "is_test", "read_only"),
        ("account", "client_since", "optional"),
        ("contact", "email", "optional"),
        ("contact", "role", "hidden"),
        ("contact", "mobile", "hidden"),
        ("contact", "support_end", "read_only"),
    ):
        answer = staff.put(f"/v1/field-modes/{block}", json={"modes": {name: mode}})
        assert list(errors_of(answer)) == [f"modes.{name}"]
    assert list(errors_of(staff.put("/v1/field-modes/account", json={"modes": {"shoes": "hidden"}}))) == ["modes.shoes"]


def test_a_client_learns_nothing_of_a_field_that_is_not_theirs(staff: Browser, acosta: Client) -> None:
    hidden = make(staff, "Credit", mode="hidden")
    gone = make(staff, "Old", mode="optional")
    staff.put(f"/v1/fields/account/{gone}", json={"active": False})
    contact = make(staff, "Diet", block="contact", mode="optional")
    answers = [errors_of(change(acosta, custom={name: "x"})) for name in (hidden, gone, contact, "no_such")]
    assert [list(answer.values()) for answer in answers] == [[["There is no such field."]]] * 4
    set_mode(staff, "hidden", "phone")
    assert errors_of(change(acosta, phone="1")) == {"phone": ["There is no such field."]}


def test_a_file_is_named_once_the_firm_shares_it(portal: Harness, staff: Browser, acosta: Client) -> None:
    name = make(staff, "Deed", "file", mode="optional")
    shared, private = document_of(acosta, name="Deed.pdf"), document_of(acosta, shared=False, name=SECRET)
    for document in (shared, private):
        portal.deliver("documents.document.shared.v1", document)
    assert change(acosta, custom={name: shared["id"]}).status_code == 200
    assert own(acosta)[name]["words"] == "Deed.pdf"
    patch(staff, {"id": str(acosta.account_id)}, custom={name: private["id"]})
    assert own(acosta)[name]["words"] == ""


@dataclass
class Walk:
    """Everything that a client's token gets from the service, whatever the route."""

    portal: Harness
    client: Client

    def answers(self) -> Iterator[tuple[str, str]]:
        """Yield each route that a client may call without naming anything, and what it answers."""
        rules = self.portal.app.url_map.iter_rules()
        for path in sorted({rule.rule for rule in rules if "GET" in (rule.methods or ()) and not rule.arguments}):
            answer = self.client.browser.get(path)
            if answer.status_code == 200:
                yield path, answer.get_data(as_text=True)

    def tells(self) -> set[str]:
        """Return the routes that tell the secret."""
        return {path for path, text in self.answers() if SECRET in text or SECRET.casefold() in text.casefold()}


HIDEABLE: dict[str, Callable[[Browser], dict[str, Any]]] = {
    "tax_number": lambda _staff: {"tax_number": SECRET},
    "email": lambda _staff: {"email": f"{SECRET}@acosta.example"},
    "address": lambda _staff: {"address": SECRET},
    "custom": lambda staff: {"custom": {make(staff, "Credit", mode="read_only"): SECRET}},
    "choice": lambda staff: {
        "custom": {
            make(staff, "Rank", "choice", mode="read_only", options=[{"labels": {"en": SECRET}}]): SECRET.lower()
        }
    },
}


@pytest.mark.parametrize("name", HIDEABLE)
def test_a_hidden_field_is_in_no_answer_to_a_client(portal: Harness, staff: Browser, acosta: Client, name: str) -> None:
    values = HIDEABLE[name](staff)
    answer = patch(staff, {"id": str(acosta.account_id)}, **values)
    assert answer.status_code == 200, answer.json
    walk = Walk(portal, acosta)
    shown = walk.tells()
    assert "/v1/profile" in shown, "the control: a field that is Read-only is told"
    assert ("/v1/home" in shown) is (name in ("tax_number", "email", "address"))
    field = next(iter(values.get("custom", {})), name)
    set_mode(staff, "hidden", field)
    assert walk.tells() == set()
    assert len(list(walk.answers())) >= 5, "the walk goes somewhere"
    assert SECRET.casefold() in staff.get(f"/v1/accounts/{acosta.account_id}").get_data(as_text=True).casefold()
    assert field not in own(acosta)


def test_a_hidden_adviser_is_in_no_answer_either(portal: Harness, staff: Browser, acosta: Client) -> None:
    adviser = UUID("0192a000-0000-7000-8000-0000000000aa")
    patch(staff, {"id": str(acosta.account_id)}, adviser_id=str(adviser))
    assert acosta.browser.get("/v1/home").json["firm"]["adviser"]["id"] == str(adviser)
    set_mode(staff, "hidden", "adviser_id")
    for _path, text in Walk(portal, acosta).answers():
        assert str(adviser) not in text

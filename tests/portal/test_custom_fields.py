"""Fields of the firm's own: what each kind takes, options, sections and order, what is kept and what is lost (S75)."""

import base64
from typing import Any

import pytest
from sqlalchemy import event, select

from services.chassis.database import new_id
from services.chassis.problems import Problem
from services.chassis.testing.harness import Browser, Harness
from services.portal.directory.models import Account
from services.portal.field_editor.definitions import custom_fields
from services.portal.field_editor.filters import Filter, matching, page_by_field
from services.portal.field_editor.kinds import sort_text
from services.portal.field_editor.models import KINDS
from tests.portal.conftest import Client, document_of, errors_of

ANA = {"name": "Ana Acosta", "email": "ana@acosta.example"}
OPTIONS = [{"labels": {"en": "Food", "es": "Alimentación"}}, {"labels": {"en": "Building"}}]


def make(staff: Browser, label: str, kind: str = "text", block: str = "account", **values: Any) -> str:
    """Add a field and return its name."""
    if kind == "choice":
        values.setdefault("options", OPTIONS)
    answer = staff.post(f"/v1/fields/{block}", json={"kind": kind, "labels": {"en": label}} | values)
    assert answer.status_code == 201, answer.json
    name: str = answer.json["name"]
    return name


def add(staff: Browser, **values: Any) -> Any:
    return staff.post("/v1/accounts", json={"name": "Acosta"} | values)


def patch(staff: Browser, account: dict[str, Any], **values: Any) -> Any:
    path = f"/v1/accounts/{account['id']}"
    return staff.patch(path, json={"version": staff.get(path).json["version"]} | values)


def block_of(staff: Browser, name: str = "account") -> dict[str, Any]:
    blocks: list[dict[str, Any]] = staff.get("/v1/fields").json["blocks"]
    return next(block for block in blocks if block["name"] == name)


def names(staff: Browser, block: str = "account") -> list[str]:
    return [field["name"] for field in block_of(staff, block)["fields"]]


GOOD: dict[str, tuple[Any, Any]] = {
    "text": (" Ñandú ", "Ñandú"),
    "number": ("1234.5", 1234.5),
    "date": ("2026-11-22", "2026-11-22"),
    "choice": ("food", "food"),
    "flag": (False, False),
    "email": ("Ana@Acosta.example", "ana@acosta.example"),
    "phone": ("+34 952 555 014", "+34 952 555 014"),
    "file": ("0192a000-0000-7000-8000-0000000000d1",) * 2,
}
BAD: dict[str, list[Any]] = {
    "text": ["x" * 1001, 5, "a\x00b", {"a": 1}],
    "number": ["many", True, [1], "1e400", "nan", "1_000", 12345678901234567, "٣"],
    "date": ["22/11/2026", "2026-02-30", 5, []],
    "choice": ["fish", 5, ["food"], {}],
    "flag": ["perhaps", 7, []],
    "email": ["ana", 5],
    "phone": ["call me", 5],
    "file": ["statement.pdf", 5, []],
}


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_takes_what_it_is_for_and_nothing_else(staff: Browser, kind: str) -> None:
    name = make(staff, "Thing", kind)
    given, kept = GOOD[kind]
    account = add(staff, custom={name: given}).json
    assert account["custom"] == {name: kept}
    for wrong in BAD[kind]:
        assert list(errors_of(patch(staff, account, custom={name: wrong}))) == [f"custom.{name}"], wrong
    assert patch(staff, account, custom={name: None}).json["custom"] == {}


def test_contacts_have_fields_of_their_own_and_errors_at_their_place(staff: Browser) -> None:
    name = make(staff, "Birthday", "date", "contact")
    person = ANA | {"custom": {name: "soon"}}
    assert list(errors_of(add(staff, contacts=[person]))) == [f"contacts.0.custom.{name}"]
    contact = add(staff, contacts=[ANA | {"custom": {name: "1980-05-04"}}]).json["contacts"][0]
    path = f"/v1/contacts/{contact['id']}"
    assert staff.get(path).json["custom"] == {name: "1980-05-04"}
    changed = staff.patch(path, json={"version": contact["version"], "custom": {name: "1980-05-05"}}).json
    assert (changed["custom"], changed["version"]) == ({name: "1980-05-05"}, contact["version"] + 1)
    assert list(errors_of(add(staff, custom={name: "1980-05-04"}))) == [f"custom.{name}"], "of the other block"


def test_a_change_counts_and_stands_in_the_history_and_the_same_again_does_not(staff: Browser) -> None:
    name = make(staff, "Sector")
    account = add(staff).json
    assert patch(staff, account, custom={name: "Bread"}).json["version"] == 2
    assert patch(staff, account, custom={name: "Bread"}).json["version"] == 2
    stale = {"version": 1, "custom": {name: "Cars"}}
    refused = staff.patch(f"/v1/accounts/{account['id']}", json=stale)
    assert (refused.status_code, refused.json["code"]) == (409, "changed_meanwhile")
    history = staff.get(f"/v1/accounts/{account['id']}/activity").json["items"]
    assert [entry["kind"] for entry in history] == ["account.changed", "account.created"]


def test_a_required_field_must_be_filled_by_staff(staff: Browser) -> None:
    account = add(staff).json
    name = make(staff, "Sector", required=True)
    assert errors_of(add(staff)) == {f"custom.{name}": ["Fill this in."]}
    assert errors_of(patch(staff, account, custom={name: " "})) == {f"custom.{name}": ["Fill this in."]}
    assert patch(staff, account, phone="1").status_code == 200, "who does not speak of it is not asked"
    assert add(staff, custom={name: "Bread"}).status_code == 201


def test_a_retired_option_stays_where_it_is_and_is_taken_nowhere_else(staff: Browser) -> None:
    name = make(staff, "Sector", "choice")
    account, other = add(staff, custom={name: "food"}).json, add(staff).json
    field = staff.get(f"/v1/fields/account/{name}").json
    food, building = field["options"]
    renamed = [food | {"labels": {"en": "Groceries"}, "retired": True}, building, {"labels": {"en": "Fish"}}]
    edited = staff.patch(f"/v1/fields/account/{name}", json={"version": 1, "options": renamed}).json
    assert [(option["value"], option["retired"]) for option in edited["options"]] == [
        ("food", True),
        ("building", False),
        ("fish", False),
    ]
    assert edited["options"][0]["labels"] == {"en": "Groceries"}
    assert patch(staff, account, custom={name: "food"}).json["custom"] == {name: "food"}
    assert errors_of(patch(staff, other, custom={name: "food"}))
    assert patch(staff, other, custom={name: "fish"}).status_code == 200
    left_out = {"version": 2, "options": [building]}
    options = staff.patch(f"/v1/fields/account/{name}", json=left_out).json["options"]
    assert {option["value"] for option in options if option["retired"]} == {"food", "fish"}, "left out is retired"


@pytest.mark.parametrize(
    ("values", "at"),
    [
        ({"labels": {}}, "labels"),
        ({"labels": {"en": " "}}, "labels"),
        ({"labels": {"de": "Branche"}}, "labels.de.key"),
        ({"kind": "colour"}, "kind"),
        ({"kind": "choice", "options": []}, "options"),
        ({"kind": "choice", "options": [{"labels": {"en": "A"}}, {"labels": {"en": "a"}}]}, "options"),
        ({"options": OPTIONS}, "options"),
        ({"mode": "secret"}, "mode"),
        ({"section_id": str(new_id())}, "section_id"),
    ],
)
def test_a_field_that_makes_no_sense_is_refused(staff: Browser, values: dict[str, Any], at: str) -> None:
    answer = staff.post("/v1/fields/account", json={"kind": "text", "labels": {"en": "Sector"}} | values)
    assert list(errors_of(answer)) == [at]


def test_names_are_made_of_labels_and_never_taken_twice(staff: Browser) -> None:
    labels = ("Año de fundación", "Año de fundación", "Name", "New", "日本", "Tax number")
    made = [make(staff, label) for label in labels]
    assert made == ["ano_de_fundacion", "ano_de_fundacion_2", "name_2", "new_2", "field", "tax_number_2"]


def test_what_stands_in_a_deactivated_field_comes_back_and_is_never_lost_silently(staff: Browser) -> None:
    name, empty = make(staff, "Sector"), make(staff, "Colour")
    account = add(staff, custom={name: "Bread"}).json
    path = f"/v1/fields/account/{name}"
    staff.put(path, json={"active": False})
    assert staff.get(f"/v1/accounts/{account['id']}").json["custom"] == {}
    assert errors_of(patch(staff, account, custom={name: "Cars"}))
    assert patch(staff, account, custom={name: "Bread"}).status_code == 200, "a form may send what stands"
    staff.put(path, json={"active": True})
    assert staff.get(f"/v1/accounts/{account['id']}").json["custom"] == {name: "Bread"}

    refused = staff.delete(path)
    assert (refused.status_code, refused.json["code"], refused.json["values"]) == (409, "field_has_values", 1)
    assert staff.get(path).json["values"] == 1
    assert staff.delete(path, query_string={"values": 2}).status_code == 409
    assert staff.delete(path, query_string={"values": 1}).status_code == 204
    assert staff.delete(f"/v1/fields/account/{empty}").status_code == 204
    assert staff.get(f"/v1/accounts/{account['id']}").json["custom"] == {}
    assert staff.get(path).status_code == 404
    assert staff.delete("/v1/fields/account/phone").json["code"] == "field_built_in"


def test_fields_stand_in_sections_and_in_the_order_that_staff_gives_them(staff: Browser) -> None:
    first = staff.post("/v1/field-sections/account", json={"labels": {"en": "Tax"}}).json["id"]
    second = staff.post("/v1/field-sections/account", json={"labels": {"en": "People", "pt": "Pessoas"}}).json["id"]
    name = make(staff, "Tax office", section_id=first)
    rest = [field for field in names(staff) if field not in (name, "tax_number", "address")]
    groups = [{"id": second, "fields": ["address"]}, {"id": first, "fields": ["tax_number", name]}]
    answer = staff.put("/v1/field-order/account", json={"fields": rest, "sections": groups})
    assert answer.status_code == 200, answer.json
    block = block_of(staff)
    assert [section["id"] for section in block["sections"]] == [second, first]
    assert names(staff) == [*rest, "address", "tax_number", name]
    assert [field["section_id"] for field in block["fields"]][-3:] == [second, first, first]
    one_missing = {"fields": rest[1:], "sections": groups}
    assert staff.put("/v1/field-order/account", json=one_missing).json["code"] == "changed_meanwhile"
    staff.patch(f"/v1/field-sections/{first}", json={"labels": {"en": "Taxes"}})
    assert block_of(staff)["sections"][1]["labels"] == {"en": "Taxes"}
    assert staff.delete(f"/v1/field-sections/{first}").status_code == 204
    assert [field["section_id"] for field in block_of(staff)["fields"]][-2:] == [None, None]
    assert staff.patch(f"/v1/fields/account/{name}", json={"section_id": second}).json["section_id"] == second
    assert staff.patch(f"/v1/field-sections/{new_id()}", json={"labels": {"en": "A"}}).status_code == 404
    assert staff.post("/v1/field-sections/shoes", json={"labels": {"en": "A"}}).status_code == 404


def test_the_tick_of_a_case_field_is_kept(staff: Browser) -> None:
    def shown() -> dict[str, bool]:
        return {field["name"]: field["portal_field"] for field in block_of(staff, "case")["fields"]}

    name = make(staff, "Court", block="case")
    assert (shown()["due_on"], shown()[name], shown()["status"]) == (False, False, True)
    for field, tick in (("due_on", True), (name, True), ("status", False)):
        assert staff.put(f"/v1/fields/case/{field}", json={"portal_field": tick}).status_code == 200
    assert (shown()["due_on"], shown()[name], shown()["status"]) == (True, True, False)
    assert errors_of(staff.put(f"/v1/fields/case/{name}", json={"mode": "mandatory"}))


def test_a_file_is_a_document_of_the_same_client(
    portal: Harness, staff: Browser, acosta: Client, stranger: Client
) -> None:
    name = make(staff, "Deed", "file")
    own, theirs = document_of(acosta), document_of(stranger)
    portal.deliver("documents.document.shared.v1", own)
    portal.deliver("documents.document.shared.v1", theirs)
    account = {"id": str(acosta.account_id)}
    assert errors_of(patch(staff, account, custom={name: theirs["id"]}))
    assert patch(staff, account, custom={name: own["id"]}).json["custom"] == {name: own["id"]}
    assert patch(staff, account, custom={name: str(new_id())}).status_code == 200, "no event has told of it yet"


def test_only_those_who_set_the_house_up_change_fields(portal: Harness, staff: Browser, acosta: Client) -> None:
    name = make(staff, "Sector")
    for browser in (portal.staff("clients.read", "clients.write"), acosta.browser):
        body = {"kind": "text", "labels": {"en": "Mine"}}
        assert browser.post("/v1/fields/account", json=body).status_code == 403
        assert browser.delete(f"/v1/fields/account/{name}").status_code == 403
        assert browser.put("/v1/field-modes/account", json={"modes": {name: "optional"}}).status_code == 403
    assert acosta.browser.get("/v1/fields").status_code == 403


@pytest.mark.parametrize(
    ("kind", "values", "wanted", "found"),
    [
        ("text", ["Ñandú", "nadir", "Zebra"], ("begins", "NA"), 2),
        ("text", ["Ñandú", "nadir", "Zebra"], ("is", "nandu"), 1),
        ("number", [5, 10.5, -3], ("from", 5), 2),
        ("number", [5, 10.5, -3], ("to", "5"), 2),
        ("date", ["2026-01-01", "2026-05-05"], ("from", "2026-02-01"), 1),
        ("choice", ["food", "building"], ("is", "food"), 1),
        ("flag", [True, False], ("is", True), 1),
        ("flag", [True, False], ("filled", None), 2),
        ("flag", [True, False], ("empty", None), 1),
    ],
)
def test_records_are_found_by_a_field(
    portal: Harness, staff: Browser, kind: str, values: list[Any], wanted: tuple[str, Any], found: int
) -> None:
    name = make(staff, "Thing", kind)
    add(staff)
    for value in values:
        assert add(staff, custom={name: value}).status_code == 201
    with portal.database.reading() as session:
        condition = matching(session, "account", Filter(name, *wanted), Account.id)
        assert len(list(session.scalars(select(Account.id).where(condition)))) == found


@pytest.mark.parametrize(
    ("kind", "wanted"),
    [("text", ("begins", "a\x00")), ("text", ("is", None)), ("number", ("from", "many")), ("flag", ("begins", "y"))],
)
def test_what_cannot_be_searched_is_said(portal: Harness, staff: Browser, kind: str, wanted: tuple[str, Any]) -> None:
    name = make(staff, "Thing", kind)
    with portal.database.reading() as session:
        with pytest.raises(Problem) as refused:
            matching(session, "account", Filter(name, *wanted), Account.id)
        assert list(refused.value.errors or {}) == [f"custom.{name}"]
        field = custom_fields(session, "account")[name]
        for cursor in ("x", "WyJhIl0", base64.urlsafe_b64encode(b'["a\\u0000", 5]').decode()):
            with pytest.raises(Problem):
                page_by_field(session, select(Account.id), field, Account.id, cursor, 2)


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize(("kind", "values"), [("text", ["b", "a", "b", "Á"]), ("number", [3, 1, 2.5, 1]), ("date", [])])
def test_pages_go_through_all_records_in_the_order_of_a_field(
    portal: Harness, staff: Browser, kind: str, values: list[Any], descending: bool
) -> None:
    name = make(staff, "Thing", kind)
    made = [add(staff, custom={name: value}).json["id"] for value in [*values, None, None, None]]
    with portal.database.reading() as session:
        field = custom_fields(session, "account")[name]
        seen: list[str] = []
        cursor = None
        while True:
            ids, cursor = page_by_field(
                session, select(Account.id), field, Account.id, cursor, 2, descending=descending
            )
            seen += [str(id) for id in ids]
            if cursor is None:
                break
    assert sorted(seen) == sorted(made)
    shown = [
        sort_text(value) if kind == "text" else value
        for value in (values[made.index(id)] for id in seen[: len(values)])
    ]
    assert shown == sorted(shown, reverse=descending)
    assert set(seen[len(values) :]) == set(made[len(values) :])


def test_a_list_asks_for_the_fields_once(portal: Harness, staff: Browser) -> None:
    make(staff, "Sector")
    for _time in range(3):
        add(staff, contacts=[ANA])
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        asked.append(statement)

    event.listen(portal.database.engine, "before_cursor_execute", note)
    staff.get("/v1/accounts")
    event.remove(portal.database.engine, "before_cursor_execute", note)
    assert sum("field_settings" in statement for statement in asked) == 1

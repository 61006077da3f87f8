"""The list of clients with filters, tags and many at once; the pages of imports and exports."""

import io
import re

import pytest

from tests.gateway import client_files, directory
from tests.gateway.client_files import JOB
from tests.gateway.conftest import Visitor
from tests.gateway.directory import TAG, TEST
from tests.gateway.house import ACCOUNT, STAFF, STAFF_SESSION, House, problem

LIST, RECORD, IMPORT = "/admin/clients", f"/admin/clients/{ACCOUNT}", f"/admin/clients/import/{JOB}"


@pytest.fixture(autouse=True)
def lists(house: House) -> House:
    return client_files.move_in(directory.move_in(house))


def asked(house: House, path: str = "/portal/v1/accounts") -> dict[str, str]:
    return dict(house.called("GET", path)[-1].args)


def test_every_filter_stands_in_the_address_and_can_be_taken_off(staff: Visitor, house: House) -> None:
    page = staff.get(f"{LIST}?kind=person&portal=invited&adviser=none&tag={TAG['id']}&from=2020-01-01&size=25").text
    assert asked(house) == {
        "sort": "name",
        "status": "active",
        "limit": "25",
        "kind": "person",
        "portal_status": "invited",
        "no_adviser": "true",
        "tag_id": TAG["id"],
        "since_from": "2020-01-01",
    }
    assert "Tag: VIP" in page
    assert f'href="/admin/clients?portal=invited&amp;adviser=none&amp;tag={TAG["id"]}' in page
    assert '<option value="person" selected>' in page


def test_a_filter_that_makes_no_sense_is_left_out(staff: Visitor, house: House) -> None:
    assert staff.get(f"{LIST}?kind=x&portal=x&adviser=x&tag=x&from=x&to=2020-99-99").status_code == 200
    assert asked(house) == {"sort": "name", "status": "active", "limit": "50"}


def test_a_list_that_filters_left_empty_says_so(staff: Visitor, house: House) -> None:
    house.answers[("GET", "/portal/v1/accounts")] = {"items": [], "next": None, "total": 0}
    assert "No client is like this" in staff.get(f"{LIST}?kind=person").text


def test_more_than_are_counted_are_said_to_be_more(staff: Visitor, house: House) -> None:
    many = {"items": directory.rows(), "next": "x", "total": 1000, "total_is_more": True}
    house.answers[("GET", "/portal/v1/accounts")] = many
    assert "more than 1000" in staff.get(LIST).text


def test_what_is_ticked_gets_a_tag_or_an_adviser(staff: Visitor, house: House) -> None:
    form = {"account_ids": [ACCOUNT, TEST], "do": "tag", "tag": "VIP", "path": f"{LIST}?kind=person"}
    answer = staff.post(f"{LIST}/bulk", form, page=LIST)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{LIST}?kind=person")
    sent = house.called("POST", "/portal/v1/accounts/bulk")[-1].get_json()
    assert sent == {"account_ids": [ACCOUNT, TEST], "add_tag": "VIP"}
    assert "2 clients were changed." in staff.get(LIST).text
    staff.post(f"{LIST}/bulk", {"account_ids": [ACCOUNT], "do": "adviser", "adviser_id": ""}, page=LIST)
    assert house.called("POST", "/portal/v1/accounts/bulk")[-1].get_json()["adviser_id"] is None


def test_nothing_ticked_changes_nothing_and_no_way_leads_out_of_the_house(staff: Visitor, house: House) -> None:
    answer = staff.post(f"{LIST}/bulk", {"do": "tag", "tag": "VIP", "path": "https://evil.example"}, page=LIST)
    assert answer.headers["Location"] == LIST
    assert not house.called("POST", "/portal/v1/accounts/bulk")
    assert "Tick the clients first." in staff.get(LIST).text


def test_a_refused_change_is_told(staff: Visitor, house: House) -> None:
    house.answers[("POST", "/portal/v1/accounts/bulk")] = problem(409, "too_many_tags")
    staff.post(f"{LIST}/bulk", {"account_ids": [ACCOUNT], "do": "tag", "tag": "X"}, page=LIST)
    assert "as many tags as there can be" in staff.get(LIST).text


def test_tags_stand_on_the_clients_page_and_are_changed_there(staff: Visitor, house: House) -> None:
    assert 'class="tag tag-violet"' in staff.get(RECORD).text
    staff.post(f"{RECORD}/tags", {"tag": " Late ", "path": f"{RECORD}?tab=profile"}, page=RECORD)
    assert house.called("POST", f"/portal/v1/accounts/{ACCOUNT}/tags")[-1].get_json() == {"name": "Late"}
    answer = staff.post(f"{RECORD}/tags/{TAG['id']}/remove", page=RECORD)
    assert answer.headers["Location"] == RECORD
    assert house.called("DELETE", f"/portal/v1/accounts/{ACCOUNT}/tags/{TAG['id']}")


def test_the_export_asks_for_what_the_list_shows(staff: Visitor, house: House) -> None:
    answer = staff.get(f"{LIST}/export.csv?q=acosta&kind=person&rows=contacts&cursor=x&size=25")
    assert (answer.status_code, answer.text) == (200, '"Client"\r\n')
    assert asked(house, "/portal/v1/exports/clients") == {
        "q": "acosta",
        "kind": "person",
        "sort": "name",
        "status": "active",
        "kind_of_rows": "contacts",
        "separator": ",",
    }
    staff.post(f"{LIST}/bulk/export", {"account_ids": [ACCOUNT]}, page=LIST)
    assert house.called("POST", "/portal/v1/exports/clients")[-1].get_json() == {"account_ids": [ACCOUNT]}


def test_who_may_not_take_clients_in_or_out_sees_no_way_to(staff: Visitor, house: House) -> None:
    house.users[STAFF_SESSION] = STAFF | {"permissions": ["clients.read", "clients.write"]}
    assert "/import" not in staff.get(LIST).text
    for path in (f"{LIST}/export.csv", f"{LIST}/import", IMPORT):
        assert staff.get(path).status_code == 403


def send(staff: Visitor, data: bytes | None) -> "object":
    token = staff.token(f"{LIST}/import")
    form = {"csrf_token": token} | ({"file": (io.BytesIO(data), "clientes.csv")} if data is not None else {})
    headers = {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}
    return staff.client.post(f"{LIST}/import", data=form, headers=headers, content_type="multipart/form-data")


def test_a_file_is_sent_and_its_columns_are_asked_for(staff: Visitor, house: House) -> None:
    answer = send(staff, b"Nombre;NIF\nA;1\n")
    assert answer.headers["Location"] == IMPORT  # type: ignore[attr-defined]
    assert house.called("POST", "/portal/v1/imports")[-1].args["name"] == "clientes.csv"
    page = staff.get(IMPORT).text
    assert "1200 lines, Windows-1252, separated by semicolon." in page
    assert re.search(r'id="f-mapping\.1".*?<option value="tax_number" selected>', page, re.S)
    assert '<option value="custom.sector">Sector</option>' in page


@pytest.mark.parametrize(("data", "words"), [(b"PK\x03\x04", "not a CSV file"), (None, "Choose a file first.")])
def test_what_is_no_csv_file_is_told_beside_the_field(staff: Visitor, data: bytes | None, words: str) -> None:
    answer = send(staff, data)
    assert answer.status_code == 422  # type: ignore[attr-defined]
    assert words in answer.text  # type: ignore[attr-defined]


def test_columns_go_to_the_service_and_its_refusal_comes_back_beside_them(staff: Visitor, house: House) -> None:
    form = {"mapping.0": "name", "mapping.1": "tax_number", "mapping.2": "", "key": "tax_number", "tag": "2026"}
    assert staff.post(IMPORT, form).headers["Location"] == IMPORT
    sent = house.called("PUT", f"/portal/v1/imports/{JOB}/mapping")[-1].get_json()
    assert sent == {"mapping": ["name", "tax_number", ""], "key": "tax_number", "update": False, "tag": "2026"}
    errors = {
        "mapping.1": ["Another column is this field already."],
        "mapping": ["Say which column is the client's name."],
    }
    house.answers[("PUT", f"/portal/v1/imports/{JOB}/mapping")] = problem(422, "invalid_input", errors)
    answer = staff.post(IMPORT, form | {"mapping.1": "email"})
    assert answer.status_code == 422
    assert "Another column is this field already." in answer.text
    assert "Say which column is the client&#39;s name." in answer.text
    assert re.search(r'id="f-mapping\.1".*?<option value="email" selected>', answer.text, re.S)


def test_after_the_dry_run_the_report_and_the_way_on(staff: Visitor, house: House) -> None:
    client_files.move_in(house, status="checked")
    page = staff.get(IMPORT).text
    assert "Nothing was changed yet." in page
    assert "Import 1188 lines" in page
    assert "it is what clients are recognised by" in page
    assert "<b>E-mail</b>" not in page
    assert staff.get(f"{IMPORT}/report.csv").text == '"line"\r\n'
    assert staff.post(f"{IMPORT}/start", page=IMPORT).headers["Location"] == IMPORT
    house.answers[("POST", f"/portal/v1/imports/{JOB}/start")] = problem(409, "import_running")
    staff.post(f"{IMPORT}/start", page=IMPORT)
    assert "Another import is running." in staff.get(IMPORT).text


def test_while_it_runs_a_bar_says_how_far_it_is(staff: Visitor, house: House) -> None:
    client_files.move_in(house, status="importing")
    page = staff.get(IMPORT).text
    assert '<progress class="meter" value="40" max="100"' in page
    assert f'hx-get="{IMPORT}/progress"' in page
    assert '<noscript><meta http-equiv="refresh"' in page
    assert "HX-Refresh" not in staff.get(f"{IMPORT}/progress").headers
    client_files.move_in(house, status="done")
    assert staff.get(f"{IMPORT}/progress").headers["HX-Refresh"] == "true"
    assert "Another file" in staff.get(IMPORT).text

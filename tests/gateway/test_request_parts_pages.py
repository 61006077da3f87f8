"""Templates, many clients at once, series, reminders and the firm's side of a checklist, on the admin's pages."""

import json

import pytest

from tests.gateway.archive import JULY, ask, fill
from tests.gateway.asking import BATCH, SERIES, TEMPLATE, furnish
from tests.gateway.conftest import Visitor
from tests.gateway.directory import REQUEST
from tests.gateway.house import ACCOUNT, House, problem
from tests.gateway.test_admin_clients import asked, body_of, text_of

ALL = "/admin/requests"
PAGE, AT = f"{ALL}/{REQUEST}", f"/portal/v1/requests/{REQUEST}"
LINES = {"lines": "3", "item_0_title": "Payslips", "item_0_file": "yes"}


@pytest.fixture(autouse=True)
def templates(house: House) -> House:
    return furnish(fill(house))


def test_the_firm_accepts_a_part_or_sends_it_back_with_a_reason(staff: Visitor, house: House) -> None:
    sent = ask()["items"][0] | {"status": "received", "answer": "Both accounts"}
    house.answers[("GET", AT)] = ask(items=[sent, ask()["items"][1]], status="replied")
    at = f"{PAGE}/items/{JULY}"
    house.answers |= {("POST", f"{AT}/items/{JULY}/{verb}"): ask(status="closed") for verb in ("accept", "reject")}
    page = staff.get(PAGE)
    assert "1 of 2 sent" in text_of(page)
    assert "Both accounts" in text_of(page)
    assert page.text.count(f'action="{at}/reject"') == 1
    assert staff.post(f"{at}/accept", page=PAGE).headers["Location"] == PAGE
    assert "Everything is accepted; the request is closed." in text_of(staff.get(PAGE))
    empty = staff.post(f"{at}/reject", {f"reason_{JULY}": " "}, page=PAGE)
    assert empty.status_code == 422
    assert "Write why" in text_of(empty)
    staff.post(f"{at}/reject", {f"reason_{JULY}": "Page 2 is missing"}, page=PAGE)
    assert body_of(house, "POST", f"{AT}/items/{JULY}/reject") == {"reason": "Page 2 is missing"}


def test_due_day_and_reminders_are_changed_in_place(staff: Visitor, house: House) -> None:
    house.answers[("PATCH", AT)] = ask()
    staff.post(f"{PAGE}/due", {"due_on": "2027-01-05", "reminders": "yes", "version": "3"}, page=PAGE)
    assert body_of(house, "PATCH", AT) == {"due_on": "2027-01-05", "reminders": True, "version": 3}
    house.answers[("PATCH", AT)] = problem(422, "invalid_input", {"due_on": ["Not a valid date."]})
    assert staff.post(f"{PAGE}/due", {"due_on": "soon", "version": "3"}, page=PAGE).status_code == 422


def test_a_template_is_written_with_lines_and_languages(staff: Visitor, house: House) -> None:
    path = f"{ALL}/templates/new"
    more = staff.post(path, LINES | {"title": "Kept", "more": "1"}, page=path)
    assert more.text.count('name="item_') == 8 * 4
    assert 'value="Kept"' in more.text
    form = LINES | {"title": "Annual papers", "title_es": "Papeles", "due_days": "14", "reminders": "yes"}
    assert staff.post(path, form, page=path).headers["Location"] == f"{ALL}/templates"
    body = body_of(house, "POST", "/portal/v1/request-templates")
    assert (body["texts"], body["due_days"]) == ({"es": {"title": "Papeles", "message": ""}}, 14)
    assert [item["title"] for item in body["items"]] == ["Payslips"]
    wrong = staff.post(path, form | {"due_days": "soon"}, page=path)
    assert wrong.status_code == 422
    assert "Write a whole number." in text_of(wrong)
    page = staff.get(f"{ALL}/templates/{TEMPLATE}").text
    assert 'value="Papeles del año"' in page
    assert staff.post(f"{ALL}/templates/{TEMPLATE}/archive").status_code == 303


def test_a_new_request_starts_from_a_template(staff: Visitor) -> None:
    page = staff.get(f"{ALL}/new?template_id={TEMPLATE}").text
    assert 'value="Annual papers"' in page
    assert 'value="Payslips"' in page
    assert f'value="{TEMPLATE}" selected' in page


def test_many_are_asked_after_a_confirmation_that_says_how_many(staff: Visitor, house: House) -> None:
    page = staff.get("/admin/clients").text
    assert 'formaction="/admin/requests/send"' in page
    path = f"{ALL}/send"
    ticked = staff.post(path, {"account_ids": [ACCOUNT]}, page="/admin/clients")
    assert "To 1 client that you ticked" in text_of(ticked)
    use = staff.post(path, {"account_ids": [ACCOUNT], "fill": "1", "template_id": TEMPLATE, "key": "k"}, page=path)
    assert 'value="Annual papers"' in use.text
    form = LINES | {"account_ids": [ACCOUNT], "template_id": TEMPLATE, "key": "k", "due_days": "7"}
    form |= {"title": "Annual papers", "message": "As every year.", "reminders": "yes"}
    confirm = staff.post(f"{path}/confirm", form, page=path)
    assert "It goes to 12 clients." in text_of(confirm)
    assert not house.called("POST", "/portal/v1/request-batches")
    assert staff.post(f"{path}/start", form, page=path).headers["Location"] == f"{ALL}/batches/{BATCH}"
    (call,) = house.called("POST", "/portal/v1/request-batches")
    sent = json.loads(call.get_data())
    assert call.headers["Idempotency-Key"] == "k"
    assert sent["to"] == {"account_ids": [ACCOUNT]}
    assert sent["content"]["texts"]["es"]["title"] == "Papeles del año"
    assert staff.post(path, {}, page=path).headers["Location"] == "/admin/clients"


def test_a_filtered_list_is_asked_and_the_request_comes_again(staff: Visitor, house: House) -> None:
    path = f"{ALL}/send"
    page = staff.get(f"{path}?q=acosta&kind=company")
    assert "To all clients of the list as you filtered it" in text_of(page)
    filters = {"q": "acosta", "status": "active", "kind": "company"}
    form = {
        "filters": json.dumps(filters),
        "title": "Papers",
        "every": "month",
        "starts_on": "2027-01-05",
        "lines": "0",
    }
    assert staff.post(f"{path}/start", form, page=path).headers["Location"] == f"{ALL}/series/{SERIES}"
    body = body_of(house, "POST", "/portal/v1/request-series")
    assert body["to"] == {"filters": filters}
    assert (body["every"], body["starts_on"], body["ends_on"]) == ("month", "2027-01-05", None)
    missing = staff.post(f"{path}/confirm", form | {"starts_on": ""}, page=path)
    assert missing.status_code == 422
    assert "Say from when." in text_of(missing)


def test_the_report_says_who_was_left_out_and_why(staff: Visitor, house: House) -> None:
    words = text_of(staff.get(f"{ALL}/batches/{BATCH}?show=left_out"))
    assert "Left out The client is archived" in words
    assert asked(house, f"/portal/v1/request-batches/{BATCH}/rows") == {"status": "left_out"}
    assert staff.get(f"{ALL}/batches/{BATCH}/progress").headers["HX-Refresh"] == "true"


def test_a_series_is_paused_and_says_who_is_left_out(staff: Visitor, house: House) -> None:
    path = f"{ALL}/series/{SERIES}"
    words = text_of(staff.get(path))
    assert "Archived: left out" in words
    assert "2 sent, 1 left out" in words
    assert staff.post(f"{path}/pause", page=path).headers["Location"] == path
    assert staff.post(f"{path}/anything", page=path).status_code == 404
    assert "End this series?" in text_of(staff.get(f"{path}/end"))
    assert staff.get(f"{ALL}/series").status_code == 200


def test_the_firm_sets_when_clients_are_reminded(staff: Visitor, house: House) -> None:
    path = "/admin/settings/requests"
    assert "Days before it is due" in text_of(staff.get(path))
    form = {"active": "yes", "days_before": "5", "every_days": "2", "most": "1", "version": "0"}
    assert staff.post(path, form, page=path).headers["Location"] == path
    body = body_of(house, "PUT", "/portal/v1/request-reminders")
    assert body == {"active": True, "on_the_day": False, "days_before": 5, "every_days": 2, "most": 1, "version": 0}
    wrong = staff.post(path, form | {"most": "often"}, page=path)
    assert wrong.status_code == 422

"""The page of the work list: filters with addresses, acts on what is ticked, and the text of strangers as text."""

from datetime import datetime
from typing import Any

import pytest

from services.chassis import clock
from tests.gateway.conftest import Visitor
from tests.gateway.house import ACCOUNT, STAFF, House, problem, work
from tests.gateway.test_admin_clients import body_of, text_of

ENTRY = "request_replied:0192a000-0000-7000-8000-000000000100"
ACTS = ("POST", "/portal/v1/work/acts")


def asked(house: House) -> dict[str, str]:
    return dict(house.called("GET", "/portal/v1/work")[-1].args)


def sent(house: House) -> Any:
    return body_of(house, *ACTS)


@pytest.mark.parametrize(
    ("address", "wanted"),
    [
        ("/admin/", {}),
        ("/admin/?show=mine&kind=case_waiting", {"assigned": "me", "kind": "case_waiting"}),
        ("/admin/?show=unassigned", {"assigned": "none"}),
        ("/admin/?show=overdue&cursor=abc", {"overdue": "true", "cursor": "abc"}),
        ("/admin/?show=later", {"snoozed": "true"}),
        ("/admin/?show=nonsense&kind=nonsense", {}),
    ],
)
def test_filters_are_addresses(staff: Visitor, house: House, address: str, wanted: dict[str, str]) -> None:
    assert staff.get(address).status_code == 200
    assert {name: text.lower() for name, text in asked(house).items()} == wanted | {"limit": "50"}


def test_the_page_says_what_waits_and_how_much(staff: Visitor, house: House) -> None:
    lines = work()
    lines["items"][0] |= {"kind": "review_received", "title": "", "stars": 2, "due_on": None}
    lines["counts"] = {"review_received": 7}
    house.answers[("GET", "/portal/v1/work")] = lines | {"next": "more", "total": 7}
    page = staff.get("/admin/")
    assert "2 of 5 stars" in text_of(page)
    assert "Reviews 7" in text_of(page)
    assert "cursor=more" in page.text
    house.answers[("GET", "/portal/v1/work")] = {"items": [], "next": None, "total": 0, "counts": {}}
    assert "Nothing waits for us" in text_of(staff.get("/admin/"))
    assert "Nothing of this waits" in text_of(staff.get("/admin/?show=mine"))


def test_what_is_ticked_is_done_given_or_put_off(staff: Visitor, house: House) -> None:
    item = {"kind": "request_replied", "id": ENTRY.partition(":")[2]}
    form = {"entries": ENTRY, "path": "/admin/?show=mine"}
    answer = staff.post("/admin/work/acts", form | {"do": "done"}, page="/admin/")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/admin/?show=mine")
    assert sent(house) == {"items": [item], "act": "done"}
    staff.post("/admin/work/acts", form | {"do": "assign", "assignee_id": STAFF["id"]}, page="/admin/")
    assert sent(house) == {"items": [item], "act": "assign", "assignee_id": STAFF["id"]}
    staff.post("/admin/work/acts", form | {"do": "snooze"}, page="/admin/")
    until = datetime.fromisoformat(sent(house)["until"])
    assert (until.hour, until.minute) == (8, 0)
    assert 0 < (until - clock.now()).total_seconds() <= 32 * 3600
    staff.post("/admin/work/acts", form | {"do": "wake"}, page="/admin/")
    assert sent(house) == {"items": [item], "act": "snooze"}


def test_a_refusal_is_said_and_leads_nowhere_else(staff: Visitor, house: House) -> None:
    house.answers[ACTS] = problem(404, "not_found")
    answer = staff.post("/admin/work/acts", {"entries": ENTRY, "do": "done", "path": "//evil.example"}, page="/admin/")
    assert answer.headers["Location"] == "/admin/"
    staff.post("/admin/work/acts", {"do": "done"}, page="/admin/")
    assert len(house.called(*ACTS)) == 1
    assert "Tick something first." in text_of(staff.get("/admin/"))


def test_what_clients_wrote_stays_text(staff: Visitor, house: House) -> None:
    lines = work()
    lines["items"][0] |= {"title": "<script>alert(1)</script>", "account_name": '"><img src=x onerror=alert(1)>'}
    house.answers[("GET", "/portal/v1/work")] = lines
    page = staff.get("/admin/").text
    assert "<script>alert(1)" not in page
    assert "<img src=x" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert f"/admin/clients/{ACCOUNT}" in page

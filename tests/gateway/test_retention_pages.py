"""Settings > Retention: rules are written, counted, switched on by an owner, and have a report (B26)."""

from typing import Any

import pytest
from werkzeug import Response

from tests.gateway.archive import FIRM
from tests.gateway.conftest import Visitor
from tests.gateway.house import ACCOUNT, STAFF, STAFF_SESSION, House, moment, problem
from tests.gateway.test_admin_clients import body_of, text_of

RULE = "0192a000-0000-7000-8000-000000000c11"
RULES, PATH = "/documents/v1/retention-rules", "/admin/settings/retention"
AT, PAGE = f"{RULES}/{RULE}", f"{PATH}/{RULE}"
FORM = {"name": "Six years", "years": "6", "counts_from": "archived", "origin": "", "folder": "Tax", "tag": ""}


def rule(**more: Any) -> dict[str, Any]:
    """Return a rule as the documents service tells one."""
    return {
        "id": RULE,
        "name": "Six years",
        "years": 6,
        "counts_from": "archived",
        "origin": None,
        "folder": "Tax",
        "tag": None,
        "state": "tried",
        "created_by": FIRM,
        "created_at": moment(-9),
        "changed_at": moment(-9),
        "tried_at": moment(-1),
        "tried_count": 12,
        "tried_size": 5_000_000,
        "approved_at": None,
        "approved_by": None,
        "removed_count": 0,
        "removed_size": 0,
        "version": 1,
    } | more


def gone(name: str = "Old return.pdf") -> dict[str, Any]:
    """Return a document that would go, or is gone."""
    facts = {"id": RULE, "account_id": ACCOUNT, "account_name": "Talleres Acosta, S.L.", "name": name, "size": 1000}
    return facts | {"uploaded_at": moment(-60_000), "removed_at": moment(-1), "origin": "firm", "status": "available"}


def furnish(house: House) -> None:
    """Let the documents service of `house` have a rule."""
    house.answers |= {
        ("GET", RULES): lambda _request: {"items": [rule()]},
        ("POST", RULES): lambda _request: rule(state="new"),
        ("GET", AT): lambda _request: rule(),
        ("PUT", AT): lambda _request: rule(state="new"),
        ("DELETE", AT): Response(status=204),
        ("GET", f"{AT}/matches"): lambda _request: {"items": [gone()], "next": None},
        ("GET", f"{AT}/removals"): lambda _request: {"items": [gone("Gone.pdf")], "next": None},
        ("GET", f"{AT}/matches.csv"): Response("a,b\n", content_type="text/csv"),
        **{("POST", f"{AT}/{way}"): lambda _request: rule() for way in ("try", "approve", "stop")},
    }


@pytest.fixture(autouse=True)
def furnished(house: House) -> None:
    furnish(house)
    house.users[STAFF_SESSION] = STAFF | {"permissions": [*STAFF["permissions"], "staff.manage"]}


def test_a_rule_is_written_counted_and_switched_on(staff: Visitor, house: House) -> None:
    wrong = staff.post(f"{PATH}/new", FORM | {"years": "never"})
    assert (wrong.status_code, 'value="Tax"' in wrong.text) == (422, True)
    assert staff.post(f"{PATH}/new", FORM).headers["Location"].endswith(PAGE)
    sent = body_of(house, "POST", RULES)
    assert sent == {**FORM, "years": 6, "origin": None, "tag": None}
    page = text_of(staff.get(PAGE))
    assert "Old return.pdf" in page
    assert "12 documents" in page
    assert "Gone.pdf" in text_of(staff.get(f"{PAGE}?tab=report"))
    assert staff.get(f"{PAGE}/matches.csv").text == "a,b\n"
    assert "12 documents go now" in text_of(staff.get(f"{PAGE}/approve"))
    for way in ("try", "approve", "stop"):
        assert staff.post(f"{PAGE}/{way}", page=PAGE).status_code == 303
        assert house.called("POST", f"{AT}/{way}")
    assert staff.post(f"{PAGE}/edit", FORM).status_code == 303
    assert staff.post(f"{PAGE}/delete", page=PAGE).status_code == 303


def test_what_the_service_refuses_is_said(staff: Visitor, house: House) -> None:
    house.answers[("POST", f"{AT}/approve")] = problem(409, "not_tried")
    staff.post(f"{PAGE}/approve", page=PAGE)
    assert "Look first at what would go." in text_of(staff.get(PAGE))


def test_only_an_owner_is_offered_to_switch_a_rule_on(staff: Visitor, house: House) -> None:
    assert f"{PAGE}/approve" in staff.get(PAGE).text, "control"
    house.users[STAFF_SESSION] = STAFF
    manager = Visitor(house.gateway(), atrio_staff=STAFF_SESSION)
    assert f"{PAGE}/approve" not in manager.get(PAGE).text
    assert manager.get(f"{PAGE}/approve").status_code == 403


def test_without_rules_the_page_says_what_one_does(staff: Visitor, house: House) -> None:
    house.answers[("GET", RULES)] = {"items": []}
    assert "Without a rule nothing is deleted by itself." in text_of(staff.get(PATH))

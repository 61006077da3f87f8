"""The clients in the admin: list, new, the page of one, its people."""

import re
from typing import Any

import pytest
from werkzeug import Request
from werkzeug.wrappers import Response

from gateway.admin.clients.tabs import CLIENT_TABS
from tests.gateway.conftest import Visitor
from tests.gateway.directory import ANA, PILAR, account, contact, entry, move_in, row, rows
from tests.gateway.house import ACCOUNT, STAFF_SESSION, House, fields, problem

LIST, RECORD = "/admin/clients", f"/admin/clients/{ACCOUNT}"


@pytest.fixture(autouse=True)
def directory(house: House) -> House:
    return move_in(house)


def text_of(response: Response) -> str:
    """Return the words of a page, without tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.text))


def body_of(house: House, method: str, path: str) -> Any:
    """Return what the last call of `method` `path` carried."""
    return house.called(method, path)[-1].get_json()


def asked(house: House, path: str = "/portal/v1/accounts") -> dict[str, str]:
    """Return the query of the last GET of `path`."""
    return dict(house.called("GET", path)[-1].args)


# The list


def test_the_list_shows_each_client_with_its_portal_status(staff: Visitor) -> None:
    page = staff.get(LIST)
    words = text_of(page)
    assert "Talleres Acosta, S.L." in words
    assert "Ana Acosta +3" in words
    assert "Invited" in words
    assert f'href="{RECORD}"' in page.text
    assert 'class="btn btn-primary" href="/admin/clients/new"' in page.text


def test_a_test_client_is_marked_as_such_and_has_a_list_of_its_own(staff: Visitor, house: House) -> None:
    words = text_of(staff.get(LIST))
    assert "Prueba, S.A. Test" in words
    staff.get(f"{LIST}?show=test")
    assert asked(house) == {"sort": "name", "limit": "50", "status": "all", "is_test": "true"}


def test_search_order_chip_size_and_place_stand_in_the_address(staff: Visitor, house: House) -> None:
    house.answers[("GET", "/portal/v1/accounts")] = {"items": rows(), "next": "abc", "total": 90}
    page = staff.get(f"{LIST}?q=acosta&sort=-updated_at&show=archived&size=25&cursor=xyz")
    assert asked(house) == {"q": "acosta", "sort": "-updated_at", "status": "archived", "limit": "25", "cursor": "xyz"}
    assert "q=acosta&amp;sort=-updated_at&amp;show=archived&amp;size=25&amp;cursor=abc" in page.text
    assert 'aria-sort="descending"' in page.text


def test_what_the_address_may_not_say_is_left_out(staff: Visitor, house: House) -> None:
    assert staff.get(f"{LIST}?sort=password&show=secret&size=9999").status_code == 200
    assert asked(house) == {"sort": "name", "limit": "50", "status": "active"}


def test_a_place_in_the_list_that_is_gone_leads_to_its_start(staff: Visitor, house: House) -> None:
    house.answers[("GET", "/portal/v1/accounts")] = problem(422, "invalid_input", {"cursor": ["This page is gone."]})
    assert staff.get(f"{LIST}?q=a&cursor=gone").headers["Location"] == f"{LIST}?q=a"


@pytest.mark.parametrize(
    ("query", "words"),
    [("", "No clients yet"), ("?q=zzz", "Nothing found for “zzz”"), ("?show=archived", "No archived clients")],
)
def test_an_empty_list_says_what_will_stand_there(staff: Visitor, house: House, query: str, words: str) -> None:
    house.answers[("GET", "/portal/v1/accounts")] = {"items": [], "next": None, "total": 0}
    assert words in text_of(staff.get(LIST + query))


def test_what_others_typed_is_never_markup(staff: Visitor, house: House) -> None:
    evil = "<script>alert(1)</script>"
    house.answers[("GET", "/portal/v1/accounts")] = {"items": [row(name=evil)], "next": None, "total": 1}
    house.answers[("GET", f"/portal/v1/accounts/{ACCOUNT}")] = account(name=evil, address=evil)
    house.answers[("GET", f"/portal/v1/accounts/{ACCOUNT}/activity")] = {
        "items": [
            entry(1, kind, {"kind": "client", "id": "1", "name": evil}, -1, "document", evil)
            for kind in ("document.uploaded", "something.new", "message.failed")
        ],
        "next": None,
    }
    for path in (f"{LIST}?q={evil}", RECORD, f"{RECORD}?tab=profile", f"{RECORD}/invite", f"{RECORD}/archive"):
        assert evil not in staff.get(path).text, path


# A new client


def test_a_new_client_comes_with_its_first_contact_person(staff: Visitor, house: House) -> None:
    form = {
        "kind": "company",
        "name": "Talleres Acosta, S.L.",
        "tax_number": "B-4418 2270",
        "locale": "es",
        "is_test": "yes",
        "contacts.0.name": "Pilar Soto",
        "contacts.0.email": "pilar@acosta.example",
        "contacts.0.mobile": "+34 612 345 678",
        "contacts.0.locale": "es",
        "contacts.0.role": "owner",
        "contacts.0.invite": "yes",
    }
    answer = staff.post(f"{LIST}/new", form)
    assert (answer.status_code, answer.headers["Location"]) == (303, RECORD)
    assert body_of(house, "POST", "/portal/v1/accounts") == {
        "kind": "company",
        "name": "Talleres Acosta, S.L.",
        "tax_number": "B-4418 2270",
        "address": "",
        "phone": "",
        "email": "",
        "locale": "es",
        "adviser_id": None,
        "is_test": True,
        "contacts": [
            {
                "name": "Pilar Soto",
                "email": "pilar@acosta.example",
                "mobile": "+34 612 345 678",
                "locale": "es",
                "role": "owner",
                "invite": True,
            }
        ],
    }
    words = text_of(staff.get(RECORD))
    assert "Talleres Acosta, S.L. is a client now." in words
    assert "An invitation is on its way to Pilar Soto." in words


def test_a_client_may_be_added_without_a_contact_person(staff: Visitor, house: House) -> None:
    staff.post(f"{LIST}/new", {"kind": "company", "name": "Talleres", "email": "info@acosta.example", "locale": "es"})
    assert "contacts" not in body_of(house, "POST", "/portal/v1/accounts")


def test_a_person_is_their_own_first_contact(staff: Visitor, house: House) -> None:
    staff.post(f"{LIST}/new", {"kind": "person", "name": "Ana Gil", "email": "ana@gil.example", "locale": "es"})
    [person] = body_of(house, "POST", "/portal/v1/accounts")["contacts"]
    assert (person["name"], person["email"], person["invite"]) == ("Ana Gil", "ana@gil.example", False)


def test_errors_stand_beside_their_fields_and_in_a_summary_and_typed_text_is_kept(staff: Visitor) -> None:
    page = staff.post(
        f"{LIST}/new", {"name": "", "tax_number": "B-44", "contacts.0.name": "Pilar", "contacts.0.mobile": "61"}
    )
    assert page.status_code == 422
    assert 'value="B-44"' in page.text
    assert 'value="Pilar"' in page.text
    assert '<a href="#f-contacts.0.mobile">Mobile: Give a mobile number.</a>' in page.text
    assert 'aria-describedby="f-name-hint f-name-error" aria-invalid="true"' in page.text


# The page of a client


def test_the_overview_shows_figures_what_waits_and_the_history(staff: Visitor) -> None:
    page = staff.get(RECORD)
    words = text_of(page)
    for part in (
        "Portal Active",
        "B-4418 2270",
        "Adviser Lucía Marín",
        "Client since March 2019",
        "People who sign in 1 of 4",
        "2 of 5 received",
        "Due today",
        "Ana Acosta uploaded September statement.pdf",
        "An invitation went to Joaquim Ribeiro",
        "Marta Gil Member Mail came back",
    ):
        assert part in words, part
    assert 'href="/admin/documents/0192a000-0000-7000-8000-000000000201"' in page.text
    assert "<b>Ana Acosta</b>" in page.text


def test_the_history_goes_on_in_the_address(staff: Visitor, house: House) -> None:
    path = f"/portal/v1/accounts/{ACCOUNT}/activity"
    house.answers[("GET", path)] = {"items": [], "next": "older"}
    page = staff.get(f"{RECORD}?cursor=here")
    assert asked(house, path)["cursor"] == "here"
    assert f'href="{RECORD}?cursor=older#history"' in page.text


@pytest.mark.parametrize(
    ("tab", "words"),
    [
        ("profile", "Calle Olivo 18 29010 Málaga"),
        ("conversations", "No conversations yet What clients write to you"),
        ("billing", "No invoices yet"),
        ("bookings", "No bookings yet"),
        ("questionnaires", "No questionnaires yet"),
        ("jobs", "No jobs yet"),
        ("nonsense", "Activity history"),
    ],
)
def test_each_tab_has_an_address_and_says_what_stands_there(staff: Visitor, tab: str, words: str) -> None:
    page = staff.get(f"{RECORD}?tab={tab}")
    assert words in text_of(page)
    assert "Latest activity" in page.text or tab == "nonsense"


def test_a_feature_puts_its_own_tab_there(staff: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(CLIENT_TABS, "jobs", lambda account_id: f"<p>jobs of {account_id}</p>")
    assert f"<p>jobs of {ACCOUNT}</p>" in staff.get(f"{RECORD}?tab=jobs").text


def test_a_client_that_is_not_there_is_not_found(staff: Visitor, house: House) -> None:
    del house.answers[("GET", f"/portal/v1/accounts/{ACCOUNT}")]
    assert staff.get(RECORD).status_code == 404


def test_who_only_reads_sees_no_way_to_change_anything(staff: Visitor, house: House) -> None:
    house.users[STAFF_SESSION]["permissions"] = ["clients.read", "requests.read"]
    for path in (LIST, RECORD, f"{RECORD}?tab=profile"):
        page = staff.get(path).text
        for way in ("/new", "/edit", "/invite", "/archive", "/contacts/"):
            assert f'{way}"' not in page, (path, way)
    for path in (f"{LIST}/new", f"{RECORD}/edit", f"{RECORD}/invite", f"{RECORD}/contacts/{ANA}"):
        assert staff.get(path).status_code == 403, path


# What changes a client


def test_details_are_saved_with_the_version_that_was_seen(staff: Visitor, house: House) -> None:
    form = {
        "kind": "company",
        "name": "Acosta",
        "locale": "pt",
        "version": "7",
        "adviser_id": "",
        "client_since": "2020-01-02",
    }
    answer = staff.post(f"{RECORD}/edit", form)
    assert answer.headers["Location"] == f"{RECORD}?tab=profile"
    sent = body_of(house, "PATCH", f"/portal/v1/accounts/{ACCOUNT}")
    assert (sent["version"], sent["adviser_id"], sent["client_since"], sent["is_test"]) == (
        7,
        None,
        "2020-01-02",
        False,
    )


def test_two_who_change_the_same_are_told_what_the_other_saved(staff: Visitor, house: House) -> None:
    house.answers[("PATCH", f"/portal/v1/accounts/{ACCOUNT}")] = problem(409, "changed_meanwhile")
    form = {
        **{name: str(account()[name]) for name in ("kind", "name", "tax_number", "address", "email", "locale")},
        "address": account()["address"].replace("\n", "\r\n"),  # as a browser sends it
        "phone": "+34 999",
        "version": "6",
        "adviser_id": account()["adviser"]["id"],
        "client_since": "2019-03-01",
    }
    page = staff.post(f"{RECORD}/edit", form)
    assert page.status_code == 422
    assert 'value="+34 999"' in page.text
    assert "Saved at the moment: +34 952 555 200" in page.text
    assert page.text.count("Saved at the moment") == 2  # beside the field and in the summary
    assert 'name="version" value="7"' in page.text


def test_archiving_asks_says_what_is_lost_and_can_be_undone(staff: Visitor, house: House) -> None:
    question = text_of(staff.get(f"{RECORD}/archive"))
    assert "1 person can then no longer sign in" in question
    assert "Nothing is deleted" in question
    staff.post(f"{RECORD}/archive")
    assert body_of(house, "PATCH", f"/portal/v1/accounts/{ACCOUNT}") == {"status": "archived", "version": 7}
    house.answers[("GET", f"/portal/v1/accounts/{ACCOUNT}")] = account(status="archived")
    assert f'action="{RECORD}/restore"' in staff.get(RECORD).text
    staff.post(f"{RECORD}/restore", page=RECORD)
    assert body_of(house, "PATCH", f"/portal/v1/accounts/{ACCOUNT}")["status"] == "active"


# Contact persons


def test_a_contact_person_is_added(staff: Visitor, house: House) -> None:
    form = {
        "name": "Pilar Soto",
        "email": "p@acosta.example",
        "mobile": "+34 612 345 678",
        "locale": "es",
        "timezone": "Europe/Lisbon",
        "role": "signer",
        "invite": "yes",
    }
    answer = staff.post(f"{RECORD}/contacts/new", form)
    assert answer.headers["Location"] == f"{RECORD}?tab=profile"
    assert body_of(house, "POST", f"/portal/v1/accounts/{ACCOUNT}/contacts") == form | {"invite": True}
    assert "An invitation is on its way to Pilar Soto." in text_of(staff.get(f"{RECORD}?tab=profile"))


def test_a_mobile_number_that_none_has_is_explained_beside_it(staff: Visitor, house: House) -> None:
    said = {"mobile": ["Begin with the country code, for example +34 612 345 678."]}
    house.answers[("PATCH", f"/portal/v1/contacts/{ANA}")] = problem(422, "invalid_input", said)
    page = staff.post(f"{RECORD}/contacts/{ANA}", {"name": "Ana", "mobile": "612 345 678", "version": "2"})
    assert page.status_code == 422
    assert 'value="612 345 678"' in page.text
    assert 'id="f-mobile-error"' in page.text
    assert "Begin with the country code" in page.text


def test_the_support_period_stands_in_the_form_only_where_it_is_used(staff: Visitor, house: House) -> None:
    assert "Support end date" not in staff.get(f"{RECORD}/contacts/{ANA}").text
    house.answers[("GET", "/portal/v1/fields")] = {"blocks": fields(inactive=())}
    people = [contact(ANA, "Ana Acosta", "active", support_end="2026-12-31")]
    house.answers[("GET", f"/portal/v1/accounts/{ACCOUNT}")] = account(contacts=people)
    assert 'value="2026-12-31"' in staff.get(f"{RECORD}/contacts/{ANA}").text
    staff.post(f"{RECORD}/contacts/{ANA}", {"name": "Ana", "version": "2", "support_end": "2027-01-31"})
    sent = body_of(house, "PATCH", f"/portal/v1/contacts/{ANA}")
    assert (sent["support_start"], sent["support_end"]) == (None, "2027-01-31")


def test_a_contact_person_is_removed_after_a_question(staff: Visitor, house: House) -> None:
    question = text_of(staff.get(f"{RECORD}/contacts/{ANA}/remove"))
    assert "Remove Ana Acosta?" in question
    assert "They can no longer sign in for this client" in question
    staff.post(f"{RECORD}/contacts/{ANA}/remove")
    assert house.called("DELETE", f"/portal/v1/contacts/{ANA}")


def test_a_contact_person_of_somebody_else_is_not_found(staff: Visitor, house: House) -> None:
    house.answers[("GET", f"/portal/v1/accounts/{ACCOUNT}")] = account(contacts=[])
    assert staff.get(f"{RECORD}/contacts/{PILAR}").status_code == 404


def test_a_service_that_rests_is_told_and_nothing_is_lost(staff: Visitor, house: House) -> None:
    def hangs(_request: Request) -> Any:
        return problem(503, "unavailable")

    house.answers[("GET", f"/portal/v1/accounts/{ACCOUNT}")] = hangs
    page = staff.get(RECORD)
    assert (page.status_code, page.headers["Retry-After"]) == (503, "5")

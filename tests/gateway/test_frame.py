"""The frame around the pages: brand, ways, counts, buttons; it never makes a page fail."""

import pytest

from gateway import navigation
from gateway.app import Gateway
from tests.gateway.conftest import Visitor
from tests.gateway.house import BRAND, CLIENT_SESSION, STAFF_SESSION, SWITCHES, House, home, problem

SHELL = ("GET", "/portal/v1/shell")


def test_every_way_leads_to_a_page(gateway: Gateway) -> None:
    """An item without a page would be left out; here every item of the plan has one."""
    paths = [item.path for item in navigation.PORTAL]
    paths += [item.path for group in navigation.ADMIN for item in group.items]
    assert [path for path in paths if not navigation.has_page(gateway.pages, path)] == []


def test_an_item_without_a_page_is_not_shown(gateway: Gateway) -> None:
    assert not navigation.has_page(gateway.pages, "/nowhere")
    assert not navigation.has_page(gateway.pages, "/language")


@pytest.mark.feature("S23")
def test_the_portal_s_frame(client: Visitor) -> None:
    page = client.get("/home").text
    assert BRAND["banner"] in page
    for path in ("/notifications", "/bookings", "/payments", "/documents", "/requests"):
        assert f'href="{path}"' in page
    assert '<a class="tool" href="/conversations"' in page


@pytest.mark.feature("S19")
@pytest.mark.parametrize("chosen", [["contact", "book"], []])
def test_the_action_buttons_are_those_of_the_firm_in_its_order(
    house: House, client: Visitor, chosen: list[str]
) -> None:
    known = {"book": "Book a meeting", "contact": "Message the firm", "pay": ">Pay<", "documents": "Share documents"}
    house.answers[SHELL] = lambda request: house._shell(request) | {"action_buttons": chosen}
    page = client.get("/payments").text.split('class="aside"')[1]
    found = sorted((page.index(word), name) for name, word in known.items() if word in page)
    assert [name for _place, name in found] == chosen


def test_an_option_that_is_off_has_no_button(house: House, client: Visitor) -> None:
    off = SWITCHES | {"share_documents": False}
    house.answers[SHELL] = lambda request: house._shell(request) | {"switches": off}
    assert "Share documents" not in client.get("/payments").text


def test_the_frame_is_asked_for_once_in_a_while(house: House, client: Visitor) -> None:
    client.get("/bookings")
    client.get("/payments")
    assert len(house.called(*SHELL)) == 1


def test_a_page_survives_without_its_frame(house: House, client: Visitor, staff: Visitor) -> None:
    house.answers[SHELL] = problem(503, "unavailable")
    house.answers[("GET", "/portal/v1/brand")] = problem(503, "unavailable")
    assert client.get("/notifications").status_code == 200
    assert staff.get("/admin/notifications").status_code == 200


def test_the_last_brand_known_stays(house: House, gateway: Gateway, anybody: Visitor) -> None:
    assert "Marín" in anybody.get("/sign-in").text
    house.answers[("GET", "/portal/v1/brand")] = problem(503, "unavailable")
    gateway.pages.extensions["atrio-shell"]._brand.clear()
    assert "Marín" in anybody.get("/sign-in").text


def test_counts_come_with_the_unread_notifications(house: House, client: Visitor, staff: Visitor) -> None:
    counts = client.get("/frame/counts").text
    assert 'id="count-incoming"' in counts
    assert 'id="count-unread"' in counts
    house.answers[("GET", "/notifications/v1/inbox/count")] = problem(503, "unavailable")
    assert client.get("/frame/counts").status_code == 200
    assert 'id="count-work"' in staff.get("/admin/frame/counts").text


def test_staff_sees_only_the_ways_that_are_open_to_them(house: House, staff: Visitor) -> None:
    house.users[STAFF_SESSION]["permissions"] = ["requests.read"]
    page = staff.get("/admin/").text
    assert 'href="/admin/requests"' in page
    assert 'href="/admin/clients"' not in page
    assert 'href="/admin/settings"' not in page


@pytest.mark.feature("S16")
def test_home_shows_what_waits_what_is_new_and_who_it_is(client: Visitor) -> None:
    page = client.get("/home").text
    for words in ("Account details", "Talleres Acosta, S.L.", "B-4418 2270", "Contact persons", "Joaquim Ribeiro"):
        assert words in page
    for words in (
        "Engagement letter 2026",
        "Sign document",
        "2 of 5 received",
        "Due today",
        "€420.00",
        "VAT return Q3.pdf",
    ):
        assert words in page


def test_home_shows_the_announcement(client: Visitor) -> None:
    assert "Office closed on Friday 6 December" in client.get("/home").text


def test_home_without_anything_to_do_says_so(house: House, client: Visitor) -> None:
    house.answers[("GET", "/portal/v1/home")] = home() | {"to_do": [], "announcements": []}
    page = client.get("/home").text
    assert "All done" in page
    assert "Nothing waits for you." in page


def test_reading_a_notification_leads_to_its_page(house: House, client: Visitor) -> None:
    answer = client.post("/notifications/read", {"id": "1", "path": "/documents/1"}, page="/notifications")
    assert answer.headers["Location"] == "/documents/1"
    assert house.called("POST", "/notifications/v1/inbox/read")[0].get_json() == {"ids": ["1"]}
    answer = client.post("/notifications/read", {"path": "//evil.example"}, page="/notifications")
    assert answer.headers["Location"] == "/notifications"


def test_the_mailbox_is_there_only_while_mail_is_captured(house: House) -> None:
    assert "invites you" in Visitor(house.gateway(capture=True)).get("/dev/mailbox").text
    closed = Visitor(house.gateway(capture=False))
    for path in ("/dev/mailbox", "/dev/mailbox/m1", "/dev/mailbox/m1/html", "/dev/components"):
        assert closed.get(path).status_code == 404
    assert "/dev/mailbox" not in closed.get("/").text


def test_a_captured_mail_runs_nothing(anybody: Visitor) -> None:
    policy = anybody.get("/dev/mailbox/m1/html").headers["Content-Security-Policy"]
    assert "sandbox" in policy
    assert "allow-scripts" not in policy
    assert "default-src 'none'" in policy


def test_ready_only_with_its_scripts_and_styles(gateway: Gateway, anybody: Visitor) -> None:
    gateway.pages.extensions["atrio-bundle"]._files = {}
    assert anybody.get("/readyz").status_code == 503
    gateway.pages.extensions["atrio-bundle"]._files = {"app.css": "app-1.css"}
    assert anybody.get("/readyz").status_code == 200


def test_a_redirect_waits_for_scripts_that_ask(client: Visitor) -> None:
    token = client.token("/notifications")
    headers = {"X-CSRF-Token": token, "X-Soft-Redirect": "1"}
    answer = client.client.post("/notifications/read", headers=headers)
    assert (answer.status_code, answer.headers["X-Location"]) == (204, "/notifications")


def test_the_session_of_the_portal_is_not_that_of_the_admin(gateway: Gateway) -> None:
    both = Visitor(gateway, atrio_client=CLIENT_SESSION, atrio_staff=STAFF_SESSION)
    both.post("/admin/sign-out", page="/admin/")
    assert both.get("/home").status_code == 200

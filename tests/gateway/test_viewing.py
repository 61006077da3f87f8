"""View as client: from the client's page, marked on every page, and nothing can be changed (B9)."""

import re

import pytest
from werkzeug import Response

from tests.gateway.archive import DOCUMENT
from tests.gateway.conftest import Visitor
from tests.gateway.directory import ANA, PILAR, REQUEST, SIGN_REQUEST, USER
from tests.gateway.house import ACCOUNT, CLIENT, CLIENT_SESSION, STAFF, STAFF_SESSION, House, moment, problem
from tests.gateway.signing_desk import sit_down
from tests.gateway.test_admin_clients import text_of

VIEW_SESSION = "view-session-token"
BEGIN = f"/admin/clients/{ACCOUNT}/contacts/{ANA}/view"
SERVICE = f"/identity/v1/users/{USER}/view"
BANNER = "Lucía Marín, you view the portal as Ana Acosta (Talleres Acosta, S.L.). Nothing can be changed."
UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}


@pytest.fixture(autouse=True)
def viewed(house: House) -> None:
    """Services with everything in them, and a view that lasts."""
    sit_down(house)
    account = CLIENT["accounts"][0]
    view = CLIENT | {"accounts": [account], "acting": {"id": STAFF["id"], "name": STAFF["name"]}}
    house.users[VIEW_SESSION] = view
    house.answers[("POST", SERVICE)] = {"session": VIEW_SESSION, "expires_at": moment(0.5)}


@pytest.fixture
def viewer(gateway) -> Visitor:
    """Staff who views; the browser also has a session of the client's own."""
    return Visitor(gateway, atrio_staff=STAFF_SESSION, atrio_client=CLIENT_SESSION, atrio_view=VIEW_SESSION)


def changing(house: House) -> list[str]:
    """Return the unsafe calls that reached a service with the view's passport."""
    return [
        f"{call.method} {call.path}"
        for call in house.calls
        if call.method in UNSAFE and call.headers.get("Authorization") == "Bearer passport-of-view"
    ]


def test_the_button_stands_at_each_active_portal_user_and_nowhere_else(staff: Visitor, house: House) -> None:
    page = staff.get(f"/admin/clients/{ACCOUNT}?tab=profile").text
    assert f'href="{BEGIN}"' in page
    assert page.count("View the portal as this person") == 1, "of four people one is active"
    house.users[STAFF_SESSION]["permissions"] = ["clients.read", "clients.write"]
    assert (
        "View the portal as this person"
        not in Visitor(house.gateway(), atrio_staff=STAFF_SESSION).get(f"/admin/clients/{ACCOUNT}?tab=profile").text
    )


@pytest.mark.feature("B9")
def test_staff_sees_the_portal_as_the_client_and_goes_back(staff: Visitor, house: House) -> None:
    assert "For 30 minutes this browser shows the portal as Ana Acosta sees it." in text_of(staff.get(BEGIN))
    begun = staff.post(BEGIN)
    assert (begun.status_code, begun.location) == (303, "/home")
    cookie = next(value for value in begun.headers.getlist("Set-Cookie") if value.startswith("atrio_view="))
    assert all(word in cookie for word in ("HttpOnly", "SameSite=Lax", "Expires="))
    home = staff.get("/home")
    assert BANNER in text_of(home)
    assert "Which car is for the business?" in home.text
    assert staff.get("/admin/clients").status_code == 200, "the staff's own session goes on"
    stopped = staff.post("/view/stop", page="/home")
    assert stopped.location == f"/admin/clients/{ACCOUNT}?tab=profile"
    assert VIEW_SESSION not in house.users, "ended at identity, too"
    assert staff.get("/home").location.startswith("/sign-in"), "no session of a client here"
    assert staff.get("/admin/clients").status_code == 200


def test_only_who_may_and_only_as_an_active_user(staff: Visitor, house: House) -> None:
    assert staff.get(BEGIN.replace(ANA, PILAR)).status_code == 404
    assert staff.post(BEGIN.replace(ANA, PILAR), page=BEGIN).status_code == 404
    house.users[STAFF_SESSION]["permissions"] = ["clients.read", "clients.write"]
    refused = Visitor(house.gateway(), atrio_staff=STAFF_SESSION)
    assert refused.get(BEGIN).status_code == 403
    assert refused.post(BEGIN, page="/admin/clients").status_code == 403
    assert house.called("POST", SERVICE) == []


def paths(gateway, **ids: str) -> list[str]:
    """Return the path of every page of the portal that a GET opens."""
    found = []
    for rule in gateway.pages.url_map.iter_rules():
        path = re.sub(r"<(?:\w+:)?(\w+)>", lambda name: ids.get(name[1], "1"), rule.rule)
        if "GET" in rule.methods and not rule.rule.startswith(("/admin", "/static", "/dev")):
            found.append(path)
    return sorted(set(found))


IDS = {"sign_request_id": SIGN_REQUEST, "request_id": REQUEST, "document_id": DOCUMENT}


def test_no_page_changes_anything_and_each_says_that_somebody_views(viewer: Visitor, house: House, gateway) -> None:
    pages = [path for path in paths(gateway, **IDS) if not path.startswith("/frame/")]
    shown = {path: viewer.get(path) for path in pages}
    assert changing(house) == []
    of_client = {path: page for path, page in shown.items() if "menu-end account-menu" in page.text}
    assert len(of_client) > 8, sorted(shown)
    assert [path for path, page in of_client.items() if BANNER not in text_of(page)] == []


def test_a_client_marks_as_read_what_a_viewer_does_not(viewer: Visitor, client: Visitor, house: House) -> None:
    """The control of the test above: the same pages, opened by the client, count as opened and read."""
    marks = [
        f"/portal/v1/requests/{IDS['request_id']}/read",
        f"/signing/v1/sign-requests/{IDS['sign_request_id']}/view",
    ]
    for visitor, expected in ((viewer, 0), (client, 1)):
        visitor.get(f"/requests/{IDS['request_id']}")
        visitor.get(f"/sign/{IDS['sign_request_id']}")
        assert [len(house.called("POST", mark)) for mark in marks] == [expected, expected]


def test_every_form_is_refused_with_words(viewer: Visitor, house: House, gateway) -> None:
    token = viewer.token("/home")
    refused = 0
    for rule in gateway.pages.url_map.iter_rules():
        if "POST" not in rule.methods or rule.rule.startswith("/admin"):
            continue
        access = gateway.pages.view_functions[rule.endpoint].__atrio_access__
        if access.kind != "client":
            continue
        path = re.sub(r"<(?:\w+:)?(\w+)>", lambda name: IDS.get(name[1], IDS["document_id"]), rule.rule)
        headers = {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin", "X-CSRF-Token": token}
        answer = viewer.client.post(path, data={"csrf_token": token}, headers=headers)
        assert answer.status_code == 403, path
        assert "You are only viewing" in answer.text, path
        refused += 1
    assert refused > 8
    assert changing(house) == []


def test_the_api_is_read_only_too(viewer: Visitor, client: Visitor, house: House) -> None:
    path = "/api/portal/v1/home"
    assert viewer.get(path).status_code == 200
    assert house.called("GET", "/portal/v1/home")[-1].headers["Authorization"] == "Bearer passport-of-view"
    target = f"/api/portal/v1/requests/{IDS['request_id']}/read"
    for visitor, status in ((viewer, 403), (client, 204)):
        house.answers[("POST", f"/portal/v1/requests/{IDS['request_id']}/read")] = Response(status=204)
        headers = {"Origin": "http://localhost", "X-CSRF-Token": visitor.token("/home")}
        answer = visitor.client.post(target, headers=headers)
        assert answer.status_code == status, "control: the client may"
        if status == 403:
            assert answer.json["code"] == "read_only"


@pytest.mark.parametrize("path", ["/profile", "/profile/security", "/profile/sessions", "/profile/security/password"])
def test_what_lets_the_person_in_stays_closed(viewer: Visitor, house: House, path: str) -> None:
    page = viewer.get(path)
    assert page.status_code == 403
    assert "what is personal stays closed" in page.text
    menu = viewer.get("/home").text
    assert 'href="/profile"' not in menu
    assert 'action="/sign-out"' not in menu


def test_a_token_of_another_page_does_not_stop_it(viewer: Visitor, house: House) -> None:
    headers = {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}
    assert viewer.client.post("/view/stop", data={"csrf_token": "x"}, headers=headers).status_code == 403
    assert VIEW_SESSION in house.users


def test_the_clients_own_session_is_there_again_when_the_view_is_over(viewer: Visitor, house: House) -> None:
    assert BANNER in text_of(viewer.get("/home"))
    viewer.post("/view/stop", page="/home")
    page = viewer.get("/home")
    assert page.status_code == 200
    assert BANNER not in text_of(page)
    assert CLIENT_SESSION in house.users


def test_a_view_that_ran_out_is_said_and_forgotten(viewer: Visitor, house: House) -> None:
    del house.users[VIEW_SESSION]
    page = viewer.get("/home")
    assert "You no longer view the portal as a client." in page.text
    assert BANNER not in text_of(page)
    assert "You no longer view" not in viewer.get("/home").text


def test_a_form_of_a_view_that_ran_out_changes_nothing_for_the_client(viewer: Visitor, house: House) -> None:
    """Else what staff typed while viewing would be sent in the name of the client of this browser."""
    token = viewer.token("/home")
    del house.users[VIEW_SESSION]
    viewer.client = Visitor(
        house.gateway(), atrio_client=CLIENT_SESSION, atrio_view=VIEW_SESSION
    ).client  # another process of the gateway, which has kept nothing
    headers = {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}
    answer = viewer.client.post("/profile", data={"csrf_token": token, "locale": "pt"}, headers=headers)
    assert answer.status_code == 403
    assert house.called("PATCH", "/identity/v1/me") == []


def test_signing_out_the_staff_ends_what_the_browser_shows(viewer: Visitor, house: House) -> None:
    viewer.post("/admin/sign-out", page="/admin/clients")
    assert viewer.client.get_cookie("atrio_view") is None
    assert CLIENT_SESSION in house.users


def test_a_person_who_cannot_come_in_is_not_viewed(staff: Visitor, house: House) -> None:
    house.answers[("POST", SERVICE)] = problem(409, "not_viewable")
    answer = staff.post(BEGIN)
    assert (answer.status_code, answer.location) == (303, f"/admin/clients/{ACCOUNT}?tab=profile")
    assert "cannot sign in at the moment, so there is nothing to view" in staff.get(answer.location).text

"""The firm's preferences and brand in the admin, and what of them the portal shows."""

import io
from typing import Any

import pytest
from werkzeug import Response

from tests.gateway.conftest import Visitor
from tests.gateway.house import BRAND, CLIENT, SWITCHES, House, problem
from tests.gateway.test_admin_clients import body_of, text_of

PATH, SERVICE = "/admin/settings/preferences", "/portal/v1/settings"
BRAND_PATH, TEXTS_PATH = "/admin/settings/brand", "/admin/settings/brand/texts"
SHELL, HOME = ("GET", "/portal/v1/shell"), ("GET", "/portal/v1/home")
FIELDS = (
    *("firm_name", "legal_name", "address", "phone", "email", "website", "office_hours"),
    *("accent", "locale", "timezone", "currency"),
)
ON = [name for name, on in SWITCHES.items() if on]


def form(**changes: str) -> dict[str, Any]:
    """Return the form of the preferences as it was opened, with `changes`."""
    opened = {"portal_name": BRAND["portal_name"], "banner": BRAND["banner"], "version": "3"}
    return opened | dict.fromkeys(ON, "yes") | changes


def brand_form(**changes: str) -> dict[str, Any]:
    return {name: BRAND[name] for name in FIELDS} | {"tax_number": "", "version": "3"} | changes


def test_the_settings_begin_with_the_preferences(staff: Visitor) -> None:
    assert staff.get("/admin/settings").headers["Location"] == PATH


@pytest.mark.feature("S22")
def test_the_portals_name_and_link_are_shown_to_copy_and_to_follow(staff: Visitor) -> None:
    page = staff.get(PATH).text
    assert 'name="portal_name" value="Client portal"' in page
    assert '<a href="http://localhost/">http://localhost/</a>' in page
    assert 'data-copy="http://localhost/"' in page


def test_preferences_have_the_two_tabs(staff: Visitor) -> None:
    page = staff.get(PATH).text
    assert f'<a href="{PATH}" aria-current="page">Self-service portal</a>' in page
    assert '<a href="/admin/settings/client-fields">Client fields</a>' in page


@pytest.mark.feature("S23")
def test_the_banner_is_saved_and_stands_at_the_portals_top_left(staff: Visitor, client: Visitor, house: House) -> None:
    staff.post(PATH, form(banner="Back on Monday", banners_es="Volvemos el lunes"))
    sent = body_of(house, "PUT", SERVICE)
    assert (sent["banner"], sent["banners"]) == ("Back on Monday", {"es": "Volvemos el lunes"})
    house.answers[("GET", "/portal/v1/brand")] = BRAND | {"banner": "Back on Monday", "banners": sent["banners"]}
    page = client.get("/home").text
    assert "Back on Monday" in page[page.index('class="firm"') : page.index("topbar-search")]
    house.users["spanish"] = CLIENT | {"locale": "es"}
    assert "Volvemos el lunes" in Visitor(client.client.application, atrio_client="spanish").get("/home").text


def test_every_switch_is_sent_as_it_stands(staff: Visitor, house: House) -> None:
    answer = staff.post(PATH, form(reviews="", prepayment="yes"))
    assert answer.status_code == 303
    sent = body_of(house, "PUT", SERVICE)
    assert sent["version"] == 3
    assert sent["switches"] == SWITCHES | {"reviews": False, "prepayment": True}
    assert set(sent) == {"portal_name", "banner", "banners", "switches", "version"}


PLACES = {
    "prepayment": ("/prepayment", "Make prepayment"),
    "bookings": ("/bookings", "Book appointment"),
    "done_uploading": ("/done-uploading", "Done uploading"),
    "conversations": ("/conversations/new", "New conversation"),
    "questionnaires": ("/questionnaires", "New questionnaire"),
    "jobs": ("/work", "Work in progress"),
}
OFF = dict.fromkeys(SWITCHES, False)


@pytest.mark.parametrize("option", PLACES)
def test_an_option_stands_on_home_and_on_the_phone_only_while_it_is_on(
    client: Visitor, house: House, option: str
) -> None:
    path, word = PLACES[option]
    told = house.answers[HOME](None)
    for on in (True, False):
        switches = OFF | {option: on}
        house.answers[HOME] = told | {"switches": switches, "buttons": []}
        house.answers[SHELL] = lambda request, switches=switches: house._shell(request) | {"switches": switches}
        client.get("/frame/counts")  # asks anew, as each page does after some seconds
        assert (word in text_of(client.get("/home"))) is on
        assert (word in text_of(client.get("/more"))) is on
        if option != "conversations":
            assert client.get(path).status_code == (200 if on else 404)


def test_a_switch_counts_for_the_very_next_page_whatever_was_kept(client: Visitor, house: House) -> None:
    house.answers[("GET", "/portal/v1/reviews")] = {"items": [], "next": None, "figures": None}
    assert client.get("/review").status_code == 200
    assert 'href="/review"' in client.get("/home").text
    house.answers[("GET", "/portal/v1/reviews")] = problem(403, "reviews_off")
    off = SWITCHES | {"reviews": False}
    house.answers[SHELL] = lambda request: house._shell(request) | {"switches": off}
    assert client.get("/review").status_code == 404
    told = house.answers[HOME](None)
    house.answers[HOME] = told | {"switches": off}
    assert 'href="/review"' not in client.get("/home").text


def test_without_sharing_no_page_takes_files(client: Visitor, house: House) -> None:
    assert "Share documents" in client.get("/home").text, "control"
    off = SWITCHES | {"share_documents": False}
    told = house.answers[HOME](None)
    house.answers[HOME] = told | {"switches": off}
    assert "Share documents" not in client.get("/home").text


def test_two_who_save_at_once_see_what_the_other_saved(staff: Visitor, house: House) -> None:
    now = BRAND | {"switches": SWITCHES, "action_buttons": ["book"], "version": 4, "phone": "+34 1"}
    house.answers |= {("PUT", SERVICE): problem(409, "changed_meanwhile"), ("GET", SERVICE): now}
    page = staff.post(BRAND_PATH, brand_form())
    assert page.status_code == 422
    assert "Phone: Saved at the moment: +34 1" in page.text
    assert 'name="version" value="4"' in page.text


def test_a_banner_that_is_too_long_is_said_beside_its_language(staff: Visitor, house: House) -> None:
    house.answers[("PUT", SERVICE)] = problem(422, "invalid_input", {"banners.pt": ["Longer than maximum length 300."]})
    page = staff.post(PATH, form(banners_pt="Kept"))
    assert page.status_code == 422
    assert 'id="f-banners_pt-error"' in page.text
    assert 'value="Kept"' in page.text


@pytest.mark.parametrize("path", [PATH, BRAND_PATH, TEXTS_PATH])
def test_only_who_may_set_the_firm_up_opens_it(staff: Visitor, house: House, path: str) -> None:
    house.users["staff-session-token"]["permissions"] = ["clients.read"]
    assert staff.get(path).status_code == 403


def test_a_colour_that_nobody_can_read_is_explained(staff: Visitor, house: House) -> None:
    hard = "White text on this colour is hard to read (contrast 1.3, at least 4.5 is needed). Choose a darker one."
    house.answers[("PUT", SERVICE)] = problem(422, "invalid_input", {"accent": [hard]})
    page = staff.post(BRAND_PATH, brand_form(accent="#ffe08a", firm_name="Kept"))
    assert 'id="f-accent-error"' in page.text
    assert hard in page.text
    assert 'value="Kept"' in page.text


def test_the_firms_details_are_saved(staff: Visitor, house: House) -> None:
    assert staff.post(BRAND_PATH, brand_form(tax_number="B93555014", timezone="Europe/Lisbon")).status_code == 303
    sent = body_of(house, "PUT", SERVICE)
    assert (sent["version"], sent["tax_number"], sent["timezone"]) == (3, "B93555014", "Europe/Lisbon")


def _send_logo(staff: Visitor, content: bytes) -> Response:
    data = {"csrf_token": staff.token(BRAND_PATH), "logo": (io.BytesIO(content), "logo.png")}
    headers = {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}
    return staff.client.post("/admin/settings/logo", data=data, headers=headers)


def test_a_logo_is_passed_on_and_shown_everywhere(
    staff: Visitor, client: Visitor, anybody: Visitor, house: House
) -> None:
    assert anybody.get("/logo.png").status_code == 404
    logo = ("PUT", "/portal/v1/settings/logo")
    house.answers[logo] = {}
    assert _send_logo(staff, b"picture").status_code == 303
    assert house.called(*logo)[0].get_data() == b"picture"
    house.answers[("GET", "/portal/v1/brand")] = BRAND | {"logo": "5f2d8c1ab0e94c3f"}
    house.answers[("GET", "/portal/v1/brand/logo")] = Response(b"png", content_type="text/html")
    for visitor, path in ((anybody, "/sign-in"), (client, "/home"), (staff, "/admin/")):
        assert 'src="/logo.png?v=5f2d8c1ab0e94c3f"' in visitor.get(path).text
    shown = anybody.get("/logo.png?v=5f2d8c1ab0e94c3f")
    assert (shown.content_type, shown.data) == ("image/png", b"png")
    assert shown.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in shown.headers["Content-Security-Policy"]
    assert "public" in shown.headers["Cache-Control"]
    assert anybody.get("/logo.png?v=other").headers["Cache-Control"] == "no-store"


def test_a_logo_that_is_none_is_said_beside_the_field(staff: Visitor, house: House) -> None:
    house.answers[("PUT", "/portal/v1/settings/logo")] = problem(415, "logo_not_image")
    page = _send_logo(staff, b"<svg/>")
    assert page.status_code == 422
    assert "A logo is a PNG, a JPEG or a WebP." in page.text[page.text.index('id="f-logo-error"') :]
    large = _send_logo(staff, bytes(2 * 1024 * 1024 + 1))
    assert "at most 2 MB" in large.text[large.text.index('id="f-logo-error"') :]
    assert len(house.called("PUT", "/portal/v1/settings/logo")) == 1


def test_public_texts_are_saved_by_language(staff: Visitor, house: House) -> None:
    assert staff.post(TEXTS_PATH, {"version": "3", "terms_en": "# Terms", "sign_in_pt": "Bem-vindo"}).status_code == 303
    texts = body_of(house, "PUT", SERVICE)["texts"]
    assert texts == {"terms": {"en": "# Terms"}, "privacy": {}, "sign_in": {"pt": "Bem-vindo"}}


TEXTS = ("GET", "/portal/v1/brand/texts")


def test_terms_are_what_the_firm_wrote_and_never_a_script(anybody: Visitor, house: House) -> None:
    text = (
        "# Ours\n\n<script>alert(1)</script> **bold** [no](javascript:alert(1)) [no](data:text/html,x) "
        "[yes](https://firm.example/) ![no](https://track.example/x.gif)\n\n<img src=x onerror=alert(1)>"
    )
    house.answers[TEXTS] = {"terms": {"en": text}, "privacy": {}}
    page = anybody.get("/terms").text
    prose = page[page.index('class="prose"') : page.index("</div>", page.index('class="prose"'))]
    assert "<h2>Ours</h2>" in prose
    assert "<strong>bold</strong>" in prose
    assert '<a href="https://firm.example/" rel="external noopener noreferrer">yes</a>' in prose
    for bad in ("<script", "<img", 'href="javascript', 'href="data'):
        assert bad not in prose
    assert "The portal sets only the cookies" in anybody.get("/privacy").text, "ours where the firm wrote none"


def test_terms_are_there_while_the_portal_service_is_not(anybody: Visitor, house: House) -> None:
    house.answers[TEXTS] = problem(503, "unavailable")
    assert "engagement letter" in anybody.get("/terms").text


def test_the_sign_in_page_greets_in_the_language_of_the_page(anybody: Visitor, house: House) -> None:
    house.answers[("GET", "/portal/v1/brand")] = BRAND | {"sign_in_text": {"pt": "Bem-vindo", "en": "Welcome **back**"}}
    assert "Welcome <strong>back</strong>" in anybody.get("/sign-in").text
    assert "Bem-vindo" in anybody.get("/sign-in", headers={"Accept-Language": "pt-PT"}).text

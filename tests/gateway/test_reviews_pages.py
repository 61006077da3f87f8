"""Pages of reviews: the client's, the link's, and the firm's (S25, S37 to S40, B20)."""

from typing import Any

import pytest
from werkzeug import Response

from tests.gateway.conftest import Visitor
from tests.gateway.house import ACCOUNT, CLIENT, STAFF, House, home, moment, problem
from tests.gateway.test_admin_clients import body_of, text_of

ID = "0192a000-0000-7000-8000-000000000a01"
REVIEWS, LINKS = "/portal/v1/reviews", "/portal/v1/review-links"
OF_ACCOUNT = f"/portal/v1/accounts/{ACCOUNT}"
HOME, TOKEN = ("GET", "/portal/v1/home"), "live-token-of-the-link"
PERSON = {"kind": "client", "id": CLIENT["id"], "name": "Ana Acosta"}
LUCIA = {"kind": "staff", "id": STAFF["id"], "name": "Lucía Marín"}
FIGURES = {"total": 3, "average": 4.33, "by_stars": {"1": 0, "2": 0, "3": 1, "4": 0, "5": 2}}


def review(**more: Any) -> dict[str, Any]:
    """Return a review as the portal service tells one."""
    return {
        "id": ID,
        "account_id": ACCOUNT,
        "account_name": "Talleres Acosta, S.L.",
        "contact_id": CLIENT["contact_id"],
        "by": PERSON,
        "day": "2026-11-20",
        "stars": 4,
        "comment": "Quick <b>and</b>\nclear.",
        "created_at": moment(-3),
        "updated_at": moment(-3),
        "answer": None,
        "answered_by": None,
        "answered_at": None,
    } | more


ANSWERED = {"answer": "Thank you, Ana.", "answered_by": LUCIA, "answered_at": moment(-1)}


def furnish(house: House) -> None:
    """Let the portal service of `house` have a review."""
    house.answers |= {
        ("GET", REVIEWS): lambda _request: {"items": [review()], "next": None, "figures": FIGURES},
        ("POST", REVIEWS): lambda _request: review(),
        ("GET", f"{REVIEWS}/{ID}"): lambda _request: review(),
        ("POST", f"{REVIEWS}/{ID}/answer"): lambda _request: review(**ANSWERED),
        ("POST", f"{LINKS}/inspect"): {"name": "Ana Acosta", "locale": "en", "status": "open"},
        ("POST", f"{LINKS}/submit"): {"id": ID, "stars": 5, "comment": "", "created_at": moment(0)},
        ("GET", f"{OF_ACCOUNT}/reviews"): {"figures": FIGURES, "latest": [review()], "open_requests": []},
    }


@pytest.fixture(autouse=True)
def furnished(house: House) -> None:
    furnish(house)


def test_the_client_rates_by_one_of_five_radio_buttons(client: Visitor, house: House) -> None:
    page = client.get("/review")
    assert page.text.count('type="radio" name="stars"') == 5
    words = text_of(page)
    assert "How would you rate our service?" in words
    assert "Submit review" in words
    assert "&lt;b&gt;and&lt;/b&gt;" in page.text, "what was written is text"
    answer = client.post("/review", {"stars": "4", "comment": "Fine"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/review")
    assert body_of(house, "POST", REVIEWS) == {"stars": 4, "comment": "Fine"}


@pytest.mark.parametrize("stars", ["", "0", "6", "many"])
def test_without_stars_the_typed_comment_is_kept(client: Visitor, house: House, stars: str) -> None:
    answer = client.post("/review", {"stars": stars, "comment": "Long thoughts"})
    assert answer.status_code == 422
    assert "Choose 1 to 5 stars." in answer.text
    assert "Long thoughts" in answer.text
    assert house.called("POST", REVIEWS) == []


def test_a_review_that_is_answered_already_stays(client: Visitor, house: House) -> None:
    house.answers[("POST", REVIEWS)] = problem(409, "answered_already")
    answer = client.post("/review", {"stars": "1", "comment": "Hm"})
    assert answer.status_code == 422
    assert "This review is answered already" in answer.text


def test_the_firms_answer_stands_beside_the_review(client: Visitor, house: House) -> None:
    house.answers[("GET", REVIEWS)] = {"items": [review(**ANSWERED)], "next": None, "figures": None}
    words = text_of(client.get("/review"))
    assert "Lucía Marín answered" in words
    assert "Thank you, Ana." in words


def test_a_link_is_looked_at_without_being_used_up(anybody: Visitor, house: House) -> None:
    for _look in range(3):
        page = anybody.get(f"/rate/{TOKEN}?stars=5")
        assert page.status_code == 200
        assert anybody.client.head(f"/rate/{TOKEN}?stars=5").status_code == 200
    assert 'value="5" required checked' in page.text
    assert page.headers["Cache-Control"] == "no-store"
    assert house.called("POST", f"{LINKS}/submit") == []
    answer = anybody.post(f"/rate/{TOKEN}", {"stars": "5", "comment": ""})
    assert "Thank you for your review" in answer.text
    assert body_of(house, "POST", f"{LINKS}/submit") == {"token": TOKEN, "stars": 5, "comment": ""}


def test_the_links_calls_are_made_with_the_gateways_own_token(anybody: Visitor, house: House) -> None:
    anybody.get(f"/rate/{TOKEN}")
    (call,) = house.called("POST", f"{LINKS}/inspect")
    assert call.headers["Authorization"] == "Bearer service-token"
    answer = anybody.client.post("/api/portal/v1/review-links/inspect", json={"token": TOKEN})
    assert answer.status_code in (401, 403, 404), "nobody else makes them"
    assert len(house.called("POST", f"{LINKS}/inspect")) == 1


@pytest.mark.parametrize("status", ["answered", "revoked", "expired"])
def test_a_link_that_is_over_says_so(anybody: Visitor, house: House, status: str) -> None:
    house.answers[("POST", f"{LINKS}/inspect")] = {"name": "Ana", "locale": "en", "status": status}
    page = anybody.get(f"/rate/{TOKEN}")
    assert page.status_code == 410
    assert ("Your review has arrived already" in page.text) == (status == "answered")
    assert 'name="stars"' not in page.text


def test_a_link_that_is_used_up_meanwhile_says_so(anybody: Visitor, house: House) -> None:
    page = anybody.get(f"/rate/{TOKEN}")
    assert page.status_code == 200
    house.answers[("POST", f"{LINKS}/submit")] = problem(410, "link_over")
    answer = anybody.post(f"/rate/{TOKEN}", {"stars": "5"})
    assert answer.status_code == 410


def test_switched_off_no_page_is_there(client: Visitor, staff: Visitor, anybody: Visitor, house: House) -> None:
    pages = [(client, "/review"), (staff, "/admin/reviews"), (staff, f"/admin/reviews/{ID}"), (anybody, "/rate/x")]
    for visitor, path in pages:
        assert visitor.get(path).status_code == 200, path
    furnish_profile(house)
    assert "Request review" in staff.get(f"/admin/clients/{ACCOUNT}?tab=profile").text
    for key in [key for key in house.answers if "review" in key[1]]:
        house.answers[key] = problem(403, "reviews_off")
    for visitor, path in pages:
        assert visitor.get(path).status_code == 404, path
    assert "Request review" not in staff.get(f"/admin/clients/{ACCOUNT}?tab=profile").text


def furnish_profile(house: House) -> None:
    """Let there be a client to look at."""
    from tests.gateway import directory

    directory.move_in(house)


def test_an_open_request_stands_on_home_at_the_top_of_account_details(client: Visitor, house: House) -> None:
    assert "asks how you rate our service" not in client.get("/home").text, "the control"
    asked = {"id": ID, "requested_by": LUCIA, "requested_at": moment(-2)}
    item = {"kind": "review", "id": ID, "title": "", "due_on": None, "asked_by": LUCIA, "done": 0, "total": 0}
    found = home()
    found["to_do"].append(item | {"pages": None})
    house.answers[HOME] = found | {"review_request": asked}
    words = text_of(client.get("/home"))
    details = words.partition("Account details")[2]
    assert details.strip().startswith("Lucía Marín asks how you rate our service.")
    assert "How would you rate our service?" in words.partition("Account details")[0]


def test_the_firms_list_has_figures_filters_and_a_way_to_each(staff: Visitor, house: House) -> None:
    page = staff.get("/admin/reviews?stars=4&state=unanswered&q=quick")
    words = text_of(page)
    assert "4.33 of 5, from 3 reviews" in " ".join(words.split())
    assert f"/admin/reviews/{ID}" in page.text
    asked = house.called("GET", REVIEWS)[0].args
    assert (asked["stars"], asked["state"], asked["q"]) == ("4", "unanswered", "quick")
    assert staff.get("/admin/reviews?stars=many&state=odd").status_code == 200


def test_the_firm_answers(staff: Visitor, house: House) -> None:
    path = f"/admin/reviews/{ID}"
    empty = staff.post(f"{path}/answer", {"answer": " "}, page=path)
    assert (empty.status_code, "Write your answer." in empty.text) == (422, True)
    sent = staff.post(f"{path}/answer", {"answer": "Thank you."}, page=path)
    assert (sent.status_code, body_of(house, "POST", f"{REVIEWS}/{ID}/answer")) == (303, {"answer": "Thank you."})
    house.answers[("GET", f"{REVIEWS}/{ID}")] = review(**ANSWERED)
    assert 'name="answer"' not in staff.get(path).text


def test_staff_asks_those_whom_it_ticks(staff: Visitor, house: House) -> None:
    furnish_profile(house)
    path, who = f"/admin/clients/{ACCOUNT}/request-review", CLIENT["contact_id"]
    assert "Client reviews" in staff.get(f"/admin/clients/{ACCOUNT}?tab=profile").text
    nobody = staff.post(path, {})
    assert (nobody.status_code, "Choose at least one person." in nobody.text) == (422, True)
    items = [{"contact_id": who, "name": "Ana Acosta", "result": "sent"}]
    house.answers[("POST", f"{OF_ACCOUNT}/review-requests")] = {"items": items}
    answer = staff.post(path, {"contact_ids": [who]})
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/admin/clients/{ACCOUNT}?tab=profile")
    assert body_of(house, "POST", f"{OF_ACCOUNT}/review-requests") == {"contact_ids": [who]}
    assert "Ana Acosta will get an e-mail" in staff.get("/admin/reviews").text


def test_who_only_reads_is_offered_no_act(staff: Visitor, house: House) -> None:
    house.users["staff-session-token"]["permissions"] = ["clients.read"]
    assert 'name="answer"' not in staff.get(f"/admin/reviews/{ID}").text
    answer: Response = staff.get(f"/admin/clients/{ACCOUNT}/request-review")
    assert answer.status_code == 403

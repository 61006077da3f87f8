"""What clients say of the service: rating, being asked, being answered, and none of it (S25, S37 to S40, B20)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine
from sqlalchemy import select

from services.chassis import clock
from services.chassis.database import new_id
from services.chassis.secrets import hash_token
from services.chassis.testing.harness import Browser, Harness
from services.portal.reviews.models import Review, ReviewRequest
from tests.portal.conftest import Client, errors_of, user_of

PATH = "/v1/reviews"


@pytest.fixture
def gateway(portal: Harness) -> Browser:
    """The gateway, which alone uses links."""
    return portal.peer("gateway")


def rate(client: Client, stars: int = 4, comment: str = "Quick and clear.") -> dict[str, Any]:
    answer = client.browser.post(PATH, json={"stars": stars, "comment": comment})
    assert answer.status_code == 201, answer.json
    made: dict[str, Any] = answer.json
    return made


def ask(staff: Browser, client: Client) -> list[str]:
    answer = staff.post(
        f"/v1/accounts/{client.account_id}/review-requests", json={"contact_ids": [str(client.contact_id)]}
    )
    assert answer.status_code == 200, answer.json
    return [item["result"] for item in answer.json["items"]]


def link_of(portal: Harness) -> str:
    """Return the token in the newest link that was sealed for notifications."""
    sealed = portal.recorded("portal.review.requested.v1")[-1].data["link"]
    return portal.open_sealed("notifications", sealed).rpartition("/rate/")[2]


def on_home(client: Client) -> tuple[Any, list[str]]:
    home = client.browser.get("/v1/home").json
    return home["review_request"], [item["kind"] for item in home["to_do"]]


def switch(staff: Browser, on: bool) -> None:
    version = staff.get("/v1/settings").json["version"]
    assert staff.put("/v1/settings", json={"version": version, "switches": {"reviews": on}}).status_code == 200


def history(staff: Browser, client: Client) -> list[tuple[str, str]]:
    entries = staff.get(f"/v1/accounts/{client.account_id}/activity").json["items"]
    return [(entry["kind"], entry["title"]) for entry in entries if entry["kind"].startswith("review")]


def test_a_client_rates_and_staff_finds_it(portal: Harness, staff: Browser, acosta: Client, stranger: Client) -> None:
    made = rate(acosta, 4, "Quick and\nclear.")
    (listed,) = staff.get(PATH).json["items"]
    assert (listed["stars"], listed["comment"], listed["by"]["name"]) == (4, "Quick and\nclear.", "Ana Acosta")
    assert listed["account_name"] == "Talleres Acosta, S.L."
    assert history(staff, acosta) == [("review.submitted", "4 Quick and\nclear.")]
    (event,) = portal.recorded("portal.review.submitted.v1")
    assert (event.data["stars"], str(event.data["id"])) == (4, made["id"])
    assert [item["id"] for item in acosta.browser.get(PATH).json["items"]] == [made["id"]]
    assert stranger.browser.get(PATH).json["items"] == []
    assert stranger.browser.get(f"{PATH}/{made['id']}").status_code == 404


def test_on_the_same_day_it_is_changed_and_on_the_next_it_is_a_new_one(
    portal: Harness, staff: Browser, acosta: Client
) -> None:
    first = rate(acosta, 2)
    assert rate(acosta, 2)["id"] == first["id"], "a form that was sent twice"
    assert len(portal.recorded("portal.review.submitted.v1")) == 1
    assert rate(acosta, 5)["id"] == first["id"]
    assert [event.data["version"] for event in portal.recorded("portal.review.submitted.v1")] == [1, 2]
    with portal.database.unit_of_work() as session:
        review = session.scalars(select(Review)).one()
        review.day -= timedelta(days=1)
    assert rate(acosta, 3)["id"] != first["id"]
    figures = staff.get(PATH).json["figures"]
    assert (figures["total"], figures["average"]) == (2, 4.0)
    assert figures["by_stars"] == {"1": 0, "2": 0, "3": 1, "4": 0, "5": 1}


@pytest.mark.parametrize("stars", [0, 6, -1, "many", None, 2.5])
def test_there_are_one_to_five_stars(acosta: Client, stars: Any) -> None:
    assert errors_of(acosta.browser.post(PATH, json={"stars": stars}))["stars"]


def test_the_list_is_filtered_searched_and_paged(staff: Browser, acosta: Client, stranger: Client) -> None:
    rate(acosta, 5, "Marvellous")
    rate(stranger, 1, "Slow")
    stars = [item["stars"] for item in staff.get(f"{PATH}?stars=1").json["items"]]
    assert stars == [1]
    assert [item["stars"] for item in staff.get(f"{PATH}?q=marvel").json["items"]] == [5]
    assert len(staff.get(f"{PATH}?account_id={acosta.account_id}").json["items"]) == 1
    first = staff.get(f"{PATH}?limit=1").json
    rest = staff.get(f"{PATH}?limit=1&cursor={first['next']}").json
    assert [item["stars"] for item in first["items"] + rest["items"]] == [1, 5]
    assert staff.get(f"{PATH}?cursor=broken").status_code == 422
    assert staff.get(f"{PATH}?state=answered").json["items"] == []


def test_a_test_client_is_listed_and_not_counted(staff: Browser, acosta: Client) -> None:
    rate(acosta, 1)
    path = f"/v1/accounts/{acosta.account_id}"
    version = staff.get(path).json["version"]
    assert staff.patch(path, json={"version": version, "is_test": True}).status_code == 200
    listed = staff.get(PATH).json
    assert (len(listed["items"]), listed["figures"]["total"]) == (1, 0)


def test_staff_answers_once_and_the_client_sees_it(portal: Harness, staff: Browser, acosta: Client) -> None:
    made = rate(acosta)
    answered = staff.post(f"{PATH}/{made['id']}/answer", json={"answer": "Thank you."})
    assert (answered.status_code, answered.json["answer"]) == (200, "Thank you.")
    again = staff.post(f"{PATH}/{made['id']}/answer", json={"answer": "Another."})
    assert (again.status_code, again.json["code"]) == (409, "answered_already")
    (event,) = portal.recorded("portal.review.answered.v1")
    assert (event.data["email"], event.data["answer"]) == ("ana@acosta.example", "Thank you.")
    assert acosta.browser.get(PATH).json["items"][0]["answer"] == "Thank you."
    changed = acosta.browser.post(PATH, json={"stars": 1})
    assert (changed.status_code, changed.json["code"]) == (409, "answered_already"), "it would answer something else"
    assert staff.post(f"{PATH}/{new_id()}/answer", json={"answer": "Nobody"}).status_code == 404


def test_who_sees_assigned_clients_only_sees_and_answers_no_other(
    portal: Harness, staff: Browser, acosta: Client
) -> None:
    made = rate(acosta)
    agent = portal.staff("clients.read", "clients.write", assigned_only=True)
    assert agent.get(PATH).json["items"] == []
    assert agent.get(PATH).json["figures"]["total"] == 0
    assert agent.get(f"{PATH}/{made['id']}").status_code == 404
    assert agent.post(f"{PATH}/{made['id']}/answer", json={"answer": "Hello"}).status_code == 404
    assert agent.get(f"/v1/accounts/{acosta.account_id}/reviews").status_code == 404


def test_a_request_is_a_sealed_link_whose_hash_alone_is_kept(portal: Harness, staff: Browser, acosta: Client) -> None:
    assert ask(staff, acosta) == ["sent"]
    (event,) = portal.recorded("portal.review.requested.v1")
    token = link_of(portal)
    assert len(token) >= 43
    assert token not in event.to_bytes().decode()
    assert portal.open_sealed("notifications", event.data["link"]) == f"https://portal.example/rate/{token}"
    with portal.database.reading() as session:
        assert session.scalars(select(ReviewRequest.token_hash)).all() == [hash_token(token)]
    summary = staff.get(f"/v1/accounts/{acosta.account_id}/reviews")
    assert token not in summary.text
    assert [entry["name"] for entry in summary.json["open_requests"]] == ["Ana Acosta"]
    assert history(staff, acosta) == [("review.requested", "Ana Acosta")]


def test_looking_at_the_link_never_uses_it_up_and_rating_does_once(
    portal: Harness, staff: Browser, acosta: Client, gateway: Browser
) -> None:
    ask(staff, acosta)
    token = {"token": link_of(portal)}
    for _look in range(5):
        assert gateway.post("/v1/review-links/inspect", json=token).json["status"] == "open"
    answer = gateway.post("/v1/review-links/submit", json=token | {"stars": 5, "comment": "Fine"})
    assert (answer.status_code, answer.json["stars"]) == (201, 5)
    assert gateway.post("/v1/review-links/inspect", json=token).json["status"] == "answered"
    again = gateway.post("/v1/review-links/submit", json=token | {"stars": 1})
    assert (again.status_code, again.json["code"]) == (410, "link_over")
    (listed,) = staff.get(PATH).json["items"]
    assert (listed["stars"], listed["by"]["name"]) == (5, "Ana Acosta")


def test_what_is_wrong_with_a_review_leaves_the_link_as_it_is(
    portal: Harness, staff: Browser, acosta: Client, gateway: Browser
) -> None:
    ask(staff, acosta)
    token = {"token": link_of(portal)}
    assert gateway.post("/v1/review-links/submit", json=token | {"stars": 9}).status_code == 422
    assert gateway.post("/v1/review-links/inspect", json=token).json["status"] == "open"


@pytest.mark.parametrize("token", ["", "x", "ñ" * 100, "a" * 43, "x" * 201])
def test_a_made_up_link_is_none(gateway: Browser, token: str) -> None:
    assert gateway.post("/v1/review-links/inspect", json={"token": token}).status_code in (404, 422)
    assert gateway.post("/v1/review-links/submit", json={"token": token, "stars": 3}).status_code in (410, 422)


def test_only_the_gateway_uses_links(portal: Harness, staff: Browser, acosta: Client) -> None:
    for caller in (staff, acosta.browser, portal.peer("documents"), portal.anyone()):
        for act in ("inspect", "submit"):
            assert caller.post(f"/v1/review-links/{act}", json={"token": "x", "stars": 1}).status_code in (401, 403)


def test_nobody_is_asked_twice_a_day_and_a_new_link_ends_the_one_before(
    portal: Harness, staff: Browser, acosta: Client, gateway: Browser
) -> None:
    assert ask(staff, acosta) == ["sent"]
    old = {"token": link_of(portal)}
    assert ask(staff, acosta) == ["asked_lately"]
    assert gateway.post("/v1/review-links/inspect", json=old).json["status"] == "open"
    _age(portal, timedelta(days=1, minutes=1))
    assert ask(staff, acosta) == ["sent"]
    assert gateway.post("/v1/review-links/inspect", json=old).json["status"] == "revoked"
    assert gateway.post("/v1/review-links/submit", json=old | {"stars": 1}).status_code == 410
    new = {"token": link_of(portal)}
    assert gateway.post("/v1/review-links/submit", json=new | {"stars": 5}).status_code == 201


def test_a_link_ends_by_itself(portal: Harness, staff: Browser, acosta: Client, gateway: Browser) -> None:
    ask(staff, acosta)
    token = {"token": link_of(portal)}
    with portal.database.unit_of_work() as session:
        session.scalars(select(ReviewRequest)).one().expires_at = clock.now() - timedelta(seconds=1)
    assert gateway.post("/v1/review-links/inspect", json=token).json["status"] == "expired"
    assert gateway.post("/v1/review-links/submit", json=token | {"stars": 5}).status_code == 410
    assert on_home(acosta) == (None, [])


def _age(portal: Harness, span: timedelta) -> None:
    with portal.database.unit_of_work() as session:
        for request in session.scalars(select(ReviewRequest)):
            request.requested_at -= span


def test_an_open_request_stands_on_home_until_it_is_answered_there(
    portal: Harness, staff: Browser, acosta: Client, gateway: Browser, make_client: Callable[..., Client]
) -> None:
    assert on_home(acosta) == (None, [])
    ask(staff, acosta)
    asked, to_do = on_home(acosta)
    assert (asked["requested_by"]["name"], to_do) == ("Lucía Marín", ["review"])
    colleague = portal.client(acosta.account_id, contact_id=new_id(), name="Bruno")
    assert colleague.get("/v1/home").json["review_request"] is None, "somebody else was asked"
    rate(acosta)
    assert on_home(acosta) == (None, [])
    token = {"token": link_of(portal)}
    assert gateway.post("/v1/review-links/inspect", json=token).json["status"] == "answered"


def test_by_the_link_or_signed_in_it_is_the_same_person(
    portal: Harness, staff: Browser, acosta: Client, gateway: Browser
) -> None:
    portal.deliver("identity.user.saved.v1", user_of(acosta))
    made = rate(acosta, 3)
    ask(staff, acosta)
    gateway.post("/v1/review-links/submit", json={"token": link_of(portal), "stars": 4, "comment": "Better"})
    (listed,) = staff.get(PATH).json["items"]
    assert (listed["id"], listed["stars"], listed["by"]["id"]) == (made["id"], 4, str(acosta.user_id))


def test_only_people_of_the_client_are_asked(staff: Browser, acosta: Client, stranger: Client) -> None:
    path = f"/v1/accounts/{acosta.account_id}/review-requests"
    for ids in ([], [str(stranger.contact_id)], [str(acosta.contact_id), str(new_id())]):
        assert errors_of(staff.post(path, json={"contact_ids": ids}))["contact_ids"]
    assert staff.post(f"/v1/accounts/{new_id()}/review-requests", json={"contact_ids": []}).status_code == 404
    version = staff.get(f"/v1/accounts/{acosta.account_id}").json["version"]
    staff.patch(f"/v1/accounts/{acosta.account_id}", json={"version": version, "status": "archived"})
    refused = staff.post(path, json={"contact_ids": [str(acosta.contact_id)]})
    assert (refused.status_code, refused.json["code"]) == (409, "account_archived")


def test_switched_off_there_is_no_review_anywhere(
    portal: Harness, staff: Browser, acosta: Client, gateway: Browser
) -> None:
    made = rate(acosta)
    _yesterday(portal)
    ask(staff, acosta)
    token = {"token": link_of(portal)}
    calls: list[tuple[Browser, str, str, Any]] = [
        (gateway, "POST", "/v1/review-links/inspect", token),
        (gateway, "POST", "/v1/review-links/submit", token | {"stars": 5}),
        (acosta.browser, "GET", PATH, None),
        (acosta.browser, "POST", PATH, {"stars": 5}),
        (acosta.browser, "GET", f"{PATH}/{made['id']}", None),
        (staff, "GET", PATH, None),
        (staff, "GET", f"{PATH}/{made['id']}", None),
        (staff, "POST", f"{PATH}/{made['id']}/answer", {"answer": "Thank you"}),
        (staff, "GET", f"/v1/accounts/{acosta.account_id}/reviews", None),
        (staff, "POST", f"/v1/accounts/{acosta.account_id}/review-requests", {"contact_ids": [str(acosta.contact_id)]}),
    ]
    assert on_home(acosta)[0] is not None
    switch(staff, False)
    for caller, method, path, body in calls:
        refused = caller.open(method, path, json=body)
        assert (refused.status_code, refused.json["code"]) == (403, "reviews_off"), path
    assert on_home(acosta) == (None, [])
    assert history(staff, acosta) == []
    switch(staff, True)  # the control: the same calls are taken
    for caller, method, path, body in calls:
        assert caller.open(method, path, json=body).status_code in (200, 201), path
    assert len(history(staff, acosta)) > 1


def _yesterday(portal: Harness) -> None:
    with portal.database.unit_of_work() as session:
        for review in session.scalars(select(Review)):
            review.day -= timedelta(days=1)


def test_the_day_is_the_firms(portal: Harness, staff: Browser, acosta: Client) -> None:
    version = staff.get("/v1/settings").json["version"]
    staff.put("/v1/settings", json={"version": version, "timezone": "Pacific/Auckland"})
    with time_machine.travel("2026-12-01T12:30:00+00:00", tick=False):
        browser = portal.client(acosta.account_id, contact_id=acosta.contact_id, id=UUID(str(acosta.user_id)))
        assert browser.post(PATH, json={"stars": 5}).json["day"] == "2026-12-02"

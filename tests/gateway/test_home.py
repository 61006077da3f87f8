"""Home at the gateway: one question to one service, whatever the others do."""

from collections.abc import Iterator
from threading import Event

import pytest
from werkzeug import Request

from gateway.settings import SERVICES
from services.chassis.database import new_id
from tests.gateway.conftest import Visitor
from tests.gateway.house import House, day, home, problem

HOME = ("GET", "/portal/v1/home")


@pytest.fixture
def whole(house: House) -> None:
    """The portal service brings the frame with Home."""

    def told(request: Request) -> object:
        return home() | {"shell": house._shell(request)}

    house.answers[HOME] = told


@pytest.fixture
def hung(house: House) -> Iterator[list[str]]:
    """The other services take calls and never answer; those that came."""
    came: list[str] = []
    over = Event()

    def wait(request: Request) -> object:
        came.append(request.path)
        over.wait(20)
        return problem(503, "unavailable")

    for service in SERVICES:
        if service not in ("portal", "identity"):
            house.answers |= {key: wait for key in list(house.answers) if key[1].startswith(f"/{service}/")}
    yield came
    over.set()


def asked(house: House) -> list[str]:
    """Return what was asked, but for who the visitor is."""
    return [call.path for call in house.calls if not call.path.startswith("/identity/")]


@pytest.mark.usefixtures("whole")
def test_home_is_one_question(house: House, client: Visitor) -> None:
    page = client.get("/home")
    assert "Engagement letter 2026" in page.text
    assert 'id="count-incoming" class="side-count"><span class="count ">3<' in page.text
    assert sorted(asked(house)) == ["/portal/v1/brand", HOME[1]]  # the brand is kept for all visitors
    house.calls.clear()
    for _again in range(3):
        assert client.get("/home").status_code == 200
    assert asked(house) == [HOME[1]] * 3
    house.calls.clear()
    client.get("/more")
    assert asked(house) == []


@pytest.mark.usefixtures("whole")
def test_home_waits_for_no_other_service(client: Visitor, hung: list[str]) -> None:
    page = client.get("/home")
    assert page.status_code == 200
    assert "Bank statements, third quarter" in page.text
    assert hung == []


def test_the_list_says_what_is_overdue_and_is_asked_for_anew(house: House, client: Visitor) -> None:
    late = home()["to_do"][0] | {"id": str(new_id()), "title": "The old letter", "due_on": day(-3)}
    house.answers[HOME] = home() | {"to_do": [late]}
    page = client.get("/home").text
    assert "Overdue since" in page
    assert 'data-fresh hx-get="/home"' in page
    house.answers[HOME] = home() | {"to_do": [], "announcements": []}
    page = client.get("/home").text
    assert "Overdue since" not in page
    assert "All done" in page


def test_who_only_signs_is_shown_nothing_of_the_account(house: House, client: Visitor) -> None:
    house.answers[HOME] = home() | {"account": None}
    page = client.get("/home")
    assert page.status_code == 200
    assert "Account details" not in page.text

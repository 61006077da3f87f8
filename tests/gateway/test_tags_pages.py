"""Settings > Tags: added, renamed, recoloured, merged, deleted."""

import pytest

from tests.gateway import client_files, directory
from tests.gateway.conftest import Visitor
from tests.gateway.directory import TAG
from tests.gateway.house import STAFF_SESSION, House, problem

PAGE, ONE = "/admin/settings/tags", f"/admin/settings/tags/{TAG['id']}"
OTHER = {"id": "0192a000-0000-7000-8000-0000000000f9", "name": "Late payer <i>", "color": "red", "accounts": 0}
TAGS = ("GET", "/portal/v1/tags")


def furnish(house: House) -> None:
    """Let the portal service of `house` have two tags."""
    client_files.move_in(directory.move_in(house))
    house.answers[TAGS] = {"items": [OTHER, TAG | {"accounts": 12}]}


@pytest.fixture(autouse=True)
def tags(house: House) -> None:
    furnish(house)


def test_every_tag_stands_there_with_its_clients(staff: Visitor, house: House) -> None:
    page = staff.get(PAGE).text
    assert "Late payer &lt;i&gt;" in page
    assert f'href="/admin/clients?tag={TAG["id"]}" aria-label="12 clients with the tag VIP">12<' in page
    assert dict(house.called(*TAGS)[-1].args) == {"counted": "true"}
    house.answers[TAGS] = {"items": []}
    assert "No tags yet" in staff.get(PAGE).text


def test_a_tag_is_added_and_what_was_typed_stays(staff: Visitor, house: House) -> None:
    adding = ("POST", "/portal/v1/tags")
    house.answers[adding] = problem(422, "invalid", {"name": ["Another tag has this name."]})
    page = staff.post(f"{PAGE}/new", {"name": "vip", "color": "teal"})
    assert page.status_code == 422
    assert 'value="vip"' in page.text
    assert '<option value="teal" selected>' in page.text
    assert "Another tag has this name." in page.text
    house.answers[adding] = {"id": OTHER["id"]}
    assert staff.post(f"{PAGE}/new", {"name": "New", "color": "teal"}).headers["Location"] == PAGE
    assert house.called(*adding)[-1].get_json() == {"name": "New", "color": "teal"}


def test_a_tag_is_renamed_and_recoloured(staff: Visitor, house: House) -> None:
    page = staff.get(ONE).text
    assert 'value="VIP"' in page
    assert "12 clients have it." in page
    change = ("PATCH", f"/portal/v1/tags/{TAG['id']}")
    house.answers[change] = TAG
    assert staff.post(ONE, {"name": "Important", "color": "red"}).status_code == 303
    assert house.called(*change)[-1].get_json() == {"name": "Important", "color": "red"}
    house.answers[TAGS] = {"items": [OTHER]}
    assert staff.get(ONE).status_code == 404


def test_two_tags_become_one(staff: Visitor, house: House) -> None:
    page = staff.get(f"{ONE}/merge").text
    assert "Late payer" in page
    assert f'value="{TAG["id"]}"' not in page
    assert "Choose a tag." in staff.post(f"{ONE}/merge", {"into_id": ""}).text
    merge = ("POST", f"/portal/v1/tags/{TAG['id']}/merge")
    house.answers[merge] = OTHER
    assert staff.post(f"{ONE}/merge", {"into_id": OTHER["id"]}).headers["Location"] == PAGE
    assert house.called(*merge)[-1].get_json() == {"into_id": OTHER["id"]}
    assert "The tags are one now" in staff.get(PAGE).text


def test_a_tag_is_deleted_after_a_question(staff: Visitor, house: House) -> None:
    assert "It goes off 12 clients." in staff.get(f"{ONE}/delete").text
    house.answers["DELETE", f"/portal/v1/tags/{TAG['id']}"] = {}
    assert staff.post(f"{ONE}/delete").headers["Location"] == PAGE
    assert house.called("DELETE", f"/portal/v1/tags/{TAG['id']}")


def test_it_is_for_those_who_set_up_the_firm(house: House, staff: Visitor) -> None:
    house.users[STAFF_SESSION]["permissions"] = ["clients.read", "clients.write"]
    for path in (PAGE, f"{PAGE}/new", ONE, f"{ONE}/merge", f"{ONE}/delete"):
        assert staff.get(path).status_code == 403

"""The list of clients by the firm's own fields: filters, chips and order, all of them in the address."""

import pytest

from tests.gateway import client_files, directory
from tests.gateway.conftest import Visitor
from tests.gateway.house import House, field, fields

LIST = "/admin/clients"
OPTIONS = [{"value": "food", "labels": {"en": "Food"}, "retired": False}]
OWN = [
    field("account", "sector", own=True, kind="choice", options=OPTIONS),
    field("account", "vegan", own=True, kind="flag"),
    field("account", "nickname", own=True),
    field("account", "turnover", own=True, kind="number"),
    field("account", "founded", own=True, kind="date"),
    field("account", "deed", own=True, kind="file"),
]


@pytest.fixture(autouse=True)
def own(house: House) -> None:
    client_files.move_in(directory.move_in(house))
    blocks = fields()
    next(block for block in blocks if block["name"] == "account")["fields"] += OWN
    house.answers[("GET", "/portal/v1/fields")] = {"blocks": blocks}


def asked(house: House, name: str) -> list[str]:
    return house.called("GET", "/portal/v1/accounts")[-1].args.getlist(name)


def test_each_kind_of_field_has_its_filter_and_its_chip(staff: Visitor, house: House) -> None:
    query = "own.sector=food&own.vegan=false&own.nickname=Pe&own.turnover.from=1000&own.founded.to=2020-01-31"
    page = staff.get(f"{LIST}?{query}").text
    assert asked(house, "field") == [
        "sector:is:food",
        "vegan:is:false",
        "nickname:begins:Pe",
        "turnover:from:1000",
        "founded:to:2020-01-31",
    ]
    for chip in ("Sector: Food", "Vegan: No", "Nickname: Pe", "Turnover: from 1000"):
        assert f"<span>{chip}</span>" in page
    assert '<option value="food" selected>' in page
    assert "own.deed" not in page
    rest = "own.vegan=false&amp;own.nickname=Pe&amp;own.turnover.from=1000&amp;own.founded.to=2020-01-31"
    assert f'href="{LIST}?{rest}"' in page
    assert f'class="chip" href="{LIST}"' in page


def test_what_makes_no_sense_is_left_out(staff: Visitor, house: House) -> None:
    query = "own.sector=x&own.vegan=x&own.turnover.from=x&own.founded.to=x&own.unknown=x&sort=custom.unknown"
    assert staff.get(f"{LIST}?{query}").status_code == 200
    assert asked(house, "field") == []
    assert asked(house, "sort") == ["name"]


def test_the_list_is_sorted_by_a_field_and_shows_it(staff: Visitor, house: House) -> None:
    rows = [row | {"custom": {"turnover": 1250.5}} for row in directory.rows()]
    house.answers[("GET", "/portal/v1/accounts")] = {"items": rows, "next": None, "total": len(rows)}
    page = staff.get(f"{LIST}?sort=-custom.turnover").text
    assert asked(house, "sort") == ["-custom.turnover"]
    assert "1,250.5" in page
    assert '<option value="-custom.turnover" selected>' in page
    assert "1,250.5" not in staff.get(LIST).text

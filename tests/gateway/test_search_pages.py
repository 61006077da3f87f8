"""Search in the portal and in the admin, and the access log's pages (B13, B14)."""

from typing import Any

import pytest
from werkzeug.wrappers import Response

from tests.gateway.conftest import Visitor
from tests.gateway.directory import move_in
from tests.gateway.house import ACCOUNT, House, moment
from tests.gateway.test_admin_clients import text_of

SEARCH, LOG = ("GET", "/portal/v1/search"), ("GET", "/portal/v1/access-log")
OF_ACCOUNT = ("GET", f"/portal/v1/accounts/{ACCOUNT}/access-log")
ID = "0192a000-0000-7000-8000-0000000000f1"
EVIL = "<script>alert(1)</script>"


def hit(kind: str, title: str, **more: Any) -> dict[str, Any]:
    plain = {"kind": kind, "id": ID, "title": title, "excerpt": "", "at": moment(-2), "account_id": ACCOUNT}
    return plain | {"account_name": "Talleres Acosta, S.L."} | more


def answer(*groups: dict[str, Any], words: tuple[str, ...] = ("extr",)) -> dict[str, Any]:
    return {"words": list(words), "groups": list(groups)}


def group(kind: str, *hits: dict[str, Any], next: str | None = None) -> dict[str, Any]:
    return {"kind": kind, "items": list(hits), "next": next}


def entry(kind: str, **more: Any) -> dict[str, Any]:
    plain = {"id": ID, "kind": kind, "at": moment(-1), "by": {"kind": "staff", "id": ID, "name": "Lucía Marín"}}
    return plain | {"subject": {"kind": "document", "id": ID}, "title": "IVA.pdf", "fields": []} | more


def log(*entries: dict[str, Any]) -> dict[str, Any]:
    people = [{"id": ID, "name": "Lucía Marín"}, {"id": ACCOUNT, "name": "Tiago Costa"}]
    return {"items": list(entries), "next": None, "people": people if entries else []}


@pytest.fixture(autouse=True)
def furnished(house: House) -> House:
    return move_in(house)


def test_the_bar_at_the_top_leads_to_the_search(client: Visitor) -> None:
    page = client.get("/home").text
    assert '<form class="topbar-search" action="/search" role="search"' in page


def test_the_portal_shows_what_was_found_in_groups(client: Visitor, house: House) -> None:
    request = hit("request", "Extractos", excerpt="Los <b>extractos</b> del banco", status="open")
    house.answers[SEARCH] = answer(
        group("request", request, next="abc"), group("document", hit("document", EVIL, status=""))
    )
    page = client.get("/search?q=extr")
    assert dict(house.called(*SEARCH)[-1].args) == {"q": "extr"}
    assert f'href="/requests/{ID}"' in page.text
    assert f'href="/documents/{ID}"' in page.text
    assert "<mark>Extractos</mark>" in page.text
    assert EVIL not in page.text
    assert "&lt;b&gt;extractos&lt;/b&gt;" in page.text
    assert "/search?q=extr&amp;kind=request" in page.text
    assert "kind=document" not in page.text, "all of them are there already"
    assert "Open" in text_of(page)


def test_all_of_a_kind_comes_page_by_page(client: Visitor, house: House) -> None:
    house.answers[SEARCH] = answer(group("request", hit("request", "Extractos"), next="next one"))
    page = client.get("/search?q=extr&kind=request&cursor=abc")
    asked = dict(house.called(*SEARCH)[-1].args)
    assert (asked["kind"], asked["cursor"], asked["limit"]) == ("request", "abc", "25")
    assert "cursor=next" in page.text
    assert "Everything found for “extr”" in text_of(page)


@pytest.mark.parametrize(
    ("path", "words", "said"),
    [
        ("/search", (), "What are you looking for?"),
        ("/search?q=a", (), "Write a little more"),
        ("/search?q=zzz", ("zzz",), "Nothing found for “zzz”"),
        ("/search?q=zzz&kind=secrets", ("zzz",), "Nothing found for “zzz”"),
    ],
)
def test_the_search_says_what_to_do_where_nothing_is_found(
    client: Visitor, house: House, path: str, words: tuple[str, ...], said: str
) -> None:
    house.answers[SEARCH] = answer(words=words)
    assert said in text_of(client.get(path))


def test_an_overlong_search_is_cut_and_answered(client: Visitor, house: House) -> None:
    house.answers[SEARCH] = answer(words=("a",))
    assert client.get("/search?q=" + "a" * 5000).status_code == 200
    assert len(house.called(*SEARCH)[-1].args["q"]) == 100


def test_staff_finds_everything_and_pages_by_name(staff: Visitor, house: House) -> None:
    field = hit("field", "Talleres Acosta, S.L.", excerpt="Extra", labels={"en": "Risk"}, at=None)
    house.answers[SEARCH] = answer(
        group("client", hit("client", "Talleres Acosta, S.L.")),
        group("contact", hit("contact", "Ana Acosta", excerpt="ana@acosta.example")),
        group("field", field),
        group("sign_request", hit("sign_request", "Extra letter", status="sent")),
        group("unheard_of", hit("unheard_of", "Extra secret")),
    )
    page = staff.get("/admin/search?q=extr")
    words = text_of(page)
    assert f'href="/admin/clients/{ID}"' in page.text
    assert f'href="/admin/clients/{ACCOUNT}?tab=profile"' in page.text
    assert f'href="/admin/sign-requests/{ID}"' in page.text
    assert "Risk: Extra" in words
    assert "Extra secret" not in words
    house.answers[SEARCH] = answer(words=("brand",))
    assert 'class="found-name" href="/admin/settings/brand"' in staff.get("/admin/search?q=brand").text


def test_the_palette_has_lines_of_every_kind_and_a_way_to_all(staff: Visitor, house: House) -> None:
    house.answers[SEARCH] = answer(group("document", hit("document", EVIL)))
    lines = staff.get("/admin/search/suggestions?q=extr").text
    assert f'data-href="/admin/documents/{ID}"' in lines
    assert "Talleres Acosta, S.L." in lines
    assert EVIL not in lines
    assert 'data-href="/admin/search?q=extr"' in lines
    page = staff.get("/admin/").text
    assert 'role="option" data-href="/admin/clients/new"' in page
    assert 'role="option" data-href="/admin/settings/brand"' in page


def test_the_log_says_who_did_what_to_what(client: Visitor, house: House) -> None:
    changed = entry(
        "account.changed",
        subject={"kind": "account", "id": ACCOUNT},
        title="",
        fields=[{"name": "phone", "labels": {}}, {"name": "custom.risk", "labels": {"en": EVIL}}],
    )
    house.answers[LOG] = log(entry("document.downloaded"), changed, entry("thing.done", title="New"))
    page = client.get("/profile/access-log?group=documents&by_id=" + ID)
    words = text_of(page)
    assert dict(house.called(*LOG)[-1].args) == {"group": "documents", "by_id": ID, "limit": "25"}
    assert "Downloaded a document IVA.pdf" in words
    assert f'href="/documents/{ID}"' in page.text
    assert "Fields: Phone," in words
    assert EVIL not in page.text
    assert "Did something" in words, "a kind of a newer portal service"
    assert f'href="/profile/access-log/file?group=documents&amp;by_id={ID}"' in page.text
    assert 'href="/profile/access-log"' in client.get("/profile").text


def test_an_empty_log_says_what_will_stand_there(client: Visitor, house: House) -> None:
    house.answers[LOG] = log()
    assert "Nothing yet" in text_of(client.get("/profile/access-log"))
    assert "Nothing of this kind" in text_of(client.get("/profile/access-log?group=access"))
    assert "group" not in dict(house.called(*LOG)[0].args)
    assert "Nothing yet" in text_of(client.get("/profile/access-log?group=nonsense"))


def test_the_log_is_taken_away_as_a_file(client: Visitor, house: House) -> None:
    disposition = {"Content-Disposition": 'attachment; filename="access-log.csv"'}
    house.answers[("GET", "/portal/v1/access-log/file")] = Response("When\n", 200, disposition, content_type="text/csv")
    file = client.get("/profile/access-log/file?group=details")
    assert file.text == "When\n"
    assert file.headers["Content-Disposition"] == disposition["Content-Disposition"]
    assert dict(house.called("GET", "/portal/v1/access-log/file")[-1].args) == {"group": "details"}


def test_staff_sees_the_log_of_a_client(staff: Visitor, house: House) -> None:
    house.answers[OF_ACCOUNT] = log(entry("client.viewed", title=""), entry("document.opened"))
    page = staff.get(f"/admin/clients/{ACCOUNT}/access-log")
    assert "Looked at the client's page" in text_of(page).replace("&#39;", "'")
    assert f'href="/admin/documents/{ID}"' in page.text
    assert f'href="/admin/clients/{ACCOUNT}/access-log"' in staff.get(f"/admin/clients/{ACCOUNT}").text

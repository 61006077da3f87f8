"""Search over everything that a person may see, and nothing else (B14)."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import update

from services.chassis.database import new_id
from services.chassis.testing.harness import Browser, Harness
from services.portal.search.filling import reindex
from services.portal.search.models import SearchEntry
from services.portal.search.words import excerpt, kept, matches, wanted
from tests.portal.conftest import Client, document_of, sign_request_of, user_of

ALL = ("clients.read", "requests.read", "documents.read", "signing.read", "settings.write")


def found(browser: Browser, q: str, **query: Any) -> dict[str, list[str]]:
    """Return the titles of what is found, by kind."""
    answer = browser.get("/v1/search", query_string={"q": q, **query})
    assert answer.status_code == 200, answer.json
    return {group["kind"]: [hit["title"] for hit in group["items"]] for group in answer.json["groups"]}


def ask(staff: Browser, client: Client, title: str, **more: Any) -> str:
    answer = staff.post("/v1/requests", json={"account_id": str(client.account_id), "title": title, **more})
    assert answer.status_code == 201, answer.json
    return str(answer.json["id"])


def as_role(portal: Harness, client: Client, role: str, contact_id: UUID | None = None) -> Browser:
    return portal.client(client.account_id, contact_id=contact_id or client.contact_id, role=role)


@pytest.mark.parametrize(
    ("text", "q"),
    [
        ("Extractos del banco, José Álvarez", "alv"),
        ("Extractos del banco, José Álvarez", "JOSÉ extr"),
        ("ana@acosta.example", "acosta"),
        ("ana@acosta.example", "ana@aco"),
        ("B-12.345.678", "b12345"),
        ("Talleres Acosta, S.L.", "s.l."),
        ("Straße 5", "strasse"),
    ],
)
def test_words_are_found_by_their_beginning_in_any_order(text: str, q: str) -> None:
    assert matches(text, wanted(q))


@pytest.mark.parametrize("q", ["cost", "banco madrid", "xtractos"])
def test_the_middle_of_a_word_and_a_word_too_many_find_nothing(q: str) -> None:
    assert not matches("Extractos del banco, José Álvarez, Talleres Acosta", wanted(q))


def test_a_letter_alone_and_signs_are_no_search() -> None:
    assert wanted("a") == wanted("%_ '\"--") == []
    assert wanted("%a% banco") == ["a", "banco"]
    assert kept(["", " "]) == ""


def test_an_excerpt_is_the_piece_around_the_word() -> None:
    text = " ".join(f"word{number}" for number in range(60)) + " Álvarez and the rest"
    piece = excerpt(text, ["alv"])
    assert "Álvarez" in piece
    assert piece.startswith("… ")
    assert len(piece) < 180


def test_a_client_finds_what_is_theirs_and_nobody_elses(
    portal: Harness, staff: Browser, acosta: Client, stranger: Client
) -> None:
    for client, whose in ((acosta, "ours"), (stranger, "theirs")):
        ask(staff, client, f"Extractos {whose}", message="Los del banco", items=[{"title": "Recibos de enero"}])
        portal.deliver("documents.document.shared.v1", document_of(client, name=f"Extractos {whose}.pdf"))
        portal.deliver("signing.sign_request.sent.v1", sign_request_of(client, title=f"Firmar extractos {whose}"))
    assert found(acosta.browser, "extractos") == {
        "request": ["Extractos ours"],
        "sign_request": ["Firmar extractos ours"],
        "document": ["Extractos ours.pdf"],
    }
    assert found(acosta.browser, "enero rec") == {"request": ["Extractos ours"]}
    assert found(acosta.browser, "theirs") == {}
    assert found(stranger.browser, "theirs")["request"] == ["Extractos theirs"], "the control"


def test_a_message_is_found_and_an_internal_note_by_staff_alone(staff: Browser, acosta: Client) -> None:
    path = f"/v1/requests/{ask(staff, acosta, 'Documents')}/replies"
    acosta.browser.post(path, json={"message": "Ahí van las nóminas"})
    staff.post(path, json={"message": "Sospechoso, revisar", "internal": True})
    assert found(acosta.browser, "nominas") == {"request": ["Documents"]}
    assert found(staff, "sospech") == {"request": ["Documents"]}
    assert found(acosta.browser, "sospech") == {}
    hit = staff.get("/v1/search?q=sospech").json["groups"][0]["items"][0]
    assert (hit["excerpt"], hit["account_name"]) == ("Sospechoso, revisar", "Talleres Acosta, S.L.")


def test_what_is_not_shared_deleted_or_not_sent_is_not_found_by_the_client(
    portal: Harness, staff: Browser, acosta: Client
) -> None:
    hidden = document_of(acosta, name="Borrador.pdf", shared=False, shared_at=None)
    gone = document_of(acosta, name="Borrado.pdf", status="deleted")
    portal.deliver("documents.document.uploaded.v1", hidden)
    portal.deliver("documents.document.deleted.v1", gone)
    draft = sign_request_of(acosta, title="Borrador de contrato", status="draft", sent_at=None)
    portal.deliver("signing.sign_request.created.v1", draft)
    waiting = sign_request_of(acosta, title="Borrador segundo", recipient={"status": "waiting", "order": 2})
    portal.deliver("signing.sign_request.sent.v1", waiting)
    assert found(acosta.browser, "borra") == {}
    by_staff = found(portal.staff(*ALL), "borra")
    assert by_staff["document"] == ["Borrador.pdf"]
    assert set(by_staff["sign_request"]) == {"Borrador segundo", "Borrador de contrato"}
    portal.deliver("documents.document.shared.v1", hidden | {"shared": True, "version": 2})
    assert found(acosta.browser, "borra") == {"document": ["Borrador.pdf"]}


def test_roles_find_what_they_may_open(portal: Harness, staff: Browser, acosta: Client) -> None:
    ask(staff, acosta, "Extractos")
    portal.deliver("documents.document.shared.v1", document_of(acosta, name="Extractos.pdf"))
    portal.deliver("signing.sign_request.sent.v1", sign_request_of(acosta, title="Extractos firmados"))
    assert set(found(as_role(portal, acosta, "member"), "extractos")) == {"request", "sign_request", "document"}
    assert found(as_role(portal, acosta, "signer"), "extractos") == {"sign_request": ["Extractos firmados"]}
    assert found(as_role(portal, acosta, "billing"), "extractos") == {}
    assert found(as_role(portal, acosta, "signer", new_id()), "extractos") == {}, "addressed to somebody else"
    assert found(as_role(portal, acosta, "signer"), "ana") == {"contact": ["Ana Acosta"]}


def test_hidden_fields_are_not_searched_for_a_client(portal: Harness, staff: Browser, acosta: Client) -> None:
    adviser = new_id()
    portal.deliver("identity.user.saved.v1", {"id": str(adviser), "kind": "staff", "name": "Berta Gil", "accounts": []})
    account = staff.get(f"/v1/accounts/{acosta.account_id}").json
    change = {"adviser_id": str(adviser), "version": account["version"]}
    assert staff.patch(f"/v1/accounts/{acosta.account_id}", json=change).status_code == 200
    assert found(acosta.browser, "berta") == {"staff": ["Berta Gil"]}
    staff.put("/v1/field-modes/account", json={"modes": {"adviser_id": "hidden"}})
    assert found(acosta.browser, "berta") == {}


def test_own_fields_are_found_by_staff_while_they_are_active(staff: Browser, acosta: Client) -> None:
    field = {"kind": "text", "labels": {"en": "Sector"}}
    name = staff.post("/v1/fields/account", json=field).json["name"]
    kind = {"kind": "choice", "labels": {"en": "Plan"}, "options": [{"labels": {"en": "Gold plan"}}]}
    choice = staff.post("/v1/fields/account", json=kind).json
    account = staff.get(f"/v1/accounts/{acosta.account_id}").json
    values = {name: "Automoción ligera", choice["name"]: choice["options"][0]["value"]}
    changed = staff.patch(f"/v1/accounts/{acosta.account_id}", json={"custom": values, "version": account["version"]})
    assert changed.status_code == 200, changed.json
    assert found(staff, "automocion") == {"field": ["Talleres Acosta, S.L."]}
    assert found(staff, "gold") == {"field": ["Talleres Acosta, S.L."]}
    hit = staff.get("/v1/search?q=automocion").json["groups"][0]["items"][0]
    assert (hit["excerpt"], hit["labels"]) == ("Automoción ligera", {"en": "Sector"})
    assert found(acosta.browser, "automocion") == {}
    staff.put(f"/v1/fields/account/{name}", json={"active": False})
    assert found(staff, "automocion") == {}
    staff.put(f"/v1/fields/account/{name}", json={"active": True})
    version = changed.json["version"]
    staff.patch(f"/v1/accounts/{acosta.account_id}", json={"custom": {name: None}, "version": version})
    assert found(staff, "automocion") == {}


def test_staff_finds_clients_people_tags_and_announcements(staff: Browser, acosta: Client) -> None:
    staff.put(f"/v1/accounts/{acosta.account_id}/tags", json={"names": ["Ana's"]})
    staff.post("/v1/announcements", json={"titles": {"en": "Closed"}, "texts": {"en": "Ana is away"}})
    hits = found(staff, "ana")
    assert hits["client"] == ["Talleres Acosta, S.L."]
    assert hits["contact"] == ["Ana Acosta"]
    assert hits["announcement"] == ["Closed"]
    contact = staff.get(f"/v1/contacts/{acosta.contact_id}").json
    staff.delete(f"/v1/contacts/{acosta.contact_id}", query_string={"version": contact["version"]})
    assert "contact" not in found(staff, "ana")


def test_staff_finds_what_their_permissions_open(portal: Harness, staff: Browser, acosta: Client) -> None:
    ask(staff, acosta, "Acosta's request")
    portal.deliver("documents.document.shared.v1", document_of(acosta, name="Acosta.pdf"))
    assert set(found(portal.staff("clients.read"), "acosta")) == {"client", "contact"}
    assert set(found(portal.staff("clients.read", "documents.read"), "acosta")) == {"client", "contact", "document"}


def test_assigned_staff_finds_their_clients_alone(
    portal: Harness, staff: Browser, acosta: Client, stranger: Client
) -> None:
    me = new_id()
    account = staff.get(f"/v1/accounts/{acosta.account_id}").json
    staff.patch(f"/v1/accounts/{acosta.account_id}", json={"adviser_id": str(me), "version": account["version"]})
    for client in (acosta, stranger):
        ask(staff, client, "Extractos")
        portal.deliver("documents.document.shared.v1", document_of(client, name="Extractos.pdf"))
        portal.deliver("signing.sign_request.sent.v1", sign_request_of(client, title="Extractos"))
    mine, all_of_it = portal.staff(*ALL, id=me, assigned_only=True), portal.staff(*ALL)
    for kind in ("request", "document", "sign_request"):
        assert len(found(mine, "extractos")[kind]) == 1
        assert len(found(all_of_it, "extractos")[kind]) == 2, "the control"
    assert found(mine, "joaquim") == {}
    assert set(found(staff, "joaquim")) == {"client", "contact"}


def test_two_accounts_of_one_person_are_searched_apart(
    portal: Harness, staff: Browser, acosta: Client, stranger: Client
) -> None:
    portal.deliver("identity.user.saved.v1", user_of(acosta))
    ask(staff, acosta, "Extractos uno")
    ask(staff, stranger, "Extractos dos")
    first = portal.client(acosta.account_id, contact_id=acosta.contact_id, id=acosta.user_id)
    second = portal.client(stranger.account_id, contact_id=stranger.contact_id, id=acosta.user_id)
    assert found(first, "extractos") == {"request": ["Extractos uno"]}
    assert found(second, "extractos") == {"request": ["Extractos dos"]}


def test_a_kind_is_paged_and_each_request_stands_once(staff: Browser, acosta: Client) -> None:
    ids = [ask(staff, acosta, f"Extractos {number}") for number in range(7)]
    acosta.browser.post(f"/v1/requests/{ids[-1]}/replies", json={"message": "Los extractos van"})
    group = staff.get("/v1/search?q=extractos&limit=3").json["groups"][0]
    assert [hit["id"] for hit in group["items"]] == [ids[6], ids[5]]
    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        query = {"q": "extractos", "kind": "request", "limit": 3} | ({"cursor": cursor} if cursor else {})
        answer = staff.get("/v1/search", query_string=query).json["groups"]
        seen += [hit["id"] for hit in answer[0]["items"]]
        cursor = answer[0]["next"]
    assert list(dict.fromkeys(seen)) == ids[::-1]


@pytest.mark.parametrize("q", ["' OR 1=1 --", '"', "%", "_", "a* OR b", 'NEAR("a" "b")', "\\", "x" * 100, "ß", "😀 ab"])
def test_what_means_something_to_a_database_is_only_text(staff: Browser, acosta: Client, q: str) -> None:
    """Threat 33: SQL, LIKE and the full-text language get nothing but words."""
    ask(staff, acosta, "Extractos")
    assert "request" not in found(staff, q)
    assert found(staff, "extractos")["request"] == ["Extractos"], "the control"


@pytest.mark.parametrize(
    "query", ["q=a&kind=secrets", "q=extractos&cursor=x&kind=request", "q=a&limit=0", "q=" + "a" * 101]
)
def test_a_search_that_makes_no_sense_is_refused(staff: Browser, acosta: Client, query: str) -> None:
    assert staff.get(f"/v1/search?{query}").status_code == 422


def test_conversations_and_cases_are_found_as_their_own_lists_find_them(
    portal: Harness, staff: Browser, acosta: Client, stranger: Client
) -> None:
    answer = acosta.browser.post("/v1/conversations", json={"title": "Nóminas", "text": "Las de enero"})
    assert answer.status_code == 201, answer.json
    case = acosta.browser.post("/v1/cases", json={"title": "Nóminas atrasadas", "description": "Faltan dos"})
    assert case.status_code == 201, case.json
    expected = {"conversation": ["Nóminas"], "case": [f"#{case.json['number']} Nóminas atrasadas"]}
    assert found(acosta.browser, "nominas") == expected
    assert found(staff, "nominas") == expected
    assert found(stranger.browser, "nominas") == {}
    assert found(as_role(portal, acosta, "signer"), "nominas") == {}
    note = {"text": "Sospechoso", "internal": True}
    said = staff.post(f"/v1/conversations/{answer.json['id']}/messages", json=note)
    assert said.status_code == 201, said.json
    assert found(staff, "sospech") == {"conversation": ["Nóminas"]}
    assert found(acosta.browser, "sospech") == {}


def test_reviews_are_found_by_staff_and_by_no_client(portal: Harness, staff: Browser, acosta: Client) -> None:
    acosta.browser.post("/v1/reviews", json={"stars": 5, "comment": "Rápidos y muy claros"})
    assert found(staff, "rapidos", kind="review") == {"review": ["Ana Acosta"]}
    acosta.browser.post("/v1/reviews", json={"stars": 5, "comment": "Puntuales"})
    assert found(staff, "puntuales", kind="review") == {"review": ["Ana Acosta"]}
    assert "Ana Acosta" not in found(staff, "rapidos").get("review", [])
    assert "review" not in found(acosta.browser, "puntuales")


def test_what_is_searched_is_made_anew_and_again(portal: Harness, staff: Browser, acosta: Client) -> None:
    ask(staff, acosta, "Extractos del banco")
    acosta.browser.post("/v1/reviews", json={"stars": 5, "comment": "Puntuales"})
    with portal.database.unit_of_work() as session:
        session.execute(update(SearchEntry).values(words=" stale"))
    assert "Extractos del banco" not in found(staff, "extractos").get("request", [])
    told: list[str] = []
    for _time in range(2):
        with portal.database.engine.connect() as connection:
            reindex(connection, lambda kind, _count: told.append(kind))
        assert found(staff, "extractos")["request"] == ["Extractos del banco"]
        assert found(staff, "puntuales")["review"] == ["Ana Acosta"]
        assert found(staff, "stale").get("request", []) == []
    assert {"requests", "contacts", "reviews"} <= set(told)

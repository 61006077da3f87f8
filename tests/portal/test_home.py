"""What a client sees first, in one call and out of the portal's own tables (S16 to S19, S46, B11)."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from sqlalchemy import event

from services.chassis.database import new_id
from services.chassis.testing.harness import Browser, Harness
from tests.portal.conftest import Client, document_of, sign_request_of

OPENED = "documents.document.opened.v1"


def opened_by(client: Client, document: dict[str, Any], **changes: Any) -> dict[str, Any]:
    by = {"kind": "client", "id": str(client.user_id), "name": "Ana Acosta"}
    return {"document_id": document["id"], "account_id": document["account_id"], "by": by, "first": True} | changes


def test_home_greets_and_shows_account_contacts_and_firm(portal: Harness, staff: Browser, acosta: Client) -> None:
    change = {"phone": "+34 952 555 014", "office_hours": "9 to 18", "announcement": "Closed on Friday.", "version": 1}
    staff.put("/v1/settings", json=change)
    home = acosta.browser.get("/v1/home").json
    assert home["greeting_name"] == "Ana"
    assert home["account"]["name"] == "Talleres Acosta, S.L."
    assert not {"status", "is_test", "adviser", "version"} & set(home["account"])
    assert [(contact["name"], contact["role"]) for contact in home["contacts"]] == [("Ana Acosta", "member")]
    assert home["firm"]["phone"] == "+34 952 555 014"
    assert home["announcement"] == "Closed on Friday."
    assert home["to_do"] == []
    assert home["tiles"] == {
        "to_pay": {"amount": 0, "currency": "EUR"},
        "new_documents": {"count": 0, "names": [], "ids": []},
        "next_booking": None,
    }


def test_the_action_buttons_are_those_that_the_firm_chose(staff: Browser, acosta: Client) -> None:
    staff.put("/v1/settings", json={"action_buttons": ["contact", "documents", "pay"], "version": 1})
    assert acosta.browser.get("/v1/home").json["action_buttons"] == ["contact", "documents", "pay"]
    staff.put("/v1/settings", json={"switches": {"share_documents": False}, "version": 2})
    assert acosta.browser.get("/v1/home").json["action_buttons"] == ["contact", "pay"]
    assert acosta.browser.get("/v1/shell").json["switches"]["share_documents"] is False


def to_do(client: Client) -> list[tuple[str, str]]:
    return [(entry["kind"], entry["title"]) for entry in client.browser.get("/v1/home").json["to_do"]]


def test_the_to_do_list_is_in_order_of_due_dates_and_clears_itself(
    portal: Harness, staff: Browser, acosta: Client
) -> None:
    def ask(title: str, **fields: Any) -> dict[str, Any]:
        request: dict[str, Any] = staff.post(
            "/v1/requests", json={"account_id": str(acosta.account_id), "title": title} | fields
        ).json
        return request

    answer = ask("Answer me")
    send = ask("Send them", due_on="2026-12-12", items=[{"title": "One"}])
    state = sign_request_of(acosta, title="Sign it", due_on="2026-11-30")
    portal.deliver("signing.sign_request.sent.v1", state)
    assert to_do(acosta) == [
        ("sign_document", "Sign it"),
        ("send_documents", "Send them"),
        ("answer_request", "Answer me"),
    ]
    entry = acosta.browser.get("/v1/home").json["to_do"][1]
    assert (entry["done"], entry["total"], entry["due_on"]) == (0, 1, "2026-12-12")
    assert entry["asked_by"]["name"] == "Lucía Marín"
    acosta.browser.post(f"/v1/requests/{answer['id']}/replies", json={"message": "Done."})
    items = [{"id": send["items"][0]["id"], "document_ids": [str(new_id())]}]
    acosta.browser.post(f"/v1/requests/{send['id']}/replies", json={"items": items})
    signed = state["recipients"][0] | {"status": "signed"}
    portal.deliver(
        "signing.sign_request.signed.v1",
        state | {"version": 6, "recipients": [signed], "recipient_id": signed["id"]},
    )
    assert to_do(acosta) == []
    assert acosta.browser.get("/v1/shell").json["counts"]["incoming"] == 0


def test_a_shared_document_is_new_until_this_person_opens_it(portal: Harness, acosta: Client, stranger: Client) -> None:
    document = document_of(acosta, shared=False, shared_at=None)
    portal.deliver("documents.document.uploaded.v1", document)
    portal.deliver("documents.document.uploaded.v1", document_of(acosta, origin="client"))
    assert new_documents(acosta) == []
    portal.deliver("documents.document.shared.v1", document | {"shared": True, "version": 2})
    assert new_documents(acosta) == [document["id"]]
    colleague = Client(
        acosta.account_id, new_id(), new_id(), portal.client(acosta.account_id, id=new_id(), name="Other")
    )
    portal.deliver(OPENED, opened_by(colleague, document))
    portal.deliver(OPENED, opened_by(acosta, document, by={"kind": "staff", "id": str(new_id()), "name": "Lucía"}))
    assert new_documents(acosta) == [document["id"]]
    portal.deliver(OPENED, opened_by(acosta, document))
    assert new_documents(acosta) == []
    assert acosta.browser.get("/v1/shell").json["counts"]["new_documents"] == 0
    assert new_documents(stranger) == []


def new_documents(client: Client) -> list[str]:
    tile = client.browser.get("/v1/home").json["tiles"]["new_documents"]
    assert tile["count"] == len(tile["ids"])
    ids: list[str] = tile["ids"]
    return ids


def test_a_document_opened_before_its_copy_arrived_is_not_new(portal: Harness, acosta: Client) -> None:
    document = document_of(acosta)
    portal.deliver(OPENED, opened_by(acosta, document))
    portal.deliver("documents.document.uploaded.v1", document)
    assert new_documents(acosta) == []


def test_the_shell_lists_a_persons_accounts(portal: Harness, acosta: Client, stranger: Client) -> None:
    both = portal.client(acosta.account_id, contact_id=acosta.contact_id, others=[stranger.account_id])
    shell = both.get("/v1/shell").json
    assert [(account["name"], account["active"]) for account in shell["accounts"]] == [
        ("Talleres Acosta, S.L.", True),
        ("Ribeiro e Filhos", False),
    ]
    assert UUID(shell["accounts"][0]["id"]) == acosta.account_id
    assert shell["brand"]["firm_name"] == "My firm"


def test_the_shell_of_staff_counts_what_waits(portal: Harness, staff: Browser, acosta: Client) -> None:
    portal.deliver("documents.document.uploaded.v1", document_of(acosta, origin="client", shared=False))
    counts = staff.get("/v1/shell").json["counts"]
    assert (counts["work"], counts["document_uploaded"]) == (1, 1)


def test_a_client_whose_account_is_unknown_here_gets_404(portal: Harness) -> None:
    assert portal.client(new_id()).get("/v1/home").status_code == 404
    assert portal.client(new_id()).get("/v1/shell").status_code == 200


@contextmanager
def statements_of(portal: Harness) -> Iterator[list[str]]:
    """Collect each statement that is sent to the portal's database."""
    sent: list[str] = []

    def listen(_connection: Any, _cursor: Any, statement: str, _parameters: Any, _context: Any, _many: bool) -> None:
        sent.append(statement)

    engine = portal.database.engine
    event.listen(engine, "before_cursor_execute", listen)
    yield sent
    event.remove(engine, "before_cursor_execute", listen)


def something_of_every_kind(portal: Harness, staff: Browser, acosta: Client, adviser_id: UUID) -> None:
    """Give the client one of each thing that Home shows."""
    person = {"id": str(adviser_id), "kind": "staff", "email": "lucia@marin-costa.example", "name": "Lucía Marín"}
    portal.deliver("identity.user.saved.v1", person | {"accounts": [], "status": "active", "version": 1})
    account = staff.get(f"/v1/accounts/{acosta.account_id}").json
    change = {"version": account["version"], "adviser_id": str(adviser_id)}
    assert staff.patch(f"/v1/accounts/{acosta.account_id}", json=change).status_code == 200
    for block in ("account", "contact"):
        field = {"labels": {"en": "Own"}, "kind": "text", "mode": "mandatory"}
        assert staff.post(f"/v1/fields/{block}", json=field).status_code == 201
    assert staff.put("/v1/fields/account/phone", json={"mode": "mandatory"}).status_code == 200
    for title in ("One", "Two"):
        told = {"titles": {"en": title}, "texts": {"en": "Soon."}, "audience": "all"}
        assert staff.post("/v1/announcements", json=told).status_code == 201
        asked = {"account_id": str(acosta.account_id), "title": title, "items": [{"title": "One"}]}
        assert staff.post("/v1/requests", json=asked).status_code == 201
        portal.deliver("documents.document.uploaded.v1", document_of(acosta))
        portal.deliver("signing.sign_request.sent.v1", sign_request_of(acosta, title=title))


def test_home_takes_five_statements_whatever_there_is(
    portal: Harness, staff: Browser, acosta: Client, stranger: Client
) -> None:
    adviser_id = new_id()
    something_of_every_kind(portal, staff, acosta, adviser_id)
    person = portal.client(acosta.account_id, contact_id=acosta.contact_id, others=[stranger.account_id])
    person.get("/v1/home")  # what is asked once a process
    with statements_of(portal) as sent:
        home = person.get("/v1/home").json
    assert len(sent) <= 5, sent
    assert home["firm"]["adviser"] == {"id": str(adviser_id), "name": "Lucía Marín"}
    assert [entry["kind"] for entry in home["to_do"]].count("sign_document") == 2
    assert home["to_do"][-1] | {"id": None} == {
        "kind": "fill_profile",
        "id": None,
        "title": "",
        "due_on": None,
        "asked_by": None,
        "done": 0,
        "total": 3,
        "pages": None,
    }
    assert (len(home["announcements"]), home["tiles"]["new_documents"]["count"]) == (2, 2)
    with statements_of(portal) as sent:
        shell = person.get("/v1/shell").json
    assert len(sent) <= 3, sent
    assert shell == home["shell"]
    assert shell["counts"] == {"incoming": 4, "new_documents": 2, "messages": 0}


def test_who_only_signs_gets_nothing_of_the_account(portal: Harness, acosta: Client) -> None:
    signer = portal.client(acosta.account_id, contact_id=acosta.contact_id, role="signer")
    assert signer.get("/v1/home").json["account"] is None
    assert acosta.browser.get("/v1/home").json["account"]["name"] == "Talleres Acosta, S.L."

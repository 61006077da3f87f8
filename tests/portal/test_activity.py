"""The history of an account: who did what, and when."""

from services.chassis.database import new_id
from services.chassis.testing.harness import Browser, Harness
from tests.portal.conftest import Client, document_of, sign_request_of, user_of


def history(staff: Browser, client: Client) -> list[tuple[str, str]]:
    items = staff.get(f"/v1/accounts/{client.account_id}/activity").json["items"]
    return [(entry["kind"], entry["by"]["name"]) for entry in items]


def test_what_people_do_here_stands_in_the_history(staff: Browser, acosta: Client, stranger: Client) -> None:
    request = staff.post("/v1/requests", json={"account_id": str(acosta.account_id), "title": "Ask"}).json
    path = f"/v1/requests/{request['id']}"
    acosta.browser.post(f"{path}/replies", json={"message": "Here."})
    staff.post(f"{path}/close")
    staff.patch(f"/v1/accounts/{acosta.account_id}", json={"status": "archived", "version": 1})
    assert history(staff, acosta) == [
        ("account.archived", "Lucía Marín"),
        ("request.closed", "Lucía Marín"),
        ("request.replied", "Ana Acosta"),
        ("request.created", "Lucía Marín"),
        ("account.created", "Lucía Marín"),
        ("contact.added", "Lucía Marín"),
    ]
    assert len(history(staff, stranger)) == 2
    entry = staff.get(f"/v1/accounts/{acosta.account_id}/activity").json["items"][1]
    assert entry["subject"] == {"kind": "request", "id": request["id"]}
    assert entry["title"] == "Ask"


def test_what_happens_elsewhere_stands_there_once(portal: Harness, staff: Browser, acosta: Client) -> None:
    before = len(history(staff, acosta))
    document, signing = document_of(acosta), sign_request_of(acosta)
    recipient = {"recipient_id": signing["recipients"][0]["id"]}
    events = [
        portal.make("identity.user.activated.v1", user_of(acosta, name="Ana Acosta")),
        portal.make(
            "identity.user.signed_in.v1",
            {"user_id": str(acosta.user_id), "account_ids": [str(acosta.account_id)], "kind": "client"},
        ),
        portal.make("documents.document.shared.v1", document),
        portal.make(
            "documents.document.opened.v1", {"document_id": document["id"], "account_id": document["account_id"]}
        ),
        portal.make("signing.sign_request.signed.v1", signing | recipient),
        portal.make("notifications.message.failed.v1", {"user_id": str(acosta.user_id)}),
    ]
    for event in [*events, *events]:
        portal.deliver(event)
    found = history(staff, acosta)[: len(events)]
    assert len(history(staff, acosta)) == before + len(events)
    assert ("user.signed_in", "Ana Acosta") in found
    assert ("sign_request.signed", "Ana Acosta") in found
    assert {kind for kind, _ in found} == {
        "user.activated",
        "user.signed_in",
        "document.shared",
        "document.opened",
        "sign_request.signed",
        "message.failed",
    }


def test_what_became_of_second_factors_stands_there_where_the_firm_did_it(
    portal: Harness, staff: Browser, acosta: Client
) -> None:
    portal.deliver("identity.user.saved.v1", user_of(acosta))
    person = {"user_id": str(acosta.user_id), "name": "Ana Acosta"}
    portal.deliver("identity.second_factor.lost.v1", person)
    portal.deliver("identity.credential.changed.v1", person | {"credential": "totp", "change": "set"})
    by = {"kind": "staff", "id": str(new_id()), "name": "Tiago Costa"}
    portal.deliver("identity.credential.changed.v1", person | {"credential": "totp", "change": "reset", "by": by})
    assert history(staff, acosta)[:2] == [("user.factors_reset", "Tiago Costa"), ("user.factors_lost", "Ana Acosta")]
    assert not [kind for kind, _ in history(staff, acosta)[2:] if kind.startswith("user.factors")]


def test_the_history_is_read_page_by_page(staff: Browser, acosta: Client) -> None:
    for version in range(1, 8):
        staff.patch(f"/v1/accounts/{acosta.account_id}", json={"name": f"Name {version}", "version": version})
    path, cursor, titles = f"/v1/accounts/{acosta.account_id}/activity?limit=3", "", []
    while cursor is not None:
        answer = staff.get(path + (f"&cursor={cursor}" if cursor else "")).json
        titles += [entry["title"] for entry in answer["items"]]
        cursor = answer["next"]
    assert titles[:7] == [f"Name {version}" for version in range(7, 0, -1)]
    assert len(titles) == 9


def test_an_unknown_account_has_no_history(staff: Browser) -> None:
    assert staff.get(f"/v1/accounts/{new_id()}/activity").status_code == 404


def test_who_viewed_the_portal_as_a_client_stands_there_once(portal: Harness, staff: Browser, acosta: Client) -> None:
    lucia = {"kind": "staff", "id": str(new_id()), "name": "Lucía Marín"}
    told = {"user_id": str(acosta.user_id), "account_id": str(acosta.account_id), "name": "Ana Acosta", "by": lucia}
    event = portal.make("identity.user.viewed_as.v1", told)
    for _ in range(3):
        portal.deliver(event)
    entries = staff.get(f"/v1/accounts/{acosta.account_id}/activity").json["items"]
    viewed = [entry for entry in entries if entry["kind"] == "user.viewed_as"]
    assert [(entry["by"]["name"], entry["title"]) for entry in viewed] == [("Lucía Marín", "Ana Acosta")]

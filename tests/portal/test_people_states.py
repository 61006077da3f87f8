"""A test client is marked, listed, and in no figure (S14); staff sees how a person's access stands, and ends it."""

from services.chassis.testing.harness import Browser, Harness
from tests.portal.conftest import Client, user_of


def add(staff: Browser, name: str, *, is_test: bool) -> str:
    account: str = staff.post("/v1/accounts", json={"name": name, "is_test": is_test}).json["id"]
    return account


def test_a_test_client_is_listed_and_counted_apart(staff: Browser) -> None:
    add(staff, "Acosta", is_test=False)
    test = add(staff, "Try out", is_test=True)
    page = staff.get("/v1/accounts").json
    assert (len(page["items"]), page["total"], page["tests"]) == (2, 1, 1)
    only = staff.get("/v1/accounts?is_test=true").json
    assert (len(only["items"]), only["total"], only["tests"]) == (1, 1, 0)
    assert staff.get("/v1/shell").json["test_accounts"] == [test]


def test_work_for_a_test_client_is_listed_and_not_counted(portal: Harness, staff: Browser, acosta: Client) -> None:
    """The same code that did not arrive counts until the client is marked as a test; the list says why it did not."""
    failure = {"kind": "sign_in_code", "channel": "sms", "reason": "unknown number", "at": "2026-11-20T09:29:00+00:00"}
    portal.deliver("identity.user.saved.v1", user_of(acosta, status="active", delivery_failure=failure, version=2))
    work = staff.get("/v1/work").json
    assert [(row["kind"], row["reason"], row["is_test"]) for row in work["items"]] == [
        ("code_undeliverable", "unknown number", False)
    ]
    assert (work["total"], staff.get("/v1/shell").json["counts"]["code_undeliverable"]) == (1, 1)
    shown = staff.get(f"/v1/contacts/{acosta.contact_id}").json
    assert (shown["portal_status"], shown["delivery_failure"]["channel"]) == ("active", "sms")
    account = staff.get(f"/v1/accounts/{acosta.account_id}").json
    body = {"is_test": True, "version": account["version"]}
    assert staff.patch(f"/v1/accounts/{acosta.account_id}", json=body).status_code == 200
    work = staff.get("/v1/work").json
    assert ([row["is_test"] for row in work["items"]], work["total"]) == ([True], 0)
    assert staff.get("/v1/shell").json["counts"]["work"] == 0


def test_an_invitation_shows_until_when_it_works_and_access_is_withdrawn(
    portal: Harness, staff: Browser, acosta: Client
) -> None:
    invited = user_of(acosta, status="invited", expires_at="2126-11-27T09:30:00+00:00")
    portal.deliver("identity.user.invited.v1", invited)
    path = f"/v1/contacts/{acosta.contact_id}"
    assert staff.get(path).json["invitation_expires_at"] == "2126-11-27T09:30:00+00:00"
    assert staff.delete(f"{path}/access").json["portal_user"] is False
    assert portal.recorded("portal.contact.saved.v1")[-1].data["portal_user"] is False
    assert staff.delete(f"{path}/access").status_code == 200, "twice comes to the same"


def test_a_code_that_staff_has_sent_another_way_is_no_work_and_stands_in_the_history(
    portal: Harness, staff: Browser, acosta: Client
) -> None:
    failure = {"kind": "sign_in_code", "channel": "sms", "reason": "unknown number", "at": "2026-11-20T09:29:00+00:00"}
    portal.deliver("identity.user.saved.v1", user_of(acosta, status="active", delivery_failure=failure, version=2))
    assert staff.get("/v1/work").json["total"] == 1
    settled = failure | {"instead": "email"}
    portal.deliver("identity.user.saved.v1", user_of(acosta, status="active", delivery_failure=settled, version=3))
    assert staff.get("/v1/work").json["total"] == 0
    assert staff.get(f"/v1/contacts/{acosta.contact_id}").json["delivery_failure"]["instead"] == "email"
    told = {"user_id": user_of(acosta)["id"], "name": "Ana Acosta", "channel": "email"}
    for number, (sent, kind) in enumerate(((True, "code.sent_email"), (False, "code.switched_email")), 1):
        event = portal.make("identity.code.redirected.v1", told | {"sent": sent})
        portal.deliver(event)
        portal.deliver(event)
        entries = staff.get(f"/v1/accounts/{acosta.account_id}/activity").json["items"]
        found = [entry for entry in entries if entry["kind"].startswith("code.")]
        assert (len(found), found[0]["kind"], found[0]["title"]) == (number, kind, "Ana Acosta")
        assert found[0]["by"]["name"] == "Lucía Marín"

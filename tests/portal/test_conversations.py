"""Conversations: both sides write, read and are told; notes stay inside; nobody sees another's (S56, S57, B17)."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from services.chassis import clock
from services.chassis.database import new_id
from services.chassis.testing.harness import Browser, Harness
from services.portal.conversations import queries
from services.portal.conversations.models import MAX_MESSAGE
from tests.portal.conftest import Client, document_of, errors_of

PATH = "/v1/conversations"
SECRET = "Unspeakable"
Start = Callable[..., dict[str, Any]]


@pytest.fixture
def start(acosta: Client) -> Start:
    """A function with which the client begins a conversation."""

    def start(**fields: Any) -> dict[str, Any]:
        answer = acosta.browser.post(PATH, json={"title": "Furgoneta", "text": "¿Cómo se deduce?"} | fields)
        assert answer.status_code == 201, answer.json
        found: dict[str, Any] = answer.json
        return found

    return start


@pytest.fixture
def colleague(portal: Harness) -> dict[str, Any]:
    """Somebody else of the staff, as identity tells them."""
    person = {"id": str(new_id()), "kind": "staff", "name": "Tomás Ruiz", "status": "active", "accounts": []}
    portal.deliver("identity.user.saved.v1", person | {"version": 1})
    return person


def switch_off(staff: Browser) -> None:
    change = {"version": staff.get("/v1/settings").json["version"], "switches": {"conversations": False}}
    assert staff.put("/v1/settings", json=change).status_code == 200


def write(who: Browser, conversation: dict[str, Any], text: str = "Hola.", **fields: Any) -> dict[str, Any]:
    key = fields.pop("key", None)
    headers = {"Idempotency-Key": key} if key else {}
    answer = who.post(f"{PATH}/{conversation['id']}/messages", json={"text": text} | fields, headers=headers)
    assert answer.status_code == 201, answer.json
    found: dict[str, Any] = answer.json
    return found


def titles(who: Browser, **query: Any) -> list[str]:
    answer = who.get(PATH, query_string=query)
    assert answer.status_code == 200, answer.json
    return [row["title"] for row in answer.json["items"]]


def texts(found: dict[str, Any]) -> list[str]:
    return [message["text"] for message in found["messages"]]


def test_a_client_begins_one_and_the_firm_answers(
    portal: Harness, staff: Browser, acosta: Client, start: Start
) -> None:
    begun = start()
    assert (begun["status"], begun["allowed"], begun["waiting"]) == ("open", ["reply"], False)
    (row,) = staff.get(PATH).json["items"]
    assert (row["unread"], row["waiting"], row["excerpt"]) == (True, True, "¿Cómo se deduce?")
    assert row["account_name"] == "Talleres Acosta, S.L."
    assert acosta.browser.get("/v1/shell").json["counts"]["messages"] == 0
    answered = write(staff, begun, "En cinco años.")
    assert (answered["waiting"], answered["unread"]) == (False, False)
    assert acosta.browser.get("/v1/shell").json["counts"]["messages"] == 1
    assert acosta.browser.get(f"{PATH}/unread").json == {"unread": 1}
    seen = acosta.browser.get(f"{PATH}/{begun['id']}").json
    assert (texts(seen), seen["waiting"]) == (["¿Cómo se deduce?", "En cinco años."], True)
    started, posted = (
        portal.recorded(type)[0].data for type in ("portal.conversation.started.v1", "portal.message.posted.v1")
    )
    assert (started["by"]["kind"], posted["by"]["kind"], posted["excerpt"]) == ("client", "staff", "En cinco años.")
    history = staff.get(f"/v1/accounts/{acosta.account_id}/activity").json["items"]
    assert [entry["kind"] for entry in history if entry["kind"].startswith("conv")] == [
        "conversation.written",
        "conversation.started",
    ]


def test_the_firm_begins_one_with_a_client(staff: Browser, acosta: Client) -> None:
    new = {"account_id": str(acosta.account_id), "title": "Renta 2026", "text": "Empezamos en abril."}
    begun = staff.post(PATH, json=new).json
    assert acosta.browser.get(f"{PATH}/{begun['id']}").json["unread"] is True
    assert "account_id" in errors_of(staff.post(PATH, json=new | {"account_id": str(new_id())}))
    assert "account_id" in errors_of(staff.post(PATH, json={"title": "x", "text": "y"}))


def test_a_receipt_says_who_has_read_and_when(staff: Browser, acosta: Client, start: Start) -> None:
    path = f"{PATH}/{start()['id']}"
    assert acosta.browser.get(path).json["read_by"] == []
    staff.post(f"{path}/read")
    (reader,) = acosta.browser.get(path).json["read_by"]
    assert reader["name"] == "Lucía Marín"
    staff.post(f"{path}/read")
    assert acosta.browser.get(path).json["read_by"] == [reader]
    write(acosta.browser, {"id": path.rpartition("/")[2]}, "¿Y el IVA?")
    assert acosta.browser.get(path).json["read_by"] == []
    answered = write(staff, {"id": path.rpartition("/")[2]}, "También.")
    assert answered["read_by"] == []
    acosta.browser.post(f"{path}/read")
    assert [reader["name"] for reader in staff.get(path).json["read_by"]] == ["Ana Acosta"]


def test_a_list_is_searched_and_filtered(staff: Browser, acosta: Client, stranger: Client, start: Start) -> None:
    first = start(title="Nóminas de octubre", text="Faltan dos empleados.")
    second = start(title="Renta")
    write(staff, second, "Adjuntamos el borrador.")
    stranger.browser.post(PATH, json={"title": "IVA", "text": "Vence mañana."})
    assert titles(staff) == ["IVA", "Renta", "Nóminas de octubre"]
    assert titles(acosta.browser) == ["Renta", "Nóminas de octubre"]
    assert titles(staff, q="nominas OCTUBRE") == titles(acosta.browser, q="empleados") == ["Nóminas de octubre"]
    assert titles(acosta.browser, q="borrador") == ["Renta"]
    assert titles(acosta.browser, q="vence") == []
    assert titles(staff, waiting="true") == titles(staff, unread="true") == ["IVA", "Nóminas de octubre"]
    assert titles(acosta.browser, unread="true") == ["Renta"]
    assert titles(staff, assigned="none", account_id=str(stranger.account_id)) == ["IVA"]
    staff.post(f"{PATH}/{first['id']}/close")
    assert titles(staff, state="closed") == ["Nóminas de octubre"]
    page = staff.get(f"{PATH}?limit=1").json
    assert titles(staff, cursor=page["next"]) == ["Renta", "Nóminas de octubre"]
    assert staff.get(f"{PATH}?cursor=made-up").status_code == 422


def test_a_long_thread_comes_in_pages(staff: Browser, acosta: Client, start: Start) -> None:
    begun = start(text="0")
    for number in range(1, 7):
        write(staff, begun, str(number), internal=number % 2 == 0)
    path = f"{PATH}/{begun['id']}"
    page = acosta.browser.get(f"{path}?limit=2").json
    assert texts(page) == ["3", "5"]
    page = acosta.browser.get(f"{path}?limit=2&before={page['before']}").json
    assert (texts(page), page["before"]) == (["0", "1"], None)
    note = staff.get(path).json["messages"][2]
    assert note["internal"] is True
    assert acosta.browser.get(f"{path}?before={note['id']}").status_code == 422
    assert staff.get(f"{path}?before={note['id']}").status_code == 200


def test_no_client_ever_sees_an_internal_note(
    portal: Harness, staff: Browser, acosta: Client, start: Start, colleague: dict[str, Any]
) -> None:
    begun = start()
    secret = document_of(acosta, name=f"{SECRET}.pdf", shared=False, shared_at=None)
    portal.deliver("documents.document.uploaded.v1", secret)
    staff.post(f"{PATH}/{begun['id']}/read")
    before, stamp = len(portal.recorded()), acosta.browser.get(f"{PATH}/{begun['id']}/stamp").json
    noted = write(staff, begun, f"{SECRET} @Tomás Ruiz", internal=True, document_ids=[secret["id"]])
    assert noted["messages"][1]["documents"][0]["name"] == f"{SECRET}.pdf"
    told = portal.recorded()[before:]
    assert [event.type for event in told] == ["portal.message.mentioned.v1"]
    assert SECRET not in str(told[0].data)
    assert acosta.browser.get(f"{PATH}/{begun['id']}/stamp").json == stamp
    assert seen_by_client(portal, acosta, begun["id"]) == []
    assert titles(staff, q=SECRET) == ["Furgoneta"]
    refused = acosta.browser.post(f"{PATH}/{begun['id']}/messages", json={"text": "x", "internal": True})
    assert errors_of(refused) == {"internal": ["Unknown field."]}


def test_a_note_that_slips_out_is_found(
    portal: Harness, staff: Browser, acosta: Client, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = start()
    write(staff, begun, SECRET, internal=True)
    monkeypatch.setattr(queries, "messages_for", lambda _caller, statement: statement)
    assert f"/v1/conversations/{begun['id']}" in seen_by_client(portal, acosta, begun["id"])


def seen_by_client(portal: Harness, client: Client, conversation_id: str) -> list[str]:
    """Return the addresses, of all that clients may read, whose answer has the secret in it."""
    found = []
    values = {"conversation_id": conversation_id, "account_id": str(client.account_id)}
    for rule in portal.app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or not rule.rule.startswith("/v1/"):
            continue
        path = rule.rule
        for name in rule.arguments:
            for converter in ("uuid", "string", "int"):
                path = path.replace(f"<{converter}:{name}>", values.get(name, str(new_id())))
        for query in ("", f"?q={SECRET}"):
            answer = client.browser.get(path + query)
            listed = answer.json.get("items") if answer.is_json and query else None
            if SECRET in answer.text or (path == PATH and listed):
                found.append(path)
    return found


def test_without_the_switch_no_client_begins_one_and_open_ones_go_on(
    staff: Browser, acosta: Client, start: Start
) -> None:
    first, second = start(), start(title="Otra")
    staff.post(f"{PATH}/{second['id']}/close")
    assert acosta.browser.get(PATH).json["may_start"] is True
    switch_off(staff)
    refused = acosta.browser.post(PATH, json={"title": "x", "text": "y"})
    assert (refused.status_code, refused.json["code"]) == (403, "conversations_switched_off")
    assert acosta.browser.get(PATH).json["may_start"] is False
    assert texts(write(acosta.browser, first, "Sigo aquí."))[-1] == "Sigo aquí."
    for path, body in ((f"{PATH}/{second['id']}/messages", {"text": "x"}), (f"{PATH}/{second['id']}/reopen", None)):
        refused = acosta.browser.post(path, json=body)
        assert (refused.status_code, refused.json["code"]) == (403, "conversations_switched_off")
    assert acosta.browser.get(f"{PATH}/{second['id']}").json["allowed"] == []
    assert staff.post(PATH, json={"account_id": str(acosta.account_id), "title": "x", "text": "y"}).status_code == 201


def test_it_is_closed_and_opened_again(portal: Harness, staff: Browser, acosta: Client, start: Start) -> None:
    begun = start()
    path = f"{PATH}/{begun['id']}"
    assert acosta.browser.post(f"{path}/close").status_code == 403
    assert staff.post(f"{path}/close").json["allowed"] == ["reply", "note", "assign", "reopen"]
    assert staff.post(f"{path}/close").json["code"] == "illegal_transition"
    assert staff.get("/v1/work").json["items"] == []
    write(staff, begun, "Archivado.", internal=True)
    assert staff.get(path).json["status"] == "closed"
    assert acosta.browser.get(path).json["allowed"] == ["reply", "reopen"]
    assert write(acosta.browser, begun, "Una cosa más.")["status"] == "open"
    (told,) = portal.recorded("portal.conversation.reopened.v1")
    assert told.data["message_id"] is not None
    staff.post(f"{path}/close")
    assert acosta.browser.post(f"{path}/reopen").json["status"] == "open"
    assert [row["kind"] for row in staff.get("/v1/work").json["items"]] == ["conversation_waiting"]
    assert acosta.browser.post(f"{path}/reopen").json["code"] == "illegal_transition"


def test_it_is_assigned_and_staff_is_mentioned(
    portal: Harness, staff: Browser, acosta: Client, start: Start, colleague: dict[str, Any]
) -> None:
    path = f"{PATH}/{start()['id']}"
    assert staff.get(f"{PATH}/staff").json["items"] == [{"id": colleague["id"], "name": "Tomás Ruiz"}]
    given = staff.put(f"{path}/assignee", json={"user_id": colleague["id"]}).json
    assert given["assignee"] == {"id": colleague["id"], "name": "Tomás Ruiz"}
    tomas = portal.staff(id=colleague["id"], name="Tomás Ruiz")
    assert (titles(tomas, assigned="me"), titles(staff, assigned="me")) == (["Furgoneta"], [])
    assert "Tomás" not in acosta.browser.get(path).text
    assert "user_id" in errors_of(staff.put(f"{path}/assignee", json={"user_id": str(acosta.user_id)}))
    assert staff.put(f"{path}/assignee", json={"user_id": None}).json["assignee"] is None
    id = path.rpartition("/")[2]
    seen = write(staff, {"id": id}, "@tomas ruiz, ¿lo ves?", internal=True)
    assert [person["name"] for person in seen["messages"][-1]["mentions"]] == ["Tomás Ruiz"]
    write(staff, {"id": id}, "Mi compañero lo mira.", mention_ids=[colleague["id"]])
    assert "Tomás" not in acosta.browser.get(path).text
    told = portal.recorded("portal.message.mentioned.v1")
    assert [str(event.data["user_ids"][0]) for event in told] == [colleague["id"]] * 2
    strange = {"text": "x", "mention_ids": [str(new_id())]}
    assert "mention_ids" in errors_of(staff.post(f"{path}/messages", json=strange))
    assert "mention_ids" in errors_of(acosta.browser.post(f"{path}/messages", json=strange))


def test_a_repeated_key_is_one_message(portal: Harness, staff: Browser, acosta: Client, start: Start) -> None:
    begun = start()
    for _again in range(2):
        assert texts(write(acosta.browser, begun, "Una vez.", key="k-1"))[1:] == ["Una vez."]
    reused = acosta.browser.post(
        f"{PATH}/{begun['id']}/messages", json={"text": "Otra."}, headers={"Idempotency-Key": "k-1"}
    )
    assert (reused.status_code, reused.json["code"]) == (422, "idempotency_key_reused")
    assert len(texts(write(staff, begun, "Otra persona.", key="k-1"))) == 3
    new = {"json": {"title": "Doble", "text": "x"}, "headers": {"Idempotency-Key": "k-2"}}
    assert acosta.browser.post(PATH, **new).json["id"] == acosta.browser.post(PATH, **new).json["id"]
    assert titles(acosta.browser) == ["Doble", "Furgoneta"]
    assert len(portal.recorded("portal.conversation.started.v1")) == 2
    with time_machine.travel(clock.now() + timedelta(days=8)):
        portal.run_timer("forget_conversation_keys")
    assert texts(write(acosta.browser, begun, "Una vez.", key="k-1"))[-2:] == ["Otra persona.", "Una vez."]


def test_documents_come_with_a_message(portal: Harness, staff: Browser, acosta: Client, start: Start) -> None:
    begun = start()
    document = document_of(acosta, origin="client", shared=False, request_id=begun["id"])
    portal.deliver("documents.document.uploaded.v1", document)
    (unsent,) = acosta.browser.get(f"{PATH}/{begun['id']}").json["unsent_documents"]
    assert unsent["id"] == document["id"]
    assert [row["kind"] for row in staff.get("/v1/work").json["items"]].count("document_uploaded") == 1
    late = str(new_id())
    sent = write(acosta.browser, begun, "", document_ids=[document["id"], late])
    assert sent["unsent_documents"] == []
    seen = staff.get(f"{PATH}/{begun['id']}").json["messages"][-1]
    assert ([shown["id"] for shown in seen["documents"]], seen["pending_documents"]) == ([document["id"]], 1)
    assert [row["kind"] for row in staff.get("/v1/work").json["items"]] == ["conversation_waiting"]
    assert "text" in errors_of(acosta.browser.post(f"{PATH}/{begun['id']}/messages", json={}))


def test_a_document_of_another_client_is_shown_to_nobody(
    portal: Harness, staff: Browser, acosta: Client, stranger: Client, start: Start
) -> None:
    foreign = document_of(stranger, name="Foreign.pdf")
    portal.deliver("documents.document.uploaded.v1", foreign)
    begun = write(acosta.browser, start(), "Mire.", document_ids=[foreign["id"]])
    for who in (acosta.browser, staff):
        assert "Foreign.pdf" not in who.get(f"{PATH}/{begun['id']}").text


@pytest.mark.parametrize("role", ["signer", "billing"])
def test_who_does_not_work_with_the_firm_has_no_conversations(portal: Harness, acosta: Client, role: str) -> None:
    browser = portal.client(acosta.account_id, role=role)
    assert browser.get(PATH).status_code == browser.post(PATH, json={"title": "x", "text": "y"}).status_code == 403
    assert browser.get("/v1/shell").json["counts"]["messages"] == 0


def test_staff_of_assigned_clients_sees_theirs_alone(
    portal: Harness, staff: Browser, acosta: Client, start: Start
) -> None:
    begun, tomas = start(title=SECRET), new_id()
    limited, free = portal.staff(id=tomas, assigned_only=True), portal.staff(id=tomas)
    path = f"{PATH}/{begun['id']}"
    assert (titles(limited), titles(free)) == ([], [SECRET])
    for who, status in ((limited, 404), (free, 200)):
        assert who.get(path).status_code == who.get(f"{path}/stamp").status_code == status
    assert limited.post(f"{path}/messages", json={"text": "x"}).status_code == 404
    new = {"account_id": str(acosta.account_id), "title": "x", "text": "y"}
    assert "account_id" in errors_of(limited.post(PATH, json=new))


def test_the_stamp_changes_with_what_the_caller_would_see(staff: Browser, acosta: Client, start: Start) -> None:
    begun = start()
    path = f"{PATH}/{begun['id']}/stamp"

    def stamps() -> tuple[str, str]:
        return acosta.browser.get(path).json["stamp"], staff.get(path).json["stamp"]

    first = stamps()
    assert stamps() == first
    write(staff, begun, "Nota.", internal=True)
    second = stamps()
    assert (second[0] != first[0], second[1] != first[1]) == (True, True)  # the client sees that it was read
    write(staff, begun, "Otra nota.", internal=True)
    third = stamps()
    assert third[1] != second[1]
    staff.post(f"{PATH}/{begun['id']}/close")
    assert stamps()[0] != third[0]


def test_ten_thousand_emoji_are_one_message(acosta: Client, start: Start) -> None:
    assert texts(start(text="😀" * 10_000)) == ["😀" * 10_000]
    assert acosta.browser.get(PATH).json["items"][0]["excerpt"].rstrip("…") == "😀" * 200


def test_a_text_that_is_too_long_is_refused_and_nothing_is_kept(acosta: Client, start: Start) -> None:
    begun, text = start(), "x" * (MAX_MESSAGE + 1)
    assert "text" in errors_of(acosta.browser.post(PATH, json={"title": "x", "text": text}))
    assert "text" in errors_of(acosta.browser.post(f"{PATH}/{begun['id']}/messages", json={"text": text}))
    assert len(acosta.browser.get(f"{PATH}/{begun['id']}").json["messages"]) == 1


def test_a_megabyte_is_refused_before_it_is_read(acosta: Client, start: Start) -> None:
    answer = acosta.browser.post(f"{PATH}/{start()['id']}/messages", json={"text": "x" * 1024 * 1024})
    assert (answer.status_code, answer.json["code"]) == (413, "too_large")


def test_staff_who_answer_at_once_are_all_kept_in_order(portal: Harness, staff: Browser, start: Start) -> None:
    begun = start()
    path = f"{PATH}/{begun['id']}/messages"
    with ThreadPoolExecutor(6) as pool:
        codes = list(pool.map(lambda n: portal.staff().post(path, json={"text": str(n)}).status_code, range(6)))
    assert codes == [201] * 6
    seen = staff.get(f"{PATH}/{begun['id']}").json["messages"]
    assert sorted(texts({"messages": seen})[1:]) == [str(n) for n in range(6)]
    told = [event.data["excerpt"] for event in portal.recorded("portal.message.posted.v1")]
    assert told == texts({"messages": seen})[1:]


def test_a_message_that_is_sent_twice_at_once_is_one(portal: Harness, staff: Browser, start: Start) -> None:
    begun, id, key = start(), new_id(), {"Idempotency-Key": "k-1"}
    path = f"{PATH}/{begun['id']}/messages"
    new = {"account_id": begun["account_id"], "title": "Una", "text": "Una"}
    with ThreadPoolExecutor(4) as pool:
        posts = list(
            pool.map(lambda _: portal.staff(id=id).post(path, json={"text": "Una"}, headers=key).status_code, range(4))
        )
        other = {"Idempotency-Key": "k-2"}
        starts = list(pool.map(lambda _: portal.staff(id=id).post(PATH, json=new, headers=other).json["id"], range(4)))
    assert posts == [201] * 4
    assert len(set(starts)) == 1
    assert texts(staff.get(f"{PATH}/{begun['id']}").json)[1:] == ["Una"]

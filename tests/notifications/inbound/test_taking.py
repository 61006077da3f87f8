"""What becomes of mails that come in: who is believed, what counts once, who is told."""

import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
import time_machine

from services.chassis import clock
from services.chassis.account_data.feature import Order
from services.chassis.account_data.rows import Whose
from services.chassis.columns import new_id
from services.notifications.inbound import imap, maildir
from services.notifications.inbound.signature import HEADER, sign
from services.notifications.privacy.actions import erase
from tests.notifications.house import House
from tests.notifications.inbound.conftest import Post

SECRET = "a secret of the mail server"


def test_an_answer_becomes_an_event_of_its_writer_and_the_mail_is_not_kept(post: Post) -> None:
    row = post.take(post.mail("El martes.\n\n-- \nAna"))
    key = row.blob_key
    (event,) = post.received()
    assert (event.data["message"], event.data["thread_kind"]) == ("El martes.", "conversation")
    assert event.data["by"]["id"] == str(post.house.ana.id)
    assert event.data["thread_id"] == post.thread_id
    assert not post.house.harness.runtime.blobs.exists(key)


def test_mails_name_their_thread_in_reply_to_and_what_comes_back_finds_the_message(post: Post) -> None:
    post.house.send()
    (mail,) = [one for one in post.house.captured() if one["to"].endswith(f"<{post.house.ana.email}>")]
    assert post.address() in mail["reply_to"]


def test_a_forged_token_and_a_token_of_nothing_are_set_aside_and_nobody_is_told(post: Post) -> None:
    forged = post.address()[:-20] + "aaaa" + post.address()[-16:]
    assert post.take(post.mail(To=forged)).reason == "forged"
    assert post.take(post.mail(To="reply@portal.example")).reason == "forged"
    assert post.take(post.mail(To="x@other.example")).reason == "no_address"
    assert post.told() == []
    assert post.take(post.mail()).status == "received", "the control"


def test_a_forwarded_token_is_of_no_use_and_its_owner_is_told_once_a_day(post: Post) -> None:
    for _ in range(2):
        row = post.take(post.mail(From="mallory@evil.example"))
        assert (row.status, row.reason) == ("unmatched", "other_address")
    (told,) = post.told()
    assert (told.to_address, told.data) == (post.house.ana.email, {"other_address": "mallory@evil.example"})
    with time_machine.travel(clock.now() + timedelta(days=1)):
        post.take(post.mail(From="mallory@evil.example"))
    assert len(post.told()) == 2
    post.house.send()
    assert any("mallory@evil.example" in mail["text"] for mail in post.house.captured())


def test_the_same_mail_counts_once_and_a_replayed_one_too(post: Post) -> None:
    mail = post.mail()
    first = post.take(mail)
    assert post.take(b"Received: by another way\r\n" + mail).id == first.id
    replayed = post.take(post.mail(Message_ID="<another@evil.example>"))
    assert (replayed.status, replayed.reason) == ("ignored", "repeated")
    assert len(post.received()) == 1
    assert post.take(post.mail("Mejor el miércoles.")).status == "received", "the control"


def test_who_was_suspended_is_refused_with_a_polite_mail(post: Post) -> None:
    ana = post.house.ana
    data = {"id": str(ana.id), "kind": "client", "name": ana.name, "email": ana.email, "version": 9}
    post.house.deliver("identity.user.saved.v1", data | {"status": "suspended", "accounts": []})
    row = post.take(post.mail())
    assert (row.status, row.reason) == ("refused", "no_access")
    (told,) = post.told()
    assert told.data == {"no_access": "Furgoneta nueva"}


def test_who_loses_access_before_the_mail_was_passed_on_is_refused(post: Post) -> None:
    row = post.take(post.mail())
    ana = post.house.ana
    data = {"id": str(ana.id), "kind": "client", "name": ana.name, "email": ana.email, "version": 9}
    post.house.deliver("identity.user.saved.v1", data | {"status": "suspended", "accounts": []})
    assert post.received() == []
    assert post.row(row.id).reason == "no_access"


def test_an_address_ends_with_its_time(post: Post) -> None:
    with time_machine.travel(clock.now() + timedelta(days=181)):
        assert post.take(post.mail()).reason == "expired"
    assert post.take(post.mail("Ahora")).status == "received", "the control"


def test_staff_answers_with_an_address_of_their_own_alone(post: Post) -> None:
    lucia, message = post.house.lucia, post.staff_message()
    row = post.take(post.mail(From=lucia.email, To=post.address(message)))
    assert row.status == "received"
    (event,) = post.received()
    assert event.data["by"] == {"kind": "staff", "id": str(lucia.id), "name": lucia.name}
    assert post.take(post.mail("x", From=lucia.email)).reason == "other_address"
    assert post.take(post.mail("x", From=post.house.tomas.email, To=post.address(message))).reason == "other_address"


def test_a_program_that_answers_a_program_is_stopped(post: Post) -> None:
    states = [post.take(post.mail(f"Número {number}")).reason for number in range(21)]
    assert states == [None] * 20 + ["too_many"]


def test_what_comes_back_marks_its_message_and_a_made_up_bounce_does_not(post: Post) -> None:
    house = post.house
    house.send()
    failed = {"From": "MAILER-DAEMON@mx.example", "Subject": "failure notice"}
    assert post.take(post.mail("550 5.1.1 nobody", **failed, To="reply+aaaa@portal.example")).status == "ignored"
    assert not house.harness.recorded("notifications.message.failed.v1")
    assert post.take(post.mail("550 5.1.1 nobody", **failed)).status == "bounced"
    (event,) = house.harness.recorded("notifications.message.failed.v1")
    assert (event.data["message_id"], event.data["reason"]) == (post.message.id, "550 5.1.1 nobody")
    (message,) = house.messages(id=post.message.id)
    assert message.status == "permanent_failure"


def test_an_answer_that_is_too_large_is_refused_by_its_headers(open_house: Callable[..., House]) -> None:
    post = Post(open_house(ATRIO_REPLY_ADDRESS="reply@portal.example", ATRIO_REPLY_LIMIT="2000"))
    row = post.take(post.mail("x" * 3000))
    assert (row.status, row.reason) == ("refused", "too_large")
    assert post.told()[0].data == {"too_large": "Furgoneta nueva"}


@pytest.mark.parametrize("outcome", ["posted", "refused"])
def test_what_portal_says_is_kept_and_a_refusal_told(post: Post, outcome: str) -> None:
    row = post.take(post.mail())
    post.received()
    settled = {"id": str(row.id), "outcome": outcome, "reason": None if outcome == "posted" else "illegal_transition"}
    post.house.harness.deliver("portal.mail_reply.settled.v1", settled)
    assert post.row(row.id).status == outcome
    assert [told.data for told in post.told()] == ([] if outcome == "posted" else [{"closed": "Furgoneta nueva"}])


def test_the_webhook_takes_what_is_signed_now_and_nothing_else(post: Post) -> None:
    anyone, mail, now = post.house.harness.anyone(), post.mail(), int(time.time())
    good = sign(SECRET, mail, now)
    refused = ["", "t=1,v1=x", sign("another secret of mine", mail, now), sign(SECRET, mail + b"x", now)]
    for signature in [*refused, sign(SECRET, mail, now - 400)]:
        answer = anyone.post("/v1/inbound", data=mail, headers={HEADER: signature})
        assert (answer.status_code, answer.json["code"]) == (401, "bad_signature")
    answer = anyone.post("/v1/inbound", data=mail, headers={HEADER: good})
    assert (answer.status_code, answer.json["status"]) == (202, "received")
    again = anyone.post("/v1/inbound", data=mail, headers={HEADER: good})
    assert again.json["id"] == answer.json["id"]


def test_a_maildir_is_emptied_and_a_mail_of_a_killed_worker_is_taken_in_again(post: Post, tmp_path: Path) -> None:
    new, runtime = tmp_path / "new", post.house.harness.runtime
    new.mkdir()
    (new / "1.mail").write_bytes(post.mail())
    (new / "2.link").symlink_to("/etc/hostname")
    assert maildir.fetch(runtime, tmp_path) == 1
    assert [path.name for path in (tmp_path / "cur").iterdir()] == ["1.mail:2,S"]
    claimed = tmp_path / ".atrio" / "3.mail"
    claimed.write_bytes(post.mail("Otra"))
    assert maildir.fetch(runtime, tmp_path) == 0, "another worker may have it in hand"
    with time_machine.travel(clock.now() + timedelta(hours=1)):
        assert maildir.fetch(runtime, tmp_path) == 1


class Server:
    """An IMAP server with one unseen mail."""

    def __init__(self, mail: bytes) -> None:
        self.mail, self.said = mail, list[tuple[str, ...]]()

    def __enter__(self) -> "Server":
        return self

    def __exit__(self, *_: object) -> None: ...
    def login(self, *words: str) -> None: ...
    def select(self, folder: str) -> None:
        self.said.append(("SELECT", folder))

    def uid(self, *words: str) -> tuple[str, list[object]]:
        self.said.append(words)
        return "OK", [b"7"] if words[0] == "SEARCH" else [(b"7 (BODY[] {9}", self.mail), b")"]


def test_an_unseen_mail_is_fetched_and_then_marked(post: Post) -> None:
    server = Server(post.mail())
    url = "imaps://ana%40x:pw@mail.example/Answers"
    assert imap.fetch(post.house.harness.runtime, url, lambda _mailbox: server) == 1  # type: ignore[arg-type, return-value]
    assert server.said[0] == ("SELECT", '"Answers"')
    assert server.said[-1] == ("STORE", "7", "+FLAGS.SILENT", "(\\Seen)")
    assert len(post.received()) == 1


def test_the_mailbox_for_trying_out_answers_as_a_mail_program_does(post: Post) -> None:
    post.house.send()
    anyone = post.house.harness.anyone()
    (captured,) = [one for one in post.house.captured() if post.house.ana.email in one["to"]]
    assert anyone.get(f"/v1/mailbox/{captured['id']}").json["can_reply"] is True
    answer = anyone.post(f"/v1/mailbox/{captured['id']}/reply", json={"text": "De acuerdo."})
    assert (answer.status_code, answer.json["status"]) == (202, "received")
    assert post.received()[0].data["message"] == "De acuerdo."


def test_operations_list_what_came_in_by_pages(post: Post) -> None:
    for number in range(3):
        post.take(post.mail(f"Número {number}", Subject=f"Re: {number}"))
    staff = post.house.harness.staff("operations.read")
    first = staff.get("/v1/inbound-mails?limit=2").json
    assert [row["subject"] for row in first["items"]] == ["Re: 2", "Re: 1"]
    rest = staff.get(f"/v1/inbound-mails?limit=2&cursor={first['next']}").json
    assert ([row["subject"] for row in rest["items"]], rest["next"]) == (["Re: 0"], None)
    assert staff.get("/v1/inbound-mails?status=posted").json["items"] == []
    assert staff.get("/v1/inbound-mails?cursor=x").status_code == 422
    assert rest["items"][0]["account_name"] == "Talleres Acosta"


def test_what_is_kept_aside_is_forgotten_in_time(post: Post) -> None:
    row = post.take(post.mail(From="mallory@evil.example"))
    assert post.house.harness.runtime.blobs.exists(row.blob_key)
    post.house.harness.run_timer("forget_inbound_mail")
    assert post.row(row.id).blob_key
    with time_machine.travel(clock.now() + timedelta(days=31)):
        post.house.harness.run_timer("forget_inbound_mail")
    assert post.row(row.id).blob_key is None
    assert not post.house.harness.runtime.blobs.exists(row.blob_key)
    with time_machine.travel(clock.now() + timedelta(days=200)):
        post.house.harness.run_timer("forget_inbound_mail")
    assert post.row(row.id) is None


def test_erasing_a_client_takes_its_mails_and_what_came_from_its_addresses(post: Post) -> None:
    house = post.house
    contact = {"id": str(new_id()), "account_id": str(house.account_id), "email": house.ana.email, "version": 1}
    house.deliver("portal.contact.saved.v1", contact)
    aside, forged = post.take(post.mail(From="mallory@evil.example")), post.take(post.mail(To="reply@portal.example"))
    whose = Whose(house.account_id, (UUID(contact["id"]),), (house.ana.id,))
    with house.harness.database.unit_of_work() as session:
        erase(session, house.harness.runtime, Order(whose, number="1"))
    assert (post.row(aside.id), post.row(forged.id)) == (None, None)
    assert not house.harness.runtime.blobs.exists(aside.blob_key)

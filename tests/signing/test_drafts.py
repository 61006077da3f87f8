"""Sign requests until they are sent: the document is fetched and checked, the plan is checked."""

import hashlib
from typing import Any

import pytest

from services.chassis.columns import new_id
from services.chassis.problems import Problem
from services.signing import queries
from services.signing.intake import WrongBytes
from tests.signing.office import DOCUMENT, Office
from tests.signing.samples import encrypted_pdf, make_pdf

SHA256 = hashlib.sha256(DOCUMENT).hexdigest()


def test_a_new_sign_request_becomes_a_draft_with_its_own_copy_of_the_bytes(office: Office) -> None:
    id = office.make(message="Please sign\nby Friday", due_on="2026-12-01")
    found = office.get(id)
    assert (found["status"], found["document_sha256"], found["document_size"]) == ("draft", SHA256, len(DOCUMENT))
    assert [(page["width"], page["height"]) for page in found["pages"]] == [(595, 842), (842, 595)]
    assert found["account_name"] == "Talleres Acosta"
    office.documents.clear()
    assert office.staff.get(f"/v1/sign-requests/{id}/document").data == DOCUMENT
    assert office.staff.get(f"/v1/sign-requests/{id}/text").json["pages"] == [
        "Engagement letter 2026",
        "The fee is 420 euros.",
    ]
    page = office.staff.get(f"/v1/sign-requests/{id}/pages/2?scale=1")
    assert (page.mimetype, page.headers["X-Document-SHA256"]) == ("image/webp", SHA256)
    assert office.staff.get(f"/v1/sign-requests/{id}/pages/3").status_code == 404


def test_the_created_event_tells_the_whole_state(office: Office) -> None:
    id = office.make()
    (event,) = office.told("created")
    assert (event.data["id"], event.data["status"], event.subjectversion) == (id, "preparing", 1)


FAILURES: dict[str, tuple[bytes, dict[str, Any], str]] = {
    "0 bytes": (b"", {}, "empty"),
    "truncated": (DOCUMENT[: len(DOCUMENT) // 2], {}, "damaged"),
    "encrypted": (encrypted_pdf(user="x"), {}, "encrypted"),
    "no PDF": (b"PK\x03\x04", {}, "not_pdf"),
    "another client's document": (DOCUMENT, {"account_id": str(new_id())}, "other_account"),
    "in quarantine": (DOCUMENT, {"status": "quarantined"}, "not_available"),
    "said to be huge": (DOCUMENT, {"size": 10**10}, "too_large"),
}


@pytest.mark.parametrize(("data", "facts", "reason"), FAILURES.values(), ids=FAILURES)
def test_a_document_that_cannot_be_signed_fails_with_a_reason(
    office: Office, data: bytes, facts: dict[str, Any], reason: str
) -> None:
    id = office.make(office.has_document(data, **facts))
    found = office.get(id)
    assert (found["status"], found["failure"]) == ("failed", reason)
    assert office.plan(id).json["code"] == "illegal_transition"
    assert office.staff.post(f"/v1/sign-requests/{id}/send").json["code"] == "illegal_transition"
    assert office.staff.get(f"/v1/sign-requests/{id}/document").status_code == 409


def test_a_document_that_does_not_exist_fails(office: Office) -> None:
    id = new_id()
    office.documents.expect_request(f"/v1/documents/{id}").respond_with_json({"code": "not_found", "title": ""}, 404)
    assert office.get(office.make(id))["failure"] == "not_available"


def test_a_documents_service_that_is_down_is_asked_again(office: Office) -> None:
    id = new_id()
    office.documents.expect_ordered_request(f"/v1/documents/{id}").respond_with_data("", 503)
    with pytest.raises(Problem):
        office.make(id)
    assert office.staff.get("/v1/sign-requests").json["items"][0]["status"] == "preparing"


def test_bytes_other_than_announced_are_not_taken(office: Office) -> None:
    with pytest.raises(WrongBytes):
        office.make(office.has_document(sha256="0" * 64))
    assert office.staff.get("/v1/sign-requests").json["items"][0]["status"] == "preparing"


def test_a_stored_file_that_is_gone_is_a_503(office: Office) -> None:
    id = office.make()
    office.harness.runtime.blobs.delete(queries.original_key(SHA256))
    for path in ("document", "pages/1"):
        assert office.staff.get(f"/v1/sign-requests/{id}/{path}").status_code == 503


def test_the_created_event_counts_once(office: Office) -> None:
    id = office.make()
    version = office.get(id)["version"]
    office.handle("created")
    assert office.get(id)["version"] == version


def test_a_sign_request_needs_a_client_that_exists(office: Office) -> None:
    body = {"account_id": str(new_id()), "document_id": str(new_id()), "title": "x"}
    answer = office.staff.post("/v1/sign-requests", json=body)
    assert (answer.status_code, list(answer.json["errors"])) == (422, ["account_id"])


@pytest.mark.parametrize("title", ["", "   ", "a" * 201, "a\u2028b", "a\x00b"])
def test_a_title_is_clean_text(office: Office, title: str) -> None:
    body = {"account_id": str(office.account), "document_id": str(new_id()), "title": title}
    assert office.staff.post("/v1/sign-requests", json=body).status_code == 422


def field(**changes: Any) -> dict[str, Any]:
    return {
        "recipient": "a", "type": "signature", "page": 1, "x": 10, "y": 10, "width": 100, "height": 40, **changes
    }  # fmt: skip


def test_a_plan_is_kept_and_can_be_replaced(office: Office) -> None:
    id = office.make()
    assert office.plan(id, office.ana, office.bruno).status_code == 200
    found = office.plan(id).json
    assert [one["name"] for one in found["recipients"]] == ["Ana Acosta"]
    assert [one["type"] for one in found["fields"]] == ["signature", "date", "checkbox", "text"]
    assert found["recipients"][0]["user_id"] == str(office.ana_user)
    assert found["recipients"][0]["status"] == "waiting"


WRONG_FIELDS = {
    "page 0": (field(page=0), "fields.0.page"),
    "page 3 of 2": (field(page=3), "fields.0.page"),
    "beyond the right edge": (field(x=500), "fields.0"),
    "beyond the lower edge": (field(y=810), "fields.0"),
    "beyond the edge of a turned page": (field(page=2, x=10, y=580), "fields.0"),
    "left of the page": (field(x=-5), "fields.0"),
    "not a number": (field(x="NaN"), "fields.0.x"),
    "infinite": (field(width="Infinity"), "fields.0.width"),
    "no height": (field(height=0), "fields.0.height"),
    "unknown type": (field(type="stamp"), "fields.0.type"),
    "for nobody": (field(recipient="z"), "fields.0.recipient"),
    "no signature": (field(type="date"), "recipients.0"),
    "only an optional signature": (field(required=False), "recipients.0"),
    "something unknown": (field(value="forged"), "fields.0.value"),
}


@pytest.mark.parametrize(("wrong", "where"), WRONG_FIELDS.values(), ids=WRONG_FIELDS)
def test_a_field_that_cannot_be_is_refused(office: Office, wrong: dict[str, Any], where: str) -> None:
    id = office.make()
    plan = {"recipients": [{"key": "a", "contact_id": str(office.ana)}], "fields": [wrong]}
    answer = office.staff.put(f"/v1/sign-requests/{id}/plan", json=plan)
    assert answer.status_code == 422
    assert where in answer.json["errors"]
    assert office.get(id)["recipients"] == []


def test_recipients_are_contacts_of_the_client_each_named_once(office: Office) -> None:
    id = office.make()
    stranger, removed = new_id(), new_id()
    office.harness.deliver("portal.contact.saved.v1", {"id": str(stranger), "account_id": str(new_id())}, version=1)
    office.add_contact(removed, "Gone", "gone@x.example", "en", removed=True)
    for contact in (stranger, removed, new_id()):
        plan = {"recipients": [{"key": "a", "contact_id": str(contact)}], "fields": [field()]}
        answer = office.staff.put(f"/v1/sign-requests/{id}/plan", json=plan)
        assert (answer.status_code, list(answer.json["errors"])) == (422, ["recipients.0.contact_id"])
    twice = [{"key": key, "contact_id": str(office.ana)} for key in ("a", "b")]
    plan = {"recipients": twice, "fields": [field(), field(recipient="b", y=60)]}
    assert office.staff.put(f"/v1/sign-requests/{id}/plan", json=plan).status_code == 422
    copy = {"recipients": [{"key": "a", "contact_id": str(office.ana), "role": "copy"}], "fields": [field()]}
    assert office.staff.put(f"/v1/sign-requests/{id}/plan", json=copy).status_code == 422


def test_sending_tells_those_who_come_first(office: Office) -> None:
    id = office.sent(office.ana, office.bruno, order=lambda number: number + 1)
    found = office.get(id)
    assert found["status"] == "sent"
    assert [one["status"] for one in found["recipients"]] == ["notified", "waiting"]
    (event,) = office.told("sent")
    assert [one["status"] for one in event.data["recipients"]] == ["notified", "waiting"]
    assert event.data["document_sha256"] == SHA256


def test_a_draft_without_a_plan_is_not_sent(office: Office) -> None:
    answer = office.staff.post(f"/v1/sign-requests/{office.make()}/send")
    assert (answer.status_code, answer.json["code"]) == (409, "no_plan")


def test_a_sent_request_is_neither_planned_nor_sent_again(office: Office) -> None:
    id = office.sent()
    assert office.plan(id).json["code"] == "illegal_transition"
    assert office.staff.post(f"/v1/sign-requests/{id}/send").json["code"] == "illegal_transition"
    assert len(office.told("sent")) == 1


def test_a_voided_request_is_over(office: Office) -> None:
    id = office.sent()
    assert office.staff.post(f"/v1/sign-requests/{id}/void", json={"reason": ""}).status_code == 422
    answer = office.staff.post(f"/v1/sign-requests/{id}/void", json={"reason": "Wrong letter"})
    assert (answer.json["status"], answer.json["close_reason"]) == ("voided", "Wrong letter")
    (event,) = office.told("voided")
    assert (event.data["reason"], event.data["by"]["name"]) == ("Wrong letter", "Lucía Marín")
    assert office.staff.post(f"/v1/sign-requests/{id}/void", json={"reason": "Again"}).status_code == 409
    ana = office.client()
    assert office.get(id, ana)["mine"]["step"] == "none"
    for answer in (office.consent(id, ana), office.sign(id, ana, values=[])):
        assert (answer.status_code, answer.json["code"]) == (409, "illegal_transition")


def test_lists_are_paged_and_filtered(office: Office) -> None:
    made = [office.make() for _ in range(3)]
    first = office.staff.get("/v1/sign-requests?limit=2").json
    second = office.staff.get(f"/v1/sign-requests?limit=2&cursor={first['next']}").json
    assert [one["id"] for one in first["items"] + second["items"]] == made[::-1]
    assert second["next"] is None
    assert office.staff.get("/v1/sign-requests?status=sent").json["items"] == []
    assert office.staff.get(f"/v1/sign-requests?account_id={new_id()}").json["items"] == []
    assert office.staff.get("/v1/sign-requests?cursor=x").status_code == 422


def test_the_disclosure_names_the_firm_in_each_language(office: Office) -> None:
    hashes = set()
    for locale, word in {"en": "withdraw", "es": "retirar", "pt": "retirar"}.items():
        shown = office.client().get(f"/v1/disclosure?locale={locale}").json
        assert "Marín & Costa, S.L." in shown["text"]
        assert "hello@marincosta.example" in shown["text"]
        assert word in shown["text"]
        assert hashlib.sha256(shown["text"].encode()).hexdigest() == shown["sha256"]
        kinds = [block["type"] for block in shown["blocks"]]
        assert (kinds[0], kinds.count("list"), kinds.count("heading")) == ("heading", 1, 7)
        assert len(next(block for block in shown["blocks"] if block["type"] == "list")["items"]) == 3
        hashes.add(shown["sha256"])
    assert len(hashes) == 3


def test_a_long_document_is_taken(office: Office) -> None:
    from tests.signing.samples import Page

    found = office.get(office.make(office.has_document(make_pdf([Page()] * 120))))
    assert (found["status"], len(found["pages"])) == ("draft", 120)

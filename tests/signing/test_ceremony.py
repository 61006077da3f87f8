"""What signers do, and what nobody can do: the ceremony from opening to the last signature."""

import base64
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select, update

from services.chassis.columns import new_id
from services.signing import queries
from services.signing.models import TRANSITIONS, Consent, Signature, SignRequest
from tests.signing.office import DOCUMENT, DRAWING, PHONE, Office
from tests.signing.samples import huge_png, png

OTHER_SHA256 = "0" * 64


def test_a_signer_opens_agrees_and_signs(office: Office) -> None:
    id, ana = office.sent(), office.client()
    steps = [office.get(id, ana)["mine"]["step"]]
    for act in (office.view, office.consent, office.sign):
        answer = act(id, ana)
        assert answer.status_code == 200, answer.json
        steps.append(answer.json["mine"]["step"])
    assert steps == ["view", "consent", "sign", "none"]
    found = office.get(id)
    assert (found["status"], found["recipients"][0]["status"]) == ("signed", "signed")
    (viewed,), (signed,) = office.told("viewed"), office.told("signed")
    assert viewed.data["recipient_id"] == signed.data["recipient_id"] == found["recipients"][0]["id"]
    assert signed.data["status"] == "signed"
    assert viewed.subjectversion < signed.subjectversion


def test_opening_counts_once(office: Office) -> None:
    id, ana = office.sent(), office.client()
    first = office.view(id, ana).json
    second = office.view(id, ana).json
    assert first["version"] == second["version"]
    assert first["recipients"][0]["viewed_at"] == second["recipients"][0]["viewed_at"]
    assert len(office.told("viewed")) == 1


def test_consent_keeps_what_was_agreed_to(office: Office) -> None:
    id, ana = office.sent(), office.client()
    office.view(id, ana)
    office.consent(id, ana)
    assert office.consent(id, ana).status_code == 200  # the second time changes nothing
    (given,) = office.staff.get(f"/v1/sign-requests/{id}/audit").json["consents"]
    shown = ana.get("/v1/disclosure?locale=es").json
    assert (given["disclosure_version"], given["locale"]) == (shown["version"], "es")
    assert (given["disclosure_sha256"], given["text"]) == (shown["sha256"], shown["text"])
    assert (given["ip"], given["user_agent"]) == (PHONE["ip"], PHONE["user_agent"])
    assert given["document_sha256"] == office.get(id)["document_sha256"]


def test_the_text_agreed_to_stays_when_the_firm_changes_its_details(office: Office) -> None:
    id, ana = office.sent(), office.client()
    office.view(id, ana)
    office.consent(id, ana)
    office.harness.deliver("portal.settings.saved.v1", {"legal_name": "Another name"}, version=99)
    (given,) = office.staff.get(f"/v1/sign-requests/{id}/audit").json["consents"]
    assert "Marín & Costa, S.L." in given["text"]
    assert "Another name" in ana.get("/v1/disclosure").json["text"]


def test_nothing_goes_on_without_consent(office: Office) -> None:
    id, ana = office.sent(), office.client()
    assert office.consent(id, ana).json["code"] == "not_viewed"
    assert office.sign(id, ana).json["code"] == "consent_needed"
    office.view(id, ana)
    assert office.sign(id, ana).json["code"] == "consent_needed"
    assert office.get(id)["recipients"][0]["status"] == "viewed"


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"document_sha256": OTHER_SHA256}, "document_changed"),
        ({"disclosure_version": "2020-01"}, "disclosure_changed"),
        ({"disclosure_sha256": OTHER_SHA256}, "disclosure_changed"),
    ],
)
def test_consent_is_bound_to_what_was_shown(office: Office, wrong: dict[str, str], code: str) -> None:
    id, ana = office.sent(), office.client()
    office.view(id, ana)
    answer = office.consent(id, ana, **wrong)
    assert (answer.status_code, answer.json["code"]) == (409, code)


def test_a_document_swapped_between_view_and_signature_is_not_signed(office: Office) -> None:
    """Threat 14: by its hash in the call, in the row, or by its bytes in the store."""
    from tests.signing.samples import Page, make_pdf

    id, ana = office.sent(), office.client()
    office.view(id, ana)
    office.consent(id, ana)
    answer = office.sign(id, ana, document_sha256=OTHER_SHA256)
    assert (answer.status_code, answer.json["code"]) == (409, "document_changed")
    blobs, key = office.harness.runtime.blobs, queries.original_key(office.get(id)["document_sha256"])
    blobs.write(key, [make_pdf([Page(text="The fee is 9 euros.")])])
    answer = office.sign(id, ana)
    assert (answer.status_code, answer.json["code"]) == (409, "document_changed")
    blobs.delete(key)
    assert office.sign(id, ana).json["code"] == "document_changed"
    assert office.told("signed") == []
    blobs.write(key, [DOCUMENT])  # control: with the bytes that were shown it goes through
    assert office.sign(id, ana).status_code == 200


def test_fifty_at_once_sign_once(office: Office) -> None:
    """Threat 13."""
    id, ana = office.sent(), office.client()
    office.view(id, ana)
    office.consent(id, ana)
    body = {
        "document_sha256": office.get(id)["document_sha256"],
        "values": office.values(id, ana, typed={"text": "Ana Acosta", "font": "script"}),
    }
    browsers = [office.client() for _ in range(50)]
    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(lambda one: one.post(f"/v1/sign-requests/{id}/sign", json=body), browsers))
    codes = sorted(answer.status_code for answer in answers)
    assert codes == [200] + [409] * 49
    assert {answer.json["code"] for answer in answers if answer.status_code == 409} == {"already_signed"}
    assert len(office.told("signed")) == 1
    with office.harness.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Signature)) == 1


def test_fifty_at_once_consent_once(office: Office) -> None:
    id = office.sent()
    office.view(id, office.client())
    shown = office.client().get("/v1/disclosure?locale=es").json
    body = {
        "disclosure_version": shown["version"],
        "locale": "es",
        "document_sha256": office.get(id)["document_sha256"],
    }
    browsers = [office.client() for _ in range(50)]
    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(lambda one: one.post(f"/v1/sign-requests/{id}/consent", json=body), browsers))
    assert {answer.status_code for answer in answers} == {200}
    with office.harness.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Consent)) == 1


def test_signing_in_order(office: Office) -> None:
    id = office.sent(office.ana, office.bruno, order=lambda number: number + 1)
    ana, bruno = office.client(), office.client(office.bruno)
    for answer in (office.view(id, bruno), office.sign(id, bruno, values=[]), bruno.get(f"/v1/sign-requests/{id}")):
        assert answer.status_code == 404  # who is not called yet knows nothing of it
    assert bruno.get("/v1/sign-requests").json["items"] == []
    assert office.sign_all(id, ana).status_code == 200
    assert office.get(id)["status"] == "sent"
    assert [one["status"] for one in office.told("signed")[-1].data["recipients"]] == ["signed", "notified"]
    assert office.sign_all(id, bruno).status_code == 200
    assert office.get(id)["status"] == "signed"


def test_signing_side_by_side(office: Office) -> None:
    id = office.sent(office.ana, office.bruno)
    assert office.sign_all(id, office.client(office.bruno)).status_code == 200
    assert office.get(id)["status"] == "sent"
    assert office.sign(id, office.client(office.bruno)).json["code"] == "already_signed"
    assert office.sign_all(id, office.client()).status_code == 200
    assert office.get(id)["status"] == "signed"


def test_declining_ends_it(office: Office) -> None:
    id, ana = office.sent(), office.client()
    assert ana.post(f"/v1/sign-requests/{id}/decline", json={"reason": ""}).status_code == 422
    answer = ana.post(f"/v1/sign-requests/{id}/decline", json={"reason": "The fee is wrong.", "client": PHONE})
    assert answer.json["status"] == "declined"
    (event,) = office.told("declined")
    assert event.data["reason"] == "The fee is wrong."
    for act in (office.consent, office.sign):
        assert act(id, ana).json["code"] == "illegal_transition"
    assert office.staff.post(f"/v1/sign-requests/{id}/void", json={"reason": "x"}).json["code"] == "illegal_transition"


def test_who_has_signed_cannot_decline_and_a_signed_request_cannot_be_voided(office: Office) -> None:
    id, ana = office.sent(), office.client()
    office.sign_all(id, ana)
    assert ana.post(f"/v1/sign-requests/{id}/decline", json={"reason": "x"}).json["code"] == "already_signed"
    assert office.staff.post(f"/v1/sign-requests/{id}/void", json={"reason": "x"}).json["code"] == "illegal_transition"


def signed_with(office: Office, change: Any) -> Any:
    id, ana = office.sent(), office.client()
    office.view(id, ana)
    office.consent(id, ana)
    values = office.values(id, ana)
    return office.sign(id, ana, values=change(values)), values


def without(number: int) -> Any:
    return lambda values: values[:number] + values[number + 1 :]


def with_value(number: int, **value: Any) -> Any:
    return lambda values: [
        {"field_id": one["field_id"], **value} if at == number else one for at, one in enumerate(values)
    ]


def data_url(data: bytes) -> str:
    return "data:image/png;base64," + base64.b64encode(data).decode()


REFUSED = {
    "no signature": (without(0), 0),
    "an empty drawing": (with_value(0, drawing=data_url(png(blank=True))), 0),
    "a drawing of 30,000 x 30,000": (with_value(0, drawing=data_url(huge_png()[:200_000])), 0),
    "a drawing that is no PNG": (with_value(0, drawing=data_url(b"<svg onload=alert(1)>")), 0),
    "a drawing that is no base64": (with_value(0, drawing="data:image/png;base64,@@@@"), 0),
    "text in place of a signature": (with_value(0, text="Ana"), 0),
    "a typed name that the typeface lacks": (with_value(0, typed={"text": "山田", "font": "script"}), 0),
    "a date that is none": (with_value(1, text="tomorrow"), 1),
    "a checkbox not ticked": (with_value(2, checked=False), 2),
    "text that does not fit": (with_value(3, text="word " * 200), 3),
}


@pytest.mark.parametrize(("change", "number"), REFUSED.values(), ids=REFUSED)
def test_values_that_are_not_right_are_named(office: Office, change: Any, number: int) -> None:
    answer, values = signed_with(office, change)
    assert answer.status_code == 422
    assert list(answer.json["errors"]) == [values[number]["field_id"]]
    assert office.told("signed") == []


@pytest.mark.parametrize("change", [without(1), without(3), with_value(1), with_value(0, typed={"text": "Ana Acosta"})])
def test_a_date_fills_itself_in_and_what_is_optional_may_be_left_out(office: Office, change: Any) -> None:
    answer, _ = signed_with(office, change)
    assert answer.status_code == 200, answer.json


def test_the_fields_of_others_cannot_be_filled_in(office: Office) -> None:
    id = office.sent(office.ana, office.bruno)
    ana = office.client()
    office.view(id, ana)
    office.consent(id, ana)
    theirs = next(field for field in office.get(id)["fields"] if field["id"] not in str(office.values(id, ana)))
    values = [*office.values(id, ana), {"field_id": theirs["id"], "drawing": DRAWING}]
    answer = office.sign(id, ana, values=values)
    assert (answer.status_code, list(answer.json["errors"])) == (422, [theirs["id"]])
    twice = office.values(id, ana)
    assert office.sign(id, ana, values=[*twice, twice[0]]).status_code == 422


def test_a_client_sees_only_what_they_are_asked_to_sign(office: Office) -> None:
    """Threat 1: everything else does not exist, whatever the path."""
    draft = office.make()
    office.plan(draft)
    id = office.sent()
    strangers = [
        office.client(office.bruno),  # the same account, another contact
        office.harness.client(new_id(), contact_id=office.ana),  # another account is being looked at
        office.harness.client(office.account),
        office.harness.client(new_id()),
    ]
    paths = [("GET", path) for path in ("", "/document", "/sealed", "/text", "/pages/1")]
    for browser, sign_request in [*((stranger, id) for stranger in strangers), (office.client(), draft)]:
        url = f"/v1/sign-requests/{sign_request}"
        assert {browser.open(method, url + path).status_code for method, path in paths} == {404}
        assert office.view(sign_request, browser).status_code == 404
        assert browser.post(f"{url}/decline", json={"reason": "x"}).status_code == 404
        assert office.sign(sign_request, browser, values=[], document_sha256=OTHER_SHA256).status_code == 404
        consent = {"disclosure_version": "x", "locale": "en", "document_sha256": OTHER_SHA256}
        assert browser.post(f"{url}/consent", json=consent).status_code == 404
        assert browser.get(f"{url}/audit").status_code == 403
    for stranger in strangers:
        assert stranger.get("/v1/sign-requests").json["items"] == []
    assert [one["id"] for one in office.client().get("/v1/sign-requests").json["items"]] == [id]


def test_staff_and_services_cannot_act_as_signers(office: Office) -> None:
    """Threat 2: no permission lets staff open, agree, sign or decline, and no link or token stands for a signer."""
    id = office.sent()
    everything = ("signing.read", "signing.write", "clients.write", "staff.manage", "settings.write")
    for browser in (
        office.harness.staff(*everything),
        office.harness.peer("documents"),
        office.harness.peer("gateway"),
    ):
        for act in ("view", "consent", "sign", "decline"):
            assert browser.post(f"/v1/sign-requests/{id}/{act}", json={}).status_code == 403
    assert office.harness.anyone().get(f"/v1/sign-requests/{id}").status_code == 401
    assert "token" not in str(office.get(id)) + str([event.data for event in office.told("sent")])


def test_permissions(office: Office) -> None:
    id, reader = office.sent(), office.harness.staff("signing.read")
    assert office.get(id, reader)["id"] == id
    assert reader.post(f"/v1/sign-requests/{id}/void", json={"reason": "x"}).status_code == 403
    assert reader.post("/v1/sign-requests", json={}).status_code == 403
    assert office.harness.staff("documents.write").get(f"/v1/sign-requests/{id}").status_code == 403
    assert office.client().post(f"/v1/sign-requests/{id}/send").status_code == 403
    assert office.client().post(f"/v1/sign-requests/{id}/void", json={"reason": "x"}).status_code == 403
    assert office.harness.peer("portal").get(f"/v1/sign-requests/{id}/sealed").status_code == 403


def test_a_removed_contact_still_stands_in_what_was_sent(office: Office) -> None:
    id = office.sent()
    office.add_contact(office.ana, "Ana Acosta Ruiz", "new@x.example", "en", removed=True, version=9)
    (recipient,) = office.get(id)["recipients"]
    assert (recipient["name"], recipient["email"]) == ("Ana Acosta", "ana@talleresacosta.example")


def test_where_a_signer_is_cannot_be_made_up_through_the_proxy(office: Office) -> None:
    """The proxy passes the body as it is and overwrites X-Forwarded-For; the gateway's pages send neither header."""
    id, ana = office.sent(), office.client()
    proxied = {"X-Forwarded-For": "198.51.100.7", "User-Agent": "curl/8\x01"}
    answer = ana.post(f"/v1/sign-requests/{id}/view", json={"client": PHONE}, headers=proxied)
    assert answer.status_code == 200
    office.consent(id, ana, client={"ip": "203.0.113.9", "user_agent": "Phone", "device": "kept by identity alone"})
    steps = office.staff.get(f"/v1/sign-requests/{id}/audit").json["steps"]
    seen = [(step["details"]["ip"], step["details"]["user_agent"]) for step in steps[-2:]]
    assert seen == [("198.51.100.7", "curl/8"), ("203.0.113.9", "Phone")]


def test_a_call_without_a_body_opens_the_document(office: Office) -> None:
    id = office.sent()
    assert office.client().post(f"/v1/sign-requests/{id}/view").json["mine"]["step"] == "consent"


ALLOWED = {
    "plan": {"draft"},
    "send": {"draft"},
    "void": {"preparing", "draft", "failed", "sent"},
    "consent": {"sent"},
    "sign": {"sent"},
    "decline": {"sent"},
}


@pytest.mark.parametrize("status", TRANSITIONS)
def test_every_illegal_transition_is_refused(office: Office, status: str) -> None:
    """Threat 13: each act on a sign request in each state, as it is forced into the database."""
    for act, states in ALLOWED.items():
        id = office.sent()
        reached = {"consent": "viewed", "sign": "consented"}.get(act, "notified")
        if reached != "notified":
            office.view(id, office.client())
        if reached == "consented":
            office.consent(id, office.client())
        with office.harness.database.unit_of_work() as session:
            session.execute(update(SignRequest).where(SignRequest.id == UUID(id)).values(status=status))
        before = changes(office)
        answer = acting(office, act, id)
        if status in states:
            assert answer.status_code == 200, (act, status, answer.json)
        else:
            hidden = act in ("consent", "sign", "decline") and status in ("preparing", "draft", "failed")
            assert answer.status_code == (404 if hidden else 409), (act, status, answer.json)
            assert changes(office) == before
            assert office.get(id)["status"] == status


def changes(office: Office) -> list[UUID]:
    """Return the events that tell of a change; that staff opened a sign request is told too."""
    return [event.id for event in office.harness.recorded() if event.type != "signing.sign_request.opened.v1"]


def acting(office: Office, act: str, id: str) -> Any:
    path, ana = f"/v1/sign-requests/{id}/{act}", office.client()
    match act:
        case "plan":
            return office.plan(id)
        case "consent":
            return office.consent(id, ana)
        case "sign":
            fields = [field for field in office.get(id)["fields"] if field["type"] == "signature"]
            values = [{"field_id": fields[0]["id"], "typed": {"text": "Ana"}}]
            boxes = [field for field in office.get(id)["fields"] if field["type"] == "checkbox"]
            values += [{"field_id": box["id"], "checked": True} for box in boxes]
            return office.sign(id, ana, values=values)
        case "decline":
            return ana.post(path, json={"reason": "x"})
        case _:
            return office.staff.post(path, json={"reason": "x"} if act == "void" else None)

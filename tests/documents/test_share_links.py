"""Links for people without an account: what they give, to whom, how often, and what they never tell."""

import io
import zipfile
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
import time_machine
from argon2 import PasswordHasher
from sqlalchemy import true, update

from services.chassis.testing.harness import Browser, Harness
from services.documents.library.models import Document
from services.documents.shares import actions, passwords, queries
from services.documents.shares.models import ShareLink
from tests.documents.samples import PDF, uploaded

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
OVER = {"code": "share_link_over", "title": "Not available any more", "status": 404}


@pytest.fixture(autouse=True)
def quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


def make(browser: Browser, document: Any, **values: Any) -> Any:
    headers = values.pop("headers", {})
    return browser.post(f"/v1/documents/{document['id']}/share-links", json=values, headers=headers)


def token_of(made: Any) -> str:
    assert made.status_code == 201, made.json
    place, _, token = made.json["url"].rpartition("/")
    assert place == "https://portal.example/shared"
    return str(token)


def inspect(harness: Harness, token: str) -> Any:
    return harness.peer("gateway").post("/v1/held-links/inspect", json={"token": token})


def download(harness: Harness, token: str, **more: Any) -> Any:
    body = {"token": token, "address": "203.0.113.9", **more}
    return harness.peer("gateway").post("/v1/held-links/download", json=body)


def is_over(answer: Any) -> bool:
    return {key: answer.json.get(key) for key in OVER} == OVER


def test_a_link_gives_its_document_and_keeps_who_came(harness: Harness, account: UUID) -> None:
    staff = harness.staff()
    document = uploaded(staff, account, name="Balance.pdf")
    made = make(staff, document, note="For the bank")
    token = token_of(made)
    for _ in range(5):
        seen = inspect(harness, token)
    assert (seen.json["name"], seen.json["size"], seen.json["has_password"]) == ("Balance.pdf", len(PDF), False)
    link = f"/v1/share-links/{made.json['id']}"
    assert (staff.get(link).json["downloads"], staff.get(link).json["uses"]) == (0, []), "to look counts nothing"
    answer = download(harness, token)
    assert (answer.status_code, answer.data) == (200, PDF)
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    found = staff.get(link).json
    assert (found["downloads"], found["state"]) == (1, "active")
    (use,) = found["uses"]
    assert (use["what"], use["name"], use["address"], use["version_number"]) == (
        "downloaded",
        "Balance.pdf",
        "203.0.113.9",
        1,
    )
    history = [entry["action"] for entry in staff.get(f"/v1/documents/{document['id']}/history").json["items"]]
    assert history[:2] == ["link_used", "link_made"]
    assert [event.type for event in harness.recorded()[-2:]] == [
        "documents.link.created.v1",
        "documents.link.used.v1",
    ]


def test_the_token_is_nowhere_but_in_the_first_answer(harness: Harness, account: UUID) -> None:
    staff = harness.staff()
    made = make(staff, uploaded(staff, account), password="correct horse")
    token = token_of(made)
    assert len(token) >= 22, "128 bits or more"
    told = [staff.get(path).text for path in ("/v1/share-links", f"/v1/share-links/{made.json['id']}")]
    told += [str(event.data) for event in harness.recorded()]
    with harness.database.reading() as session:
        told.append(str(session.execute(ShareLink.__table__.select()).all()))
    assert not [text for text in told if token in text or "correct horse" in text]
    assert token in made.text, "control: the search finds it where it is"


def test_every_link_that_gives_nothing_answers_alike(harness: Harness, account: UUID) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        staff = harness.staff()
        revoked, expired, used, deleted, locked, infected = [uploaded(staff, account) for _ in range(6)]
        tokens = [token_of(make(staff, one, days=2 if one is expired else 7)) for one in (revoked, expired, deleted)]
        link = staff.get("/v1/share-links", query_string={"document_id": revoked["id"]}).json["items"][0]
        assert staff.post(f"/v1/share-links/{link['id']}/revoke").json["state"] == "revoked"
        assert staff.delete(f"/v1/documents/{deleted['id']}").status_code == 204
        tokens.append(token_of(make(staff, used, most_downloads=1)))
        assert download(harness, tokens[-1]).status_code == 200
        tokens.append(token_of(make(staff, locked)))
        assert staff.post(f"/v1/documents/{locked['id']}/lock", json={"reference": "2031"}).status_code == 200
        tokens.append(token_of(make(staff, infected)))
        with harness.database.unit_of_work() as session:
            session.execute(update(Document).where(Document.id == UUID(infected["id"])).values(status="quarantined"))
        good = token_of(make(staff, uploaded(staff, account)))
        clock.shift(2 * 86400)
        staff = harness.staff()
        for token in [*tokens, "x", "", good[:-1], good + "x"]:
            assert is_over(inspect(harness, token)), token
            assert is_over(download(harness, token)), token
        assert download(harness, good).data == PDF, "control: a good one still works"
        states = [link["state"] for link in staff.get("/v1/share-links?state=over").json["items"]]
    assert sorted(states) == ["expired", "revoked", "used_up"]


def test_one_download_is_one_also_at_once(harness: Harness, account: UUID) -> None:
    staff = harness.staff()
    token = token_of(make(staff, uploaded(staff, account), most_downloads=1))
    with ThreadPoolExecutor(20) as threads:
        answers = list(threads.map(lambda _: download(harness, token).status_code, range(20)))
    assert sorted(answers) == [200] + [404] * 19


def test_without_the_limit_in_the_statement_the_race_is_seen(
    harness: Harness, account: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "is_live", true)
    monkeypatch.setattr(queries, "is_live", true)
    staff = harness.staff()
    token = token_of(make(staff, uploaded(staff, account), most_downloads=1))
    assert [download(harness, token).status_code for _ in range(2)] == [200, 200], "control"


def test_a_password_hides_the_document_and_is_not_guessed(harness: Harness, account: UUID) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        staff = harness.staff()
        made = make(staff, uploaded(staff, account, name="Secreto.pdf"), password="correct horse")
        token = token_of(made)
        seen = inspect(harness, token)
        assert (seen.json["has_password"], seen.json["name"], seen.json["size"]) == (True, None, None)
        assert "Secreto" not in seen.text
        with ThreadPoolExecutor(10) as threads:
            tries = list(threads.map(lambda n: download(harness, token, password=f"wrong {n}").status_code, range(20)))
        assert sorted(tries) == [403] * 5 + [429] * 15
        waiting = download(harness, token, password="correct horse")
        assert (waiting.status_code, waiting.json["code"]) == (429, "too_many_attempts")
        assert waiting.headers["Retry-After"] == "900"
        clock.shift(15 * 60 + 1)
        assert download(harness, token, password="correct horse").data == PDF
        uses = harness.staff().get(f"/v1/share-links/{made.json['id']}").json["uses"]
        assert [use["what"] for use in uses] == ["downloaded"] + ["refused"] * 5


def test_what_a_link_may_not_be(harness: Harness, account: UUID) -> None:
    staff = harness.staff()
    document = uploaded(staff, account)
    for wrong in ({"days": 0}, {"days": 91}, {"most_downloads": 0}, {"password": "short"}, {"token": "mine"}):
        assert make(staff, document, **wrong).status_code == 422, wrong
    assert make(staff, document, headers={"Idempotency-Key": "k"}).status_code == 201
    again = make(staff, document, headers={"Idempotency-Key": "k"})
    assert (again.status_code, again.json["code"]) == (409, "link_made_already")
    assert len(staff.get("/v1/share-links").json["items"]) == 1


def test_a_client_makes_links_only_where_the_firm_lets_it(harness: Harness, account: UUID) -> None:
    staff, client = harness.staff(), harness.client(account)
    own, private = uploaded(client, account), uploaded(staff, account)
    assert make(client, own).json["code"] == "share_links_switched_off"
    switches = harness.example("portal.settings.saved.v1").data["switches"] | {"client_share_links": True}
    harness.deliver("portal.settings.saved.v1", {"switches": switches}, version=50)
    token = token_of(make(client, own))
    assert make(client, private).status_code == 404
    theirs = make(staff, private).json
    assert [link["name"] for link in client.get("/v1/share-links").json["items"]] == [own["name"]]
    assert client.get(f"/v1/share-links/{theirs['id']}").status_code == 404
    assert client.post(f"/v1/share-links/{theirs['id']}/revoke").status_code == 404
    assert download(harness, token).status_code == 200
    shared = uploaded(staff, account, share="true")
    token = token_of(make(client, shared))
    staff.post(f"/v1/documents/{shared['id']}/unshare")
    assert is_over(download(harness, token)), "a client's link gives no more than the client sees"


def test_a_file_that_cannot_be_read_uses_nothing_up(harness: Harness, account: UUID) -> None:
    staff = harness.staff()
    token = token_of(make(staff, uploaded(staff, account), most_downloads=1))
    for path in (harness.folder / "files").rglob("*"):
        if path.is_file():
            path.unlink()
    assert download(harness, token).status_code == 503
    assert staff.get("/v1/share-links").json["items"][0]["downloads"] == 0


def test_a_link_to_a_folder_gives_a_zip_of_what_the_client_may_see(harness: Harness, account: UUID) -> None:
    staff = harness.staff()
    folder = staff.post(f"/v1/accounts/{account}/folders", json={"name": "For the bank"}).json["id"]
    for name, share in (("Seen.pdf", "true"), ("Draft.pdf", "false"), ("Waits.pdf", "true")):
        document = uploaded(staff, account, name=name, share=share, folder_id=folder)
        if name == "Waits.pdf":
            staff.post(f"/v1/documents/{document['id']}/lock", json={"reference": "2031"})
    uploaded(staff, account, name="Elsewhere.pdf", share="true")
    made = staff.post(f"/v1/folders/{folder}/share-links", json={"most_downloads": 1})
    token = token_of(made)
    assert (inspect(harness, token).json["name"], inspect(harness, token).json["files"]) == ("For the bank", 1)
    answer = download(harness, token)
    assert answer.headers["Content-Disposition"] == 'attachment; filename="For the bank.zip"'
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        assert archive.namelist() == ["Seen.pdf"], "what waits for a payment is not even named"
        assert archive.read("Seen.pdf") == PDF
    assert is_over(download(harness, token))

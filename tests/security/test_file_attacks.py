"""Attacks on every way in and out of documents: script in files, names, ranges, headers, floods (threats 12, 25 to 27).

The ways are read from the routes, so that one which is added later is tried by being there.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from werkzeug.test import TestResponse

from services.chassis.columns import new_id
from services.chassis.testing.fixtures import OpenHarness
from services.chassis.testing.harness import Browser, Harness
from services.documents.library import downloads
from services.documents.service import SERVICE
from tests.documents.samples import PDF, uploaded

NAMES = (
    "../../etc/passwd.pdf",
    "..\\..\\windows\\system32\\a.pdf",
    "/abs/olute.pdf",
    "C:\\a.pdf",
    "a\r\nSet-Cookie: x=1\r\n\r\n<script>.pdf",
    'a"; filename="evil.html.pdf',
    "invoice\u202efdp.exe.pdf",
    "nul\x00l.pdf",
    "CON.pdf",
    "....//....//x.pdf",
    "é" * 2000 + ".pdf",
)
RANGES = (
    "bytes=0-0,-1",
    "bytes=" + ",".join(f"{n}-{n}" for n in range(2000)),
    "bytes=99999999999999999999-",
    "bytes=5-1",
    "bytes=--1",
    "bytes=0-" + "9" * 5000,
    "kilobytes=0-1",
)
INERT = ("nosniff", "default-src 'none'; sandbox", "attachment")


@pytest.fixture
def harness(open_harness: OpenHarness) -> Harness:
    return open_harness(SERVICE)


@pytest.fixture
def account() -> UUID:
    return new_id()


def ways_out(harness: Harness, staff: Browser, document: dict[str, Any]) -> Iterator[tuple[str, TestResponse]]:
    """Yield an answer of every way by which the bytes of a document go out."""
    at = f"/v1/documents/{document['id']}"
    yield "content", staff.get(f"{at}/content")
    yield "one version", staff.get(f"{at}/content?version=1")
    yield "zip", staff.get(f"/v1/documents/archive?id={document['id']}")
    made = staff.post(f"{at}/share-links", json={})
    token = made.json["url"].rpartition("/")[2]
    yield "link", harness.peer("gateway").post("/v1/held-links/download", json={"token": token})


def is_inert(answer: TestResponse) -> bool:
    headers = answer.headers
    told = headers["X-Content-Type-Options"], headers["Content-Security-Policy"], headers["Content-Disposition"][:10]
    return told == INERT


def test_whatever_its_name_a_file_goes_out_inert_and_no_header_is_split(harness: Harness, account: UUID) -> None:
    staff = harness.staff()
    for name in NAMES:
        document = uploaded(staff, account, name=name)
        for way, answer in ways_out(harness, staff, document):
            assert answer.status_code == 200, (way, name)
            assert is_inert(answer), (way, name)
            assert "Set-Cookie" not in answer.headers
            given = answer.headers["Content-Disposition"]
            assert not re.search(r"[\x00-\x1f\x7f\u202e]", given), (way, name)
            assert given.count('"') == 2, (way, name)
            if way == "zip":
                with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
                    (entry,) = archive.namelist()
                assert not re.search(r"[\\/:\x00-\x1f]|^\.", entry), (name, entry)
    stored = [str(path.relative_to(harness.folder / "files")) for path in (harness.folder / "files").rglob("*")]
    assert not [path for path in stored if "passwd" in path or ".." in path]


def test_a_file_that_goes_out_as_a_page_is_found(
    harness: Harness, account: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(downloads, "INERT", {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": ""})
    staff = harness.staff()
    answers = dict(ways_out(harness, staff, uploaded(staff, account)))
    assert not is_inert(answers["content"]), "control"


def test_odd_ranges_give_at_most_the_file_once(harness: Harness, account: UUID) -> None:
    staff = harness.staff()
    document = uploaded(staff, account)
    for asked in RANGES:
        answer = staff.get(f"/v1/documents/{document['id']}/content", headers={"Range": asked})
        assert answer.status_code in (200, 206, 416), asked
        assert len(answer.data) <= len(PDF), asked
    one = staff.get(f"/v1/documents/{document['id']}/content", headers={"Range": "bytes=0-3"})
    assert (one.status_code, one.data) == (206, PDF[:4]), "control: a range is answered"


def test_a_flood_of_form_parts_reaches_no_way_in(harness: Harness, account: UUID) -> None:
    staff = harness.staff()
    part = b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n'
    flood = part * 20_000 + b"--x--\r\n"
    rules = [rule for rule in harness.app.url_map.iter_rules() if {"POST", "PUT", "PATCH"} & set(rule.methods or ())]
    assert len(rules) > 10
    values = {"account_id": account}
    for rule in rules:
        for method in {"POST", "PUT", "PATCH"} & set(rule.methods or ()):
            built = rule.build({name: values.get(name, new_id()) for name in rule.arguments}, append_unknown=False)
            if built is None:
                continue  # a number stands in its address
            answer = staff.open(method, built[1], data=flood, content_type="multipart/form-data; boundary=x")
            assert 400 <= answer.status_code < 500 or answer.status_code in (200, 204), (method, rule.rule)
    assert staff.get("/v1/documents").json["items"] == [], "nothing of it became a document"
    assert uploaded(staff, account)["name"] == "Informe.pdf", "control: a file is taken"


def test_a_strangers_client_gets_no_byte_by_any_way(harness: Harness, account: UUID) -> None:
    staff, stranger = harness.staff(), harness.client(new_id())
    document = uploaded(staff, account, share="true")
    at = f"/v1/documents/{document['id']}"
    ways = [f"{at}/content", f"{at}/preview", f"{at}/preview/pages/1", f"{at}/lock", f"{at}/history"]
    ways += [f"/v1/documents/archive?id={document['id']}", at]
    assert {stranger.get(way).status_code for way in ways} == {404}
    assert harness.client(account).get(f"{at}/content").data == PDF, "control: its own client gets it"

"""How bytes are given out."""

from uuid import UUID

import pytest

from services.chassis.columns import new_id
from services.chassis.testing.harness import Harness
from tests.documents.samples import PDF, sha256, uploaded


def test_bytes_are_given_out_inert(harness: Harness, account: UUID) -> None:
    staff = harness.staff()
    document = uploaded(staff, account, name='Año "2026"; ñ\u202e.pdf')
    answer = staff.get(f"/v1/documents/{document['id']}/content")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.headers["ETag"] == f'"{sha256(PDF)}"'
    assert answer.headers["Content-Length"] == str(len(PDF))
    assert answer.headers["Content-Disposition"] == (
        "attachment; filename=\"Ano _2026__ n.pdf\"; filename*=UTF-8''A%C3%B1o%20%222026%22%3B%20%C3%B1.pdf"
    )


def test_unchanged_bytes_are_not_sent_again(harness: Harness, account: UUID) -> None:
    staff = harness.staff()
    document = uploaded(staff, account)
    tag = f'"{sha256(PDF)}"'
    answer = staff.get(f"/v1/documents/{document['id']}/content", headers={"If-None-Match": tag})
    assert (answer.status_code, answer.data) == (304, b"")
    assert harness.recorded("documents.document.opened.v1") == []


@pytest.mark.parametrize(
    ("asked", "status", "expected", "content_range"),
    [
        ("bytes=0-3", 206, PDF[:4], f"bytes 0-3/{len(PDF)}"),
        ("bytes=5-", 206, PDF[5:], f"bytes 5-{len(PDF) - 1}/{len(PDF)}"),
        ("bytes=-6", 206, PDF[-6:], f"bytes {len(PDF) - 6}-{len(PDF) - 1}/{len(PDF)}"),
        ("bytes=4-100000", 206, PDF[4:], f"bytes 4-{len(PDF) - 1}/{len(PDF)}"),
        ("bytes=100000-", 416, b"", f"bytes */{len(PDF)}"),
        ("bytes=0-1,4-5", 200, PDF, None),
        ("lines=1-2", 200, PDF, None),
        ("bytes=abc", 200, PDF, None),
    ],
)
def test_ranges(
    harness: Harness, account: UUID, asked: str, status: int, expected: bytes, content_range: str | None
) -> None:
    staff = harness.staff()
    document = uploaded(staff, account)
    answer = staff.get(f"/v1/documents/{document['id']}/content", headers={"Range": asked})
    assert (answer.status_code, answer.data, answer.headers.get("Content-Range")) == (status, expected, content_range)


def test_a_range_of_other_bytes_gives_all(harness: Harness, account: UUID) -> None:
    staff = harness.staff()
    document = uploaded(staff, account)
    path = f"/v1/documents/{document['id']}/content"
    stale = staff.get(path, headers={"Range": "bytes=0-3", "If-Range": '"another"'})
    assert (stale.status_code, stale.data) == (200, PDF)
    fresh = staff.get(path, headers={"Range": "bytes=0-3", "If-Range": f'"{sha256(PDF)}"'})
    assert (fresh.status_code, fresh.data) == (206, PDF[:4])


def test_only_the_beginning_of_reading_is_an_opening(harness: Harness, account: UUID) -> None:
    staff = harness.staff()
    document = uploaded(staff, account)
    path = f"/v1/documents/{document['id']}/content"
    assert staff.open("HEAD", path).headers["Content-Length"] == str(len(PDF))
    staff.get(path, headers={"Range": "bytes=10-20"})
    assert harness.recorded("documents.document.opened.v1") == []
    staff.get(path, headers={"Range": "bytes=0-9"})
    assert len(harness.recorded("documents.document.opened.v1")) == 1


def test_an_unknown_version_does_not_exist(harness: Harness, account: UUID) -> None:
    staff = harness.staff()
    document = uploaded(staff, account)
    assert staff.get(f"/v1/documents/{document['id']}/content?version=1").data == PDF
    assert staff.get(f"/v1/documents/{document['id']}/content?version=2").status_code == 404


def test_a_lost_file_is_no_crash(harness: Harness, account: UUID) -> None:
    staff = harness.staff()
    document = uploaded(staff, account)
    for path in (harness.folder / "files").rglob("*"):
        if path.is_file():
            path.unlink()
    assert staff.get(f"/v1/documents/{document['id']}/content").status_code == 503


def test_staff_who_views_as_the_client_gets_the_bytes_and_leaves_no_trace(harness: Harness, account: UUID) -> None:
    staff = harness.staff()
    document = uploaded(staff, account)
    staff.post(f"/v1/documents/{document['id']}/share")
    path = f"/v1/documents/{document['id']}/content"
    acting = {"acting": {"id": str(new_id()), "name": "Lucía Marín"}, "read_only": True}
    viewing = harness.client(account, **acting)
    assert viewing.get(path).data == PDF
    assert harness.recorded("documents.document.opened.v1") == []
    assert harness.client(account).get(path).data == PDF
    assert len(harness.recorded("documents.document.opened.v1")) == 1, "control: the client's own opening counts"
    assert viewing.get(f"/v1/documents/{document['id']}").json["opened_at"] is not None

"""Documents page by page: drawn apart from everything else, kept, and never more than the document itself gives."""

import io
from collections.abc import Iterator
from uuid import UUID

import pytest
from PIL import Image
from pytest_httpserver import HTTPServer

from services.chassis.testing.harness import Browser, Harness
from services.documents.previews import drawing
from tests.documents import papers
from tests.documents.samples import send, uploaded, zipped


@pytest.fixture(scope="module", autouse=True)
def sandbox() -> Iterator[None]:
    yield
    drawing._sandbox.close()


def shown(staff: Browser, account: UUID, content: bytes, name: str = "Informe.pdf") -> str:
    return f"/v1/documents/{uploaded(staff, account, content, name=name)['id']}/preview"


def drawn(browser: Browser, path: str, number: int = 1, width: int = 800) -> Image.Image:
    answer = browser.get(f"{path}/pages/{number}?width={width}")
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Type"] == "image/webp"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    return Image.open(io.BytesIO(answer.data))


def test_a_pdf_has_pages_with_sizes_pictures_and_text(harness: Harness, account: UUID) -> None:
    staff = harness.staff()
    path = shown(staff, account, papers.pdf("Cuenta de 2025: 1.200 €", "Second"))
    found = staff.get(path).json
    assert (found["status"], found["count"], found["parts"], found["version_number"]) == ("ready", 2, 1, 1)
    assert [(page["number"], page["width"], page["height"]) for page in found["pages"]] == [
        (1, 595, 842),
        (2, 595, 842),
    ]
    assert [page["text"].strip() for page in found["pages"]] == ["Cuenta de 2025: 1.200 €", "Second"]
    assert drawn(staff, path).size == (800, 1133)
    assert drawn(staff, path, 2, 1600).size == (1600, 2265)
    assert drawn(staff, path).convert("L").getextrema()[0] < 100, "there is ink on it"
    assert staff.get(f"{path}/pages/3").status_code == 404
    assert staff.get(f"{path}/pages/1?width=5000").status_code == 422
    assert staff.get(f"{path}?part=2").status_code == 404


def test_what_was_drawn_is_kept_and_drawn_again_when_it_is_lost(
    harness: Harness, account: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    staff = harness.staff()
    path = shown(staff, account, papers.pdf("Kept"))
    first = staff.get(f"{path}/pages/1").data
    calls = []
    really = drawing.page
    monkeypatch.setattr(drawing, "page", lambda *given: calls.append(given) or really(*given))
    assert staff.get(f"{path}/pages/1").data == first
    assert calls == []
    for stored in (harness.folder / "files").rglob("*-w800-*"):
        stored.unlink()
    assert staff.get(f"{path}/pages/1").data == first
    assert len(calls) == 1


def test_pictures_stand_upright_on_white_and_are_never_enlarged(harness: Harness, account: UUID) -> None:
    staff = harness.staff()
    small = shown(staff, account, papers.picture(), "Foto.png")
    assert drawn(staff, small).size == (60, 40)
    turned = Image.Exif()
    turned[0x0112] = 6
    photo = papers.picture("JPEG", (3000, 2000), exif=turned)
    path = shown(staff, account, photo, "Foto.jpg")
    assert staff.get(path).json["pages"] == [{"number": 1, "width": 2000, "height": 3000, "text": ""}]
    seen = drawn(staff, path)
    assert seen.size == (800, 1200)
    above, below = (seen.convert("RGB").getpixel((400, height)) for height in (100, 1100))
    assert above[1] < 60, "the left side is above now"
    assert below[1] > 200
    glass = io.BytesIO()
    Image.new("RGBA", (20, 20), (0, 0, 0, 0)).save(glass, "PNG")
    clear = drawn(staff, shown(staff, account, glass.getvalue(), "Glas.png"))
    assert clear.getpixel((5, 5)) == (255, 255, 255)
    pages = papers.picture("TIFF", save_all=True, append_images=[Image.new("L", (10, 10))])
    fax = shown(staff, account, pages, "Fax.tiff")
    assert staff.get(fax).json["count"] == 2
    assert drawn(staff, fax, 2).size == (10, 10)


@pytest.mark.parametrize(
    ("content", "name", "reason"),
    [
        (papers.encrypted, "Locked.pdf", "encrypted"),
        (lambda: papers.pdf("Cut")[:200], "Cut.pdf", "damaged"),
        (lambda: b"%PDF-1.7\n", "Empty.pdf", "damaged"),
        (papers.deep, "Deep.pdf", "damaged"),
        (papers.huge_png, "Bomb.png", "too_many_pixels"),
        (lambda: papers.picture()[:60], "Cut.png", "damaged"),
    ],
)
def test_what_cannot_be_shown_says_why_and_can_be_downloaded(
    harness: Harness, account: UUID, content: object, name: str, reason: str
) -> None:
    staff = harness.staff()
    assert callable(content)
    path = shown(staff, account, content(), name)
    page = staff.get(f"{path}/pages/1")
    assert (page.status_code, page.json["code"], page.json["reason"]) == (422, "no_preview", reason)
    found = staff.get(path).json
    assert (found["status"], found["reason"], found["pages"]) == ("refused", reason, [])
    assert staff.get(path.removesuffix("preview") + "content").status_code == 200
    assert drawn(staff, shown(staff, account, papers.pdf("Control"))).size == (800, 1133)


def test_a_page_that_takes_too_much_is_given_up(
    harness: Harness, account: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    from services.chassis.sandbox import Limits, Sandbox

    tight = Sandbox("services.documents.previews.jobs", Limits(seconds=1, at_once=1))
    monkeypatch.setattr(drawing, "_sandbox", tight)
    staff = harness.staff()
    endless = papers.with_content(b"0 0 600 800 re W n 1 0 0 rg " + b"0 0 m 600 0 1 800 600 800 c b " * 3_000_000)
    path = shown(staff, account, endless, "Slow.pdf")
    assert staff.get(f"{path}/pages/1").json["reason"] == "too_hard"
    assert staff.get(path).json["reason"] == "too_hard", "it is not tried again"
    assert drawn(staff, shown(staff, account, papers.pdf("Control"))).size == (800, 1133)
    tight.close()


def test_a_file_that_is_too_large_or_of_another_kind_is_not_read(
    harness: Harness, account: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    staff = harness.staff()
    word = shown(staff, account, zipped(word=b"x"), "Carta.docx")
    assert staff.get(word).json["status"] == "none"
    assert staff.get(f"{word}/pages/1").json["reason"] == "none"
    monkeypatch.setattr(drawing, "MAX_BYTES", 100)
    assert staff.get(shown(staff, account, papers.pdf("Large"))).json["reason"] == "too_large"


def test_five_thousand_pages_come_in_parts(harness: Harness, account: UUID) -> None:
    staff = harness.staff()
    path = shown(staff, account, papers.many_pages(5000))
    last = staff.get(f"{path}?part=250").json
    assert (last["count"], last["parts"], len(last["pages"])) == (5000, 250, 20)
    assert last["pages"][-1]["number"] == 5000
    assert drawn(staff, path, 5000).width == 800
    assert staff.get(f"{path}?part=251").status_code == 404


def test_nothing_is_fetched_for_a_preview(harness: Harness, account: UUID, httpserver: HTTPServer) -> None:
    staff = harness.staff()
    httpserver.expect_request("/x").respond_with_data(b"x")
    drawn(staff, shown(staff, account, papers.reaching_out(httpserver.url_for("/x"))))
    assert httpserver.log == []


def test_looking_is_reading_once(harness: Harness, account: UUID) -> None:
    staff, client = harness.staff(), harness.client(account)
    path = shown(staff, account, papers.pdf("One", "Two"))
    staff.post(path.removesuffix("preview") + "share")
    assert client.get(f"{path}?part=9").status_code == 404
    assert harness.recorded("documents.document.opened.v1") == []
    for number in (1, 2):
        drawn(client, path, number)
    client.get(path)
    opened = harness.recorded("documents.document.opened.v1")
    assert [(event.data["how"], event.data["first"]) for event in opened] == [("preview", True)]
    acting = {"acting": {"id": str(account), "name": "Lucía Marín"}, "read_only": True}
    drawn(harness.client(account, **acting), path)
    assert len(harness.recorded("documents.document.opened.v1")) == 1


def test_pages_are_for_whom_the_document_is(harness: Harness, account: UUID) -> None:
    staff, client = harness.staff(), harness.client(account)
    path = shown(staff, account, papers.pdf("Private"))
    for address in (path, f"{path}/pages/1"):
        assert client.get(address).status_code == 404
    staff.post(path.removesuffix("preview") + "share")
    for address in (path, f"{path}/pages/1"):
        assert client.get(address).status_code == 200
        assert harness.client(UUID(int=7)).get(address).status_code == 404
        assert harness.client(account, role="billing").get(address).status_code == 403


def test_the_worker_draws_ahead_and_sweeps_behind(harness: Harness, account: UUID) -> None:
    staff = harness.staff()
    document = uploaded(staff, account, papers.pdf("Ahead"))
    send(staff, account, papers.encrypted(), "Locked.pdf", share="true")
    staff.post(f"/v1/documents/{document['id']}/share")
    harness.run_timer("make_previews")
    stored = sorted(path.name.partition("-")[2] for path in (harness.folder / "files").rglob("*-*-[0-9]*"))
    assert stored == ["text-1", "w1600-1", "w800-1"]
    with harness.runtime.database.unit_of_work() as session:
        from sqlalchemy import delete

        from services.documents.library.models import Version

        session.execute(delete(Version).where(Version.document_id == UUID(document["id"])))
    harness.run_timer("sweep_previews")
    assert list((harness.folder / "files").rglob("*-w800-*")) == []

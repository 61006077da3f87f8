"""An upload in a real browser: several at once, dropped anywhere on the page, gone on with after an error (B23)."""

import base64
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect
from werkzeug import Request, Response

from tests.browser.conftest import OpenContext, Site
from tests.gateway.archive import DOCUMENT, document
from tests.gateway.house import CLIENT_SESSION, House

pytestmark = pytest.mark.browser

UPLOADS = "/documents/v1/uploads"
TUS = {"Tus-Resumable": "1.0.0"}
FILES = ("one", "two", "three", "four")


class Store:
    """What takes uploads: fails once for each, and keeps what came."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.came: dict[str, bytes] = {}
        self.refused: set[str] = set()

    def begin(self, request: Request) -> Response:
        said = dict(pair.split(" ") for pair in request.headers["Upload-Metadata"].split(",") if " " in pair)
        self.names.append(base64.b64decode(said["filename"]).decode())
        at = f"{UPLOADS}/u{len(self.names)}"
        self.came[at] = b""
        return Response(status=201, headers=TUS | {"Location": at.removeprefix("/documents")})

    def show(self, request: Request) -> Response:
        came = len(self.came[request.path])
        return Response(headers=TUS | {"Upload-Offset": str(came), "Upload-Length": "20"})

    def take(self, request: Request) -> Response:
        if request.path not in self.refused:
            self.refused.add(request.path)
            return Response(status=503)
        self.came[request.path] += request.get_data()
        headers = TUS | {"Upload-Offset": str(len(self.came[request.path])), "Upload-Document": DOCUMENT}
        return Response(status=204, headers=headers)


@pytest.fixture
def store(site: Site) -> Iterator[Store]:
    found, house = Store(), site.house
    kept = dict(house.answers)
    house.answers |= {
        ("POST", UPLOADS): found.begin,
        ("GET", f"/documents/v1/documents/{DOCUMENT}"): document(),
    }
    for number in range(1, 6):
        house.answers[("PATCH", f"{UPLOADS}/u{number}")] = found.take
        house.answers[("HEAD", f"{UPLOADS}/u{number}")] = found.show
    yield found
    house.answers.clear()
    house.answers |= kept


def sent(house: House) -> int:
    return len(house.called("POST", UPLOADS))


def drop(page: Page, names: tuple[str, ...]) -> None:
    page.evaluate(
        """names => {
            const carried = new DataTransfer();
            names.forEach(name => carried.items.add(new File(["%PDF-" + "x".repeat(15)], name + ".pdf")));
            for (const type of ["dragover", "drop"])
                document.querySelector("h1").dispatchEvent(
                    new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer: carried }));
        }""",
        list(names),
    )


@pytest.mark.feature("B23")
def test_files_dropped_on_the_page_go_up_by_themselves(site: Site, store: Store, open_context: OpenContext) -> None:
    context = open_context()
    context.add_cookies(site.cookies(atrio_client=CLIENT_SESSION))
    page = context.new_page()
    page.goto(f"{site.url}/documents")
    expect(page.locator("form[data-upload].upload-live")).to_be_visible()
    drop(page, FILES)
    lines = page.locator(".upload-line")
    expect(lines).to_have_count(len(FILES))
    lines.nth(3).get_by_role("button", name="Remove: four.pdf").click()
    expect(lines).to_have_count(3)
    assert sent(site.house) == 0, "nothing goes before it is sent"
    with page.expect_navigation(url=f"{site.url}/documents*"):
        page.locator("[data-upload-submit]").click()
    assert sorted(store.names) == ["one.pdf", "three.pdf", "two.pdf"]
    assert set(store.came.values()) == {b"%PDF-" + b"x" * 15}
    assert len(store.refused) == 3, "each was refused once and went on"

"""What is read from other people's files, and what is drawn into them."""

import contextlib
import io
import os
import time

import pikepdf
import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from services.chassis.sandbox import JobRefused
from services.signing import pdf, stamping
from services.signing.geometry import Rectangle
from services.signing.pdf import UnusablePdf
from tests.signing.samples import Page, deep_pdf, encrypted_pdf, flate_bomb, huge_png, make_pdf, png, reading_pdf

TURNED = Page(media=(-100, 50, 495, 892), crop=(-50, 150, 400, 800), rotation=90)
BLANK = make_pdf([Page(text="")])


def test_pages_are_told_as_they_are_displayed() -> None:
    pages = pdf.inspect(make_pdf([Page(), TURNED, Page(rotation=270), Page(rotation=180)])).pages
    assert [(page.width, page.height) for page in pages] == [(595, 842), (650, 450), (842, 595), (595, 842)]


def test_text_is_told_page_by_page() -> None:
    texts = pdf.inspect(make_pdf([Page(text="Engagement letter"), Page(text="Annex: fees")])).texts
    assert texts == ("Engagement letter", "Annex: fees")


def test_a_page_inherits_rotation_and_boxes_from_the_tree() -> None:
    with pikepdf.open(io.BytesIO(make_pdf())) as made:
        page = made.pages[0].obj
        del page["/Rotate"]
        del page["/MediaBox"]
        made.Root.Pages.Rotate = 90
        made.Root.Pages.MediaBox = pikepdf.Array([0, 0, 300, 200])
        out = io.BytesIO()
        made.save(out)
    (page,) = pdf.inspect(out.getvalue()).pages
    assert (page.width, page.height, page.rotation) == (200, 300, 90)


def signed_by_somebody() -> bytes:
    import datetime

    from services.signing.seal_key import new_seal_key
    from services.signing.sealing import seal

    return seal(make_pdf(), new_seal_key("Other", datetime.datetime.now(datetime.UTC)), reason="Test")


WHOLE = make_pdf([Page(), Page(text="Second")])
UNUSABLE = {
    "empty": (b"", "empty"),
    "text": (b"Dear Ana,\n", "not_pdf"),
    "html": (b"<html><body>%PDF", "not_pdf"),
    "half": (WHOLE[: len(WHOLE) // 2], "damaged"),
    "last bytes gone": (WHOLE[:-9], "damaged"),
    "header only": (b"%PDF-1.7\n", "damaged"),
    "noise after the header": (b"%PDF-1.7\n" + os.urandom(5000), "damaged"),
    "a broken stream": (WHOLE.replace(b"stream\n", b"streAm\n"), "damaged"),
    "password": (encrypted_pdf(user="secret"), "encrypted"),
    "owner's password": (encrypted_pdf(), "encrypted"),
    "501 pages": (make_pdf([Page(text="")] * 501), "too_many_pages"),
    "page too large": (make_pdf([Page(media=(0, 0, 20_000, 20_000))]), "page_size"),
    "page too small": (make_pdf([Page(media=(0, 0, 10, 10))]), "page_size"),
    "signed already": (signed_by_somebody(), "has_signatures"),
}


@pytest.mark.parametrize(("data", "reason"), UNUSABLE.values(), ids=UNUSABLE)
def test_an_unusable_file_is_refused_by_name(data: bytes, reason: str) -> None:
    with pytest.raises(UnusablePdf) as refusal:
        pdf.inspect(data)
    assert refusal.value.reason == reason
    assert reason in pdf.FAILURES


def test_a_file_above_the_limit_is_not_even_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "MAX_BYTES", 100)
    with pytest.raises(UnusablePdf, match="too_large"):
        pdf.inspect(WHOLE)


@pytest.mark.parametrize("make", [flate_bomb, deep_pdf], ids=["flate bomb", "deep nesting"])
def test_a_bomb_hurts_only_the_sandbox(make) -> None:
    data = make()
    started = time.monotonic()
    for act in (pdf.inspect, lambda file: pdf.render_page(file, 1, 1.0)):
        with contextlib.suppress(UnusablePdf):
            act(data)
    assert time.monotonic() - started < 100
    assert pdf.inspect(WHOLE).texts[1] == "Second"


def test_a_file_cannot_name_another_file_to_be_read() -> None:
    try:
        found = pdf.inspect(reading_pdf())
    except UnusablePdf:
        return
    assert "root:" not in "".join(found.texts)


def test_the_sandbox_sees_no_secret_and_opens_no_file(monkeypatch: pytest.MonkeyPatch) -> None:
    from services.chassis.sandbox import Sandbox, SandboxFailed

    monkeypatch.setenv("ATRIO_SIGNING_KEY", "canary")
    sandbox = Sandbox("tests.signing.sandbox_jobs")
    try:
        assert "canary" not in sandbox.run("environment")[0].values()
        assert sandbox.run("open_file") == ("OSError", [])
        assert sandbox.run("open_socket") == ("OSError", [])
        with pytest.raises(SandboxFailed):
            sandbox.run("crash")
        with pytest.raises(SandboxFailed):
            sandbox.run("eat_memory")
        with pytest.raises(JobRefused, match="because"):
            sandbox.run("refuse")
        assert sandbox.run("echo", b"still alive") == (None, [b"still alive"])
    finally:
        sandbox.close()


def test_a_job_that_hangs_is_ended() -> None:
    from services.chassis.sandbox import Limits, Sandbox, SandboxFailed

    sandbox = Sandbox("tests.signing.sandbox_jobs", Limits(seconds=1))
    try:
        started = time.monotonic()
        with pytest.raises(SandboxFailed):
            sandbox.run("hang")
        assert time.monotonic() - started < 20
    finally:
        sandbox.close()


def test_a_page_is_drawn_as_lossless_webp_in_its_displayed_size() -> None:
    picture = pdf.render_page(make_pdf([Page(), TURNED]), 2, 1.5)
    opened = Image.open(io.BytesIO(picture.data))
    assert opened.format == "WEBP"
    assert opened.size == (picture.width, picture.height) == (975, 675)
    with pytest.raises(IndexError):
        pdf.render_page(WHOLE, 3, 1.0)


def test_a_large_page_is_drawn_smaller_rather_than_in_too_many_pixels() -> None:
    picture = pdf.render_page(make_pdf([Page(media=(0, 0, 14_000, 14_000))]), 1, 4.0)
    assert picture.width * picture.height <= 12_100_000


places = st.tuples(st.floats(0, 0.7), st.floats(0, 0.7), st.floats(0.1, 0.3), st.floats(0.1, 0.3))


@st.composite
def pages(draw) -> Page:
    left, bottom = draw(st.integers(-300, 300)), draw(st.integers(-300, 300))
    width, height = draw(st.integers(150, 700)), draw(st.integers(150, 700))
    crop = None
    if draw(st.booleans()):
        insets = [draw(st.integers(0, 50)) for _ in range(4)]
        crop = (left + insets[0], bottom + insets[1], left + width - insets[2], bottom + height - insets[3])
    return Page((left, bottom, left + width, bottom + height), crop, draw(st.sampled_from([0, 90, 180, 270])), "")


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(pages(), places), min_size=1, max_size=3))
def test_a_field_lands_where_it_was_placed(made: list[tuple[Page, tuple[float, ...]]]) -> None:
    """On pages of any size, crop and rotation, mixed: a filled picture is exactly where the display has it."""
    original = make_pdf([page for page, _ in made])
    geometries = pdf.inspect(original).pages
    marks = []
    for number, (geometry, (_, place)) in enumerate(zip(geometries, made, strict=True), 1):
        x, y, width, height = place
        where = Rectangle(x * geometry.width, y * geometry.height, width * geometry.width, height * geometry.height)
        assert geometry.holds(where)
        marks.append(stamping.Mark(number, where, drawing=black_png(where)))
    overlay, numbers = stamping.draw_overlay(marks, geometries)
    stamped = pdf.stamp(original, overlay, numbers, BLANK)
    for mark in marks:
        assert_drawn_at(stamped, mark.page, mark.place)


def black_png(place: Rectangle) -> bytes:
    """Return a black picture in the very proportions that `place` leaves it; it is never stretched."""
    out = io.BytesIO()
    width, height = place.width - 2 * stamping.PADDING, place.height - stamping.PADDING
    pixels = 2_000 / max(width, height)
    Image.new("L", (round(width * pixels), round(height * pixels)), "black").save(out, "PNG")
    return out.getvalue()


def assert_drawn_at(data: bytes, number: int, place: Rectangle) -> None:
    scale = 2
    picture = pypdfium2.PdfDocument(data)[number - 1].render(scale=scale).to_pil().convert("L")
    drawn = [side / scale for side in picture.point(lambda level: 255 if level < 128 else 0).getbbox()]
    padding = stamping.PADDING
    right, bottom = place.x + place.width, place.y + place.height
    expected = [place.x + padding, place.y + padding, right - padding, bottom]
    assert max(abs(seen - wanted) for seen, wanted in zip(drawn, expected, strict=True)) < 1.6, (drawn, expected)


@pytest.mark.parametrize("content", [b"q 2 0 0 2 50 50 cm", b"Q Q 0.5 0 0 0.5 0 0 cm", b"q q q 3 0 0 3 0 0 cm Q Q"])
def test_what_a_page_leaves_on_its_stack_does_not_move_the_signature(content: bytes) -> None:
    with pikepdf.open(io.BytesIO(make_pdf([Page(text="")]))) as made:
        made.pages[0].Contents = made.make_stream(content)
        out = io.BytesIO()
        made.save(out)
    place = Rectangle(100, 200, 120, 40)
    overlay, numbers = stamping.draw_overlay(
        [stamping.Mark(1, place, drawing=black_png(place))], pdf.inspect(make_pdf()).pages
    )
    assert_drawn_at(pdf.stamp(out.getvalue(), overlay, numbers, BLANK), 1, place)


def test_what_could_change_the_document_later_is_taken_out() -> None:
    with pikepdf.open(io.BytesIO(make_pdf())) as made:
        script = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="this.getField('x').value = 1")
        made.Root.OpenAction = script
        made.Root.Names = pikepdf.Dictionary(JavaScript=pikepdf.Dictionary(Names=["x", script]))
        made.pages[0].AA = pikepdf.Dictionary(O=script)
        link = {"Type": pikepdf.Name.Annot, "Subtype": pikepdf.Name.Link, "Rect": [0, 0, 10, 10]}
        web = pikepdf.Dictionary(S=pikepdf.Name.URI, URI="https://firm.example/")
        made.pages[0].Annots = pikepdf.Array([pikepdf.Dictionary(**link, A=script), pikepdf.Dictionary(**link, A=web)])
        out = io.BytesIO()
        made.save(out)
    overlay, numbers = stamping.draw_overlay([], pdf.inspect(out.getvalue()).pages)
    stamped = pdf.stamp(out.getvalue(), overlay, numbers, BLANK)
    assert b"JavaScript" not in b"".join(every_object(stamped))
    assert b"firm.example" in b"".join(every_object(stamped))


def every_object(data: bytes) -> list[bytes]:
    with pikepdf.open(io.BytesIO(data)) as opened:
        return [found.unparse(resolved=True) for found in opened.objects]


def test_what_a_form_shows_becomes_part_of_the_page() -> None:
    form = io.BytesIO()
    from reportlab.pdfgen.canvas import Canvas

    canvas = Canvas(form, pagesize=(300, 300))
    canvas.acroForm.textfield(name="amount", value="420.00", x=50, y=50, width=100, height=20)
    canvas.showPage()
    canvas.save()
    overlay, numbers = stamping.draw_overlay([], pdf.inspect(form.getvalue()).pages)
    stamped = pdf.stamp(form.getvalue(), overlay, numbers, BLANK)
    assert "420.00" in pdf.inspect(stamped).texts[0]
    with pikepdf.open(io.BytesIO(stamped)) as opened:
        assert "/AcroForm" not in opened.Root
        assert "/Annots" not in opened.pages[0]


def test_a_drawing_is_cropped_to_its_ink_and_transparent() -> None:
    picture = pdf.clean_ink(png(1600, 400))
    opened = Image.open(io.BytesIO(picture.data))
    assert opened.mode == "RGBA"
    assert opened.width <= 1200
    assert opened.getextrema()[3] == (0, 255)


def test_a_drawing_on_white_paper_becomes_transparent() -> None:
    out = io.BytesIO()
    paper = Image.new("RGB", (200, 100), "white")
    paper.paste("black", (50, 40, 150, 60))
    paper.save(out, "PNG")
    assert (pdf.clean_ink(out.getvalue()).width, pdf.clean_ink(out.getvalue()).height) == (100, 20)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "not_png"),
        (b"GIF89a", "not_png"),
        (huge_png(), "too_large"),
        (png(blank=True), "blank"),
        (png()[:90], "not_png"),
    ],
    ids=["empty", "gif", "30,000 x 30,000", "blank", "truncated"],
)
def test_a_drawing_that_is_none_is_refused(data: bytes, reason: str) -> None:
    with pytest.raises(JobRefused) as refusal:
        pdf.clean_ink(data)
    assert refusal.value.reason == reason

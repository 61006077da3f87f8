"""What the firm shapes in its settings counts for its clients at the next page (S21 to S24, S27, S29)."""

import io

import pytest
from PIL import Image

from deploy.smoke import Smoke
from deploy.visitor import Visitor, until
from tests.running import Running

pytestmark = pytest.mark.stack

SETTINGS = "/admin/settings"
LOGO = f"{SETTINGS}/logo"


@pytest.fixture(scope="module")
def job(atrio: Running) -> Smoke:
    """A client of the installation who is signed in, and staff who may set the firm up."""
    job = Smoke(atrio.url, atrio.staff, say=lambda _line: None)
    job.staff_signs_in()
    job.staff_adds_client()
    job.client_accepts()
    job.client_signs_in_by_password()
    return job


def prefer(job: Smoke, **values: str | list[str]) -> None:
    """Save the preferences with these values; a switch that is off is an empty list."""
    job.staff.submit(job.staff.open(f"{SETTINGS}/preferences"), f"{SETTINGS}/preferences", values)


def upload(job: Smoke) -> str:
    """Send a file to the API as the client, and return the code of the answer: "" where it is taken."""
    token = job.client.open("/home").csrf_token
    path = f"{job.client.url}/api/documents/v1/accounts/{job.account_id}/documents?name=statement.txt"
    headers = {"X-CSRF-Token": token, "Origin": job.client.url, "Content-Type": "text/plain"}
    answer = job.client.session.post(path, data=b"A statement", headers=headers, timeout=30)
    return "" if answer.status_code == 201 else str(answer.json()["code"])


@pytest.mark.feature("S24")
def test_without_sharing_nothing_is_uploaded_on_no_page_and_through_no_api(job: Smoke) -> None:
    assert upload(job) == "", "control: it is on"
    assert job.client.open("/documents").form("/documents/upload")
    prefer(job, share_documents=[])
    try:
        until("documents knows", lambda: upload(job) == "uploads_switched_off")
        assert "/documents/upload" not in [form.action for form in job.client.open("/documents").forms]
        assert not job.client.open("/home").has("Share documents")
        assert job.upload_as_staff("From the firm.txt", b"The firm still may")
    finally:
        prefer(job, share_documents="yes")
    until("documents knows", lambda: upload(job) == "")


@pytest.mark.feature("S21")
def test_preferences_have_the_portal_and_the_client_fields_as_tabs(job: Smoke) -> None:
    page = job.staff.open(SETTINGS)
    assert page.has("Self-service portal")
    assert page.has("Client fields")
    assert job.staff.open(f"{SETTINGS}/client-fields").has("Self-service portal"), "the way back"


def test_without_reviews_there_is_none_anywhere(job: Smoke) -> None:
    assert job.client.open("/home").has("Review"), "control: they are on"
    prefer(job, reviews=[])
    try:
        assert not job.client.open("/home").has("Review")
        assert job.client.session.get(f"{job.client.url}/review", timeout=30).status_code == 404
    finally:
        prefer(job, reviews="yes")


@pytest.mark.feature("S22", "S23")
def test_name_and_banner_stand_at_the_top_at_the_next_page(job: Smoke) -> None:
    before = dict(job.staff.open(f"{SETTINGS}/preferences").form(f"{SETTINGS}/preferences").values)
    prefer(job, portal_name="Portal of the test", banner="Back on Monday", banners_es="Volvemos el lunes")
    try:
        assert job.client.open("/home").has("Back on Monday")
        assert Visitor(job.client.url).open("/sign-in").has("Portal of the test")
    finally:
        prefer(job, portal_name=before["portal_name"], banner=before["banner"], banners_es="")


@pytest.mark.feature("S27")
def test_an_announcement_is_told_at_each_sign_in_until_it_is_read(job: Smoke) -> None:
    path = f"{SETTINGS}/announcements/new"
    title = f"Closed for {job.account_id}"
    form = {"titles_en": title, "texts_en": "Send urgent papers by Thursday."}
    job.staff.submit(job.staff.open(path), path, form)
    for _sign_in in range(2):
        for page in ("/home", "/notifications"):
            assert job.client.open(page).has(title, "Send urgent papers by Thursday.")
        job.sign_out()
        job.client_signs_in_by_password()
    home = job.client.open("/home")
    (read,) = [form.action for form in home.forms if form.action.startswith("/announcements/")][:1]
    assert not job.client.submit(home, read).has(title)
    assert job.client.open("/notifications").has(title)
    listed = job.staff.open(f"{SETTINGS}/announcements?state=current")
    (end,) = [form.action for form in listed.forms if form.action.endswith(f"{read.split('/')[2]}/end")]
    job.staff.submit(listed, end)
    assert not job.client.open("/notifications").has(title)


@pytest.mark.feature("S19")
def test_home_has_exactly_the_buttons_that_the_firm_chose(job: Smoke) -> None:
    path = f"{SETTINGS}/buttons"
    kinds = dict(job.staff.open(path).form(path).values)
    none: dict[str, str | list[str]] = {f"{index}_shown": [] for index in "0123"}
    place = next(index for index in "0123" if kinds[f"{index}_kind"] == "contact")
    job.staff.submit(job.staff.open(path), path, none | {f"{place}_shown": "yes", f"{place}_label_en": "Ask us"})
    try:
        home = job.client.open("/home")
        assert home.has("Ask us")
        assert not home.has("Share documents")
    finally:
        every = {f"{index}_shown": "yes" for index in "0123"}
        job.staff.submit(job.staff.open(path), path, every | {"0_label_en": ""})


def logo() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (300, 90), "#1f5f8b").save(out, "JPEG")
    return out.getvalue()


@pytest.mark.feature("S29")
def test_logo_and_details_stand_in_portal_and_mails(job: Smoke) -> None:
    path = f"{SETTINGS}/brand"
    page = job.staff.submit(job.staff.open(path), LOGO, files={"logo": ("logo.jpg", logo(), "image/jpeg")})
    try:
        job.staff.submit(page, path, {"accent": "#7a1f5b", "office_hours": "Mon to Thu"})
        home = job.client.open("/home").html
        address = home[home.index("/logo.png?v=") :].split('"')[0]
        assert address in Visitor(job.client.url).open("/sign-in").html
        assert job.client.fetch(address).startswith(b"\x89PNG")
        assert "Mon to Thu" in home
        assert b"#7a1f5b" in job.client.fetch("/brand.css")
        letter = job.upload_as_staff("With the brand.txt", b"A letter")
        mail = job.message(job.email, "document shared", lambda found: letter in str(found["text"]))
        assert f"{job.client.url}{address}" in str(mail["html"])
        assert "#7a1f5b" in str(mail["html"])
    finally:
        page = job.staff.open(path)
        job.staff.submit(page, f"{LOGO}/remove")
        job.staff.submit(job.staff.open(path), path, {"accent": "#1f5f8b"})

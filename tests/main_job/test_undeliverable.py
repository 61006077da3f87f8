"""An invitation and a code that did not arrive: flagged to staff, sent the other way, and the person gets in (B10)."""

import re
from collections.abc import Iterator

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from deploy.smoke import Smoke
from deploy.visitor import Page, Unexpected, Visitor, until
from tests.running import Running, running

pytestmark = pytest.mark.stack

REFUSED = "The SMS gateway answered 400"


class Provider:
    """A provider of text messages that knows no number at all until `works` is set."""

    def __init__(self, server: HTTPServer) -> None:
        self.works, self.texts = False, list[str]()
        server.expect_request("/send", method="POST").respond_with_handler(self._take)
        self.url = server.url_for("/send")

    def _take(self, request: Request) -> Response:
        if not self.works:
            return Response(status=400)
        self.texts.append(request.get_json()["text"])
        return Response(status=202)


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    """The provider of text messages."""
    with HTTPServer(threaded=True) as server:
        yield Provider(server)


@pytest.fixture(scope="module")
def with_provider(provider: Provider, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """Atrio, which sends text messages by the provider."""
    with running(tmp_path_factory.mktemp("sms"), ATRIO_SMS=provider.url) as installation:
        yield installation


@pytest.fixture(scope="module")
def job(with_provider: Running) -> Smoke:
    """A client whose contact person was invited."""
    job = Smoke(with_provider.url, with_provider.staff, say=lambda _line: None)
    job.staff_signs_in()
    job.staff_adds_client()
    return job


def profile(job: Smoke) -> Page:
    return job.staff.open(f"/admin/clients/{job.account_id}?tab=profile")


def contact_path(job: Smoke) -> str:
    return f"/admin/clients/{job.account_id}/contacts/{job.contact_id}"


def asks_for_code(job: Smoke) -> Page:
    """Let the person ask for a code; return the page that waits for it."""
    job.client = Visitor(job.client.url)
    return job.client.submit(job.client.open("/sign-in"), "/sign-in", {"email": job.email})


def mailed_code(job: Smoke) -> str:
    """Return the code of the newest mail with one."""
    mail = job.message(job.email, "code", lambda found: bool(_codes(found)))
    return _codes(mail)[0]


def _codes(mail: dict[str, object]) -> list[str]:
    return re.findall(r"(?m)^\s*(\d{6})\s*$", str(mail["text"]))


@pytest.mark.feature("B10")
def test_an_invitation_that_did_not_arrive_goes_the_other_way(job: Smoke, provider: Provider) -> None:
    token = job.staff.open("/admin/").csrf_token
    until("it is known who she is", lambda: job.staff.json(_contact_api(job))["user_id"])
    user_id = job.staff.json(_contact_api(job))["user_id"]
    job.staff.call("POST", f"/admin/api/identity/v1/users/{user_id}/invitations", token, {"channel": "sms"})
    page = until("it is flagged", lambda: _shown(profile(job), "The invitation did not arrive by SMS", REFUSED))
    assert page.has("Send by e-mail")
    work = until("it waits for the firm", lambda: _shown(job.staff.open("/admin/"), REFUSED))
    assert work.has("Mail came back")
    sent = job.staff.submit(profile(job), f"{job.contact_id}/invitation", {"channel": "email"})
    assert sent.has("gets a new invitation by e-mail")
    mailbox = f"/admin/api/notifications/v1/mailbox?to={job.email}"
    until("the newer mail is there", lambda: len(job.staff.json(mailbox)["items"]) == 2)  # type: ignore[arg-type]
    job.client_accepts()
    until("the state is active", lambda: _shown(profile(job), "Active"))


@pytest.mark.feature("B10")
def test_a_code_that_did_not_arrive_goes_the_other_way(job: Smoke, provider: Provider) -> None:
    waiting = asks_for_code(job)
    page = until("it is flagged", lambda: _shown(profile(job), "The code did not arrive by SMS", REFUSED))
    assert page.has("Send code by e-mail")
    assert until("it waits for the firm", lambda: _shown(job.staff.open("/admin/"), "Code did not arrive"))
    path = f"{contact_path(job)}/code"
    dialog = job.staff.open(page.link(path))
    assert ("channel", "email") in dialog.form(path).values, "the other way is chosen already"
    done = job.staff.submit(dialog, path)
    assert done.has("A new code is on its way to Ana Acosta by e-mail.", "From now on the codes of Ana Acosta go by")
    code = mailed_code(job)
    assert code not in dialog.html + done.html, "staff never sees it"
    home = job.client.submit(waiting, "/sign-in/code", {"code": code})
    assert home.path == "/home", "in the browser that waited"
    until("it is settled", lambda: not job.staff.open("/admin/").has("Code did not arrive"))
    assert profile(job).has("codes go by e-mail now")
    record, words = f"/admin/clients/{job.account_id}", "had a sign-in code sent to Ana Acosta by e-mail"
    assert until("the history says who", lambda: _shown(job.staff.open(record), words))


@pytest.mark.feature("B10")
def test_nothing_is_flagged_where_it_arrives(with_provider: Running, provider: Provider) -> None:
    provider.works = True
    job = Smoke(with_provider.url, with_provider.staff, say=lambda _line: None)
    job.staff_signs_in()
    job.staff_adds_client()
    job.client_accepts()
    waiting = asks_for_code(job)
    text = until("the text message", lambda: provider.texts and provider.texts[-1])
    home = job.client.submit(waiting, "/sign-in/code", {"code": text.strip()[-6:]})
    assert home.path == "/home", "control"
    assert not profile(job).has("did not arrive")
    path = f"{contact_path(job)}/code"
    with pytest.raises(Unexpected, match="answers 422"):
        job.staff.submit(job.staff.open(path), path)


def _contact_api(job: Smoke) -> str:
    return f"/admin/api/portal/v1/contacts/{job.contact_id}"


def _shown(page: Page, *words: str) -> Page | None:
    return page if page.has(*words) else None

"""What an attacker would try at the gateway, and at the services behind it. Each attack has a control."""

import re
import sqlite3
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests

from deploy.visitor import Visitor
from services.chassis.columns import new_id
from services.contracts import SERVICES
from tests.running import Running
from tests.security.conftest import Owner

pytestmark = pytest.mark.stack

Owners = tuple[Owner, Owner]


def get(visitor: Visitor, path: str, **kwargs: object) -> requests.Response:
    return visitor.session.get(visitor.url + path, allow_redirects=False, timeout=30, **kwargs)  # type: ignore[arg-type]


OWNED_PATHS = (
    "documents/v1/documents/{document}",
    "documents/v1/documents/{document}/content",
    "documents/v1/documents/{document}/history",
    "portal/v1/requests/{request}",
)


class TestAnotherClientsThings:
    """Ids swapped between two clients: what is not yours does not exist."""

    @pytest.mark.parametrize("path", ["/documents/{document}", "/documents/{document}/content", "/requests/{request}"])
    def test_a_page_is_not_found(self, owners: Owners, path: str) -> None:
        mine, theirs = owners
        own = path.format(document=mine.document_id, request=mine.request_id)
        other = path.format(document=theirs.document_id, request=theirs.request_id)
        assert get(mine.job.client, own).status_code == 200
        assert get(mine.job.client, other).status_code == 404

    @pytest.mark.parametrize("path", OWNED_PATHS)
    def test_the_api_answers_as_for_what_does_not_exist(self, owners: Owners, path: str) -> None:
        mine, theirs = owners
        place = f"/api/{path}"
        unknown = str(new_id())
        assert get(mine.job.client, place.format(document=mine.document_id, request=mine.request_id)).status_code == 200
        other = get(mine.job.client, place.format(document=theirs.document_id, request=theirs.request_id))
        nothing = get(mine.job.client, place.format(document=unknown, request=unknown))
        assert other.status_code == nothing.status_code == 404
        assert {**other.json(), "request_id": 0} == {**nothing.json(), "request_id": 0}

    def test_another_account_takes_no_upload(self, owners: Owners) -> None:
        mine, theirs = owners
        token = mine.job.client.open("/home").csrf_token
        for account, expected in ((mine.job.account_id, 201), (theirs.job.account_id, 404)):
            answer = mine.job.client.session.post(
                f"{mine.job.client.url}/api/documents/v1/accounts/{account}/documents?name=a.txt",
                data=b"Some words.",
                headers={"X-CSRF-Token": token, "Origin": mine.job.client.url, "Content-Type": "text/plain"},
                timeout=30,
            )
            assert answer.status_code == expected, answer.text

    @pytest.mark.parametrize("path", ["/admin/", "/admin/clients", "/admin/api/portal/v1/accounts"])
    def test_a_client_is_no_staff(self, owners: Owners, path: str) -> None:
        answer = get(owners[0].job.client, path)
        assert answer.status_code in (302, 303, 401, 403)
        assert get(owners[0].job.staff, path).status_code == 200

    @pytest.mark.parametrize(
        "path", ["portal/v1/accounts", "portal/v1/work", "identity/v1/users", "portal/v1/settings"]
    )
    def test_what_is_for_staff_is_refused_to_a_clients_session(self, owners: Owners, path: str) -> None:
        assert get(owners[0].job.client, f"/api/{path}").status_code == 403


class TestForgedIdentity:
    HEADERS = {  # names that other systems believe
        "X-User-Id": "1",
        "X-Staff": "1",
        "X-Forwarded-User": "lucia",
        "X-Passport": "x",
        "Remote-User": "lucia",
    }

    def test_headers_make_nobody_at_the_gateway(self, atrio: Running) -> None:
        answer = requests.get(f"{atrio.url}/api/portal/v1/home", headers=self.HEADERS, timeout=30)
        assert answer.status_code == 401

    @pytest.mark.parametrize("service", [name for name in SERVICES if name not in ("gateway", "notifications")])
    def test_headers_make_nobody_at_a_service(self, atrio: Running, service: str) -> None:
        route = {"identity": "users", "portal": "home", "documents": "documents", "signing": "sign-requests"}[service]
        place = f"http://127.0.0.1:{atrio.port_of(service)}/v1/{route}"
        assert requests.get(place, headers=self.HEADERS, timeout=30).status_code == 401

    def test_a_passport_in_the_place_of_the_cookie_is_nobody(self, atrio: Running) -> None:
        forged = "eyJhbGciOiJub25lIn0.eyJraW5kIjoic3RhZmYifQ."
        answer = requests.get(
            f"{atrio.url}/api/portal/v1/accounts", headers={"Authorization": f"Bearer {forged}"}, timeout=30
        )
        assert answer.status_code == 401


class TestSignOut:
    def test_a_cookie_copied_before_is_dead_afterwards(self, atrio: Running, owners: Owners) -> None:
        thief = Visitor(atrio.url)
        owner = owners[1].job
        values = {"email": owner.email, "password": owner.password}
        visitor = Visitor(atrio.url)
        visitor.submit(visitor.open("/sign-in/password"), "/sign-in/password", values)
        thief.session.cookies.update(visitor.session.cookies)
        assert get(thief, "/home").status_code == 200
        visitor.submit(visitor.open("/home"), "/sign-out")
        assert get(thief, "/home").status_code in (302, 303)


class TestInvitationLink:
    def test_a_scanner_does_not_consume_it_and_nobody_uses_it_twice(self, atrio: Running) -> None:
        from deploy.smoke import Smoke

        job = Smoke(atrio.url, atrio.staff, say=lambda _line: None)
        job.staff_signs_in()
        job.staff_adds_client()
        mail = job.message(job.email, "invitation", lambda found: "/invitation/" in str(found["text"]))
        link = next(link for link in mail["links"] if "/invitation/" in link)  # type: ignore[attr-defined]
        scanner = requests.Session()
        for _visit in range(5):
            assert scanner.get(link, timeout=30).status_code == 200
            assert scanner.head(link, timeout=30).status_code == 200
        page = job.client.submit(job.client.open(link), "/invitation/", {"password": job.password})
        assert page.path == "/home"
        assert requests.get(link, timeout=30).status_code == 410


class TestHost:
    @pytest.mark.parametrize("header", ["Host", "X-Forwarded-Host"])
    @pytest.mark.parametrize("path", ["/", "/sign-in", "/api/portal/v1/brand"])
    def test_another_name_is_refused(self, atrio: Running, header: str, path: str) -> None:
        assert requests.get(atrio.url + path, timeout=30).status_code == 200
        answer = requests.get(atrio.url + path, headers={header: "evil.example"}, timeout=30)
        assert answer.status_code == 400
        assert "evil.example" not in answer.text


class TestForgedRequests:
    FORMS = ("/sign-out", "/documents/upload", "/notifications/read", "/language")

    @pytest.mark.parametrize("path", FORMS)
    def test_a_form_of_another_site_is_refused(self, owners: Owners, path: str) -> None:
        client = owners[0].job.client
        evil = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
        answer = client.session.post(client.url + path, data={}, headers=evil, timeout=30, allow_redirects=False)
        assert answer.status_code == 403
        assert get(client, "/home").status_code == 200, "the session must not have ended"

    def test_the_api_by_cookie_needs_the_token(self, owners: Owners) -> None:
        client = owners[0].job.client
        place = f"{client.url}/api/portal/v1/requests/{owners[0].request_id}/read"
        assert client.session.post(place, timeout=30).status_code == 403
        proof = {"X-CSRF-Token": client.open("/home").csrf_token, "Origin": client.url}
        assert client.session.post(place, headers=proof, timeout=30).status_code == 204


class TestCaches:
    PATHS = ("/home", "/documents", "/requests", "/notifications", "/profile", "/api/portal/v1/home")

    @pytest.mark.parametrize("path", PATHS)
    def test_a_private_page_is_kept_by_nobody(self, owners: Owners, path: str) -> None:
        answer = get(owners[0].job.client, path)
        assert answer.status_code == 200
        assert "no-store" in answer.headers["Cache-Control"]

    def test_a_file_is_kept_by_nobody(self, owners: Owners) -> None:
        answer = get(owners[0].job.client, f"/documents/{owners[0].document_id}/content")
        assert "no-store" in answer.headers["Cache-Control"]
        assert "sandbox" in answer.headers["Content-Security-Policy"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


class TestRedirects:
    @pytest.mark.parametrize(
        "target", ["//evil.example", "/\\evil.example", "https://evil.example", "/%5Cevil.example"]
    )
    def test_sign_in_leads_only_to_our_own_pages(self, atrio: Running, owners: Owners, target: str) -> None:
        visitor, job = Visitor(atrio.url), owners[1].job
        page = visitor.open(f"/sign-in/password?next={target}")
        landed = visitor.submit(page, "/sign-in/password", {"email": job.email, "password": job.password})
        assert urlsplit(landed.url).netloc == urlsplit(atrio.url).netloc


class TestSecretsAtRest:
    """A code, a link's token, a password and a session are in no log, and in no database as they are."""

    def test_nothing_secret_lies_about(self, atrio: Running, owners: Owners) -> None:
        job = owners[1].job
        visitor = Visitor(atrio.url)
        page = visitor.submit(visitor.open("/sign-in"), "/sign-in", {"email": job.email})
        text = job.message(job.mobile, "code", lambda found: found["channel"] == "sms")
        code = re.search(r"#(\d{6})", str(text["text"]))
        assert code
        mail = job.message(job.email, "invitation", lambda found: "/invitation/" in str(found["text"]))
        link = next(link for link in mail["links"] if "/invitation/" in link)  # type: ignore[attr-defined]
        visitor.submit(page, "/sign-in/code", {"code": code[1]})
        secrets = [link.rpartition("/")[2], job.password, owners[1].session_cookie]
        assert all(len(secret) > 15 for secret in secrets)
        places = everything_stored(atrio)
        assert job.email in places, "the search must reach the data"
        assert [secret for secret in secrets if secret in places] == []
        assert not re.search(rf"\bcode\W+{code[1]}\b", atrio.logs())


def everything_stored(atrio: Running) -> str:
    """Return logs and databases as text; without the mailbox for trying out, which stands for the person's own."""
    texts = [atrio.logs()]
    for name in SERVICES:
        url = atrio.environment.get(f"ATRIO_{name.upper()}_DATABASE_URL")
        if url:
            texts.append(postgres_as_text(url))
    texts += [sqlite_as_text(path) for path in atrio.data.glob("*.db")]
    return "\n".join(texts)


def sqlite_as_text(path: Path) -> str:
    with sqlite3.connect(path) as connection:
        connection.text_factory = lambda raw: raw.decode("utf-8", "replace")
        tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        rows = (row for table in tables for row in connection.execute(f'SELECT * FROM "{table}"'))
        return "\n".join(_readable(row) for row in rows)


def postgres_as_text(url: str) -> str:
    import psycopg

    with psycopg.connect(url.replace("postgresql+psycopg", "postgresql")) as connection:
        names = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        rows = (row for (table,) in names for row in connection.execute(f'SELECT * FROM "{table}"').fetchall())
        return "\n".join(_readable(row) for row in rows)


def _readable(row: tuple[object, ...]) -> str:
    return " ".join(value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value) for value in row)

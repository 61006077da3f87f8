"""Files on a running installation with a virus scanner, a bucket and a key: nothing infected opens, no byte is lost."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import boto3
import pytest
from moto.server import ThreadedMotoServer

from deploy.smoke import Smoke, sample_pdf
from deploy.visitor import until
from tests.clamav import EICAR, clamd
from tests.parts import ROOT
from tests.running import Running, running

KEY = "a2V5IG9mIHRoZSBmaXJtLCB0aGlydHkgdHdvIGJ5dGU="
LIMIT = 200_000


@pytest.fixture(scope="module")
def bucket() -> Iterator[tuple[Any, dict[str, str]]]:
    server = ThreadedMotoServer("127.0.0.1", 0)
    server.start()
    url = "http://{}:{}".format(*server.get_host_and_port())
    client = boto3.client(
        "s3", endpoint_url=url, region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="x"
    )
    client.create_bucket(Bucket="files")
    settings = {"AWS_ENDPOINT": url, "AWS_REGION": "us-east-1", "AWS_ALLOW_HTTP": "true"}
    yield client, settings | {"AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x"}
    server.stop()


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory, bucket: tuple[Any, dict[str, str]]) -> Iterator[Running]:
    """An installation of its own, for it has what the shared one has not: scanner, bucket, key and a low limit."""
    settings = {"ATRIO_FILES_URL": "s3://files/atrio", "ATRIO_BLOB_KEY": KEY, "ATRIO_UPLOAD_LIMIT": str(LIMIT)}
    with clamd(tmp_path_factory.mktemp("clamd")) as url:
        where = tmp_path_factory.mktemp("guarded")
        with running(where, ATRIO_CLAMAV=url, **settings, **bucket[1]) as installation:
            yield installation


@pytest.fixture(scope="module")
def job(guarded: Running) -> Smoke:
    return entered(guarded)


def entered(installation: Running) -> Smoke:
    job = Smoke(installation.url, installation.staff, say=lambda _line: None)
    job.staff_signs_in()
    job.staff_adds_client()
    job.client_accepts()
    job.client_signs_in_by_password()
    return job


def sent(job: Smoke, content: bytes, name: str) -> tuple[int, dict[str, Any]]:
    """Let the client send a file through the gateway's API; return the status and what was said."""
    answer = job.client.session.post(
        f"{job.client.url}/api/documents/v1/accounts/{job.account_id}/documents?name={quote(name)}",
        data=content,
        headers={"X-CSRF-Token": job.client.open("/home").csrf_token, "Origin": job.client.url},
        timeout=60,
    )
    return answer.status_code, answer.json()


def content(job: Smoke, document_id: str) -> tuple[int, bytes]:
    answer = job.client.session.get(f"{job.client.url}/api/documents/v1/documents/{document_id}/content", timeout=60)
    return answer.status_code, answer.content


@pytest.mark.feature("B24")
def test_nothing_infected_wrong_or_too_large_reaches_anybody(job: Smoke) -> None:
    page = sample_pdf("July")
    assert (
        sent(job, b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "page.pdf")[1]["code"]
        == "type_not_allowed"
    )
    assert sent(job, page + bytes(LIMIT), "July.pdf")[0] == 413
    clean = sent(job, page, "July.pdf")[1]
    infected = sent(job, EICAR, "Rechnung.txt")[1]
    assert (clean["scan"], infected["scan"]) == ("waiting", "waiting")
    until("the clean file opens", lambda: content(job, clean["id"]) == (200, page))
    until("the other is held back", lambda: job.staff.open("/admin/quarantine").has("Rechnung.txt", "Own.Eicar"))
    assert content(job, infected["id"])[0] == 404
    for who, words in ((job.who.email, "Own.Eicar"), (job.email, "virus check found something")):
        job.message(who, words, lambda found, words=words: words in str(found["text"]))
    at = f"/admin/quarantine/{infected['id']}/release"
    job.staff.submit(job.staff.open(at), at, {"reason": "A test of the scanner"})
    assert content(job, infected["id"]) == (200, EICAR)
    history = job.staff.json(f"/admin/api/documents/v1/documents/{infected['id']}/history")
    assert {"quarantined", "released"} <= {entry["action"] for entry in history["items"]}  # type: ignore[attr-defined]


@pytest.mark.feature("B27")
def test_a_bucket_takes_the_place_of_the_disk_by_one_setting(
    job: Smoke, guarded: Running, bucket: tuple[Any, dict[str, str]]
) -> None:
    page = sample_pdf("Kept in the bucket")
    kept = sent(job, page, "Kept.pdf")[1]
    until("it opens", lambda: content(job, kept["id"]) == (200, page))
    assert not [path for path in (guarded.data / "files").rglob("*") if path.is_file()]
    stored = bucket[0].list_objects_v2(Bucket="files", Prefix="atrio/documents/")["Contents"]
    bodies = {one["Key"]: bucket[0].get_object(Bucket="files", Key=one["Key"])["Body"].read() for one in stored}
    assert bodies
    assert not [key for key, body in bodies.items() if b"%PDF" in body]  # encrypted, every one
    assert findings(guarded) == []
    key = next(key for key in bodies if len(bodies[key]) > len(page))
    bucket[0].put_object(Bucket="files", Key=key, Body=bodies[key][:-1] + b"?")
    assert [finding["kind"] for finding in findings(guarded)] == ["unreadable"]
    bucket[0].put_object(Bucket="files", Key=key, Body=bodies[key])


@pytest.mark.feature("B27")
def test_on_disk_what_is_lost_is_found_told_and_taken_back(atrio: Running) -> None:
    job = entered(atrio)
    page = sample_pdf("Only here")
    document = sent(job, page, "Only here.pdf")[1]
    [place] = [path for path in Path(atrio.data, "files", "documents").rglob("*") if is_file_of(path, page)]
    place.unlink()
    assert [one["kind"] for one in findings(atrio) if one.get("document_id") == document["id"]] == ["missing"]
    assert f"document {document['id']}" in atrio.atrio("documents", "repair")
    assert content(job, document["id"])[0] == 410
    job.message(job.who.email, "file lost", lambda found: document["id"] in str(found["text"]))
    place.write_bytes(page)
    assert re.search("Found again: [1-9]", atrio.atrio("documents", "repair"))
    assert content(job, document["id"]) == (200, page)


def is_file_of(path: Path, content: bytes) -> bool:
    return path.is_file() and path.read_bytes() == content


def findings(installation: Running) -> list[dict[str, Any]]:
    """Return what `atrio documents verify` finds; its exit status says whether there was anything."""
    done = subprocess.run(
        [sys.executable, "-m", "deploy.atrio", "documents", "verify", "--json"],
        cwd=ROOT,
        env=dict(installation.environment),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    *found, _sum = (json.loads(line) for line in done.stdout.splitlines())
    assert done.returncode == (1 if found else 0), done.stderr
    return found

"""Imports of clients: recognised, tried, carried out, repeated without doubles."""

import tracemalloc
from itertools import cycle
from typing import Any

import pytest
from time_machine import travel

from services.chassis.testing.harness import Browser, Harness
from services.portal.imports import actions, senders
from services.portal.imports.fields import WORDS, guess
from tests.portal.conftest import errors_of

HEAD = "Client;Tax number;E-mail;Contact person;Contact e-mail;Mobile;Client since;Kind;Tags"
GOOD = """
Talleres Acosta, S.L.;B-44182270;a@acosta.example;Ana Acosta;ana@acosta.example;+34 600 111 222;01/03/2019;\
Empresa;VIP,Málaga
Beltrán Ruiz;B-2;;Luis Beltrán;luis@beltran.example;;2020-05-31;person;
"""


def upload(staff: Browser, text: str | bytes, name: str = "clients.csv") -> dict[str, Any]:
    data = text.encode() if isinstance(text, str) else text
    answer = staff.post("/v1/imports", query_string={"name": name}, data=data, content_type="text/csv")
    assert answer.status_code == 201, answer.json
    found: dict[str, Any] = answer.json
    return found


def tried(portal: Harness, staff: Browser, text: str | bytes, **options: Any) -> dict[str, Any]:
    job = upload(staff, text)
    given = {"mapping": job["mapping"], "key": job["options"]["key"]} | options
    answer = staff.put(f"/v1/imports/{job['id']}/mapping", json=given)
    assert answer.status_code == 200, answer.json
    portal.run_sender("imports")
    return shown(staff, job)


def imported(portal: Harness, staff: Browser, text: str | bytes, **options: Any) -> dict[str, Any]:
    job = tried(portal, staff, text, **options)
    assert job["status"] == "checked", job
    assert staff.post(f"/v1/imports/{job['id']}/start").status_code == 200
    portal.run_sender("imports")
    return shown(staff, job)


def shown(staff: Browser, job: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = staff.get(f"/v1/imports/{job['id']}").json
    return found


def counts(new: int = 0, updated: int = 0, same: int = 0, bad: int = 0) -> dict[str, int]:
    return {"new": new, "updated": updated, "same": same, "bad": bad}


def test_a_file_is_recognised_and_its_columns_are_guessed(staff: Browser) -> None:
    job = upload(staff, HEAD + GOOD)
    assert (job["encoding"], job["separator"], job["lines"], job["status"]) == ("utf-8", ";", 2, "uploaded")
    assert job["mapping"] == [
        *("name", "tax_number", "email", "contact.name", "contact.email", "contact.mobile"),
        *("client_since", "kind", "tags"),
    ]
    assert job["samples"][0][0] == "Talleres Acosta, S.L."
    assert job["options"]["key"] == "tax_number"
    assert staff.get("/v1/accounts").json["items"] == []


@pytest.mark.parametrize("locale", ["en", "es", "pt"])
def test_what_an_export_calls_a_column_is_recognised_in_every_language(locale: str) -> None:
    fields = dict.fromkeys(WORDS, "")
    assert guess([words[locale][0] for words in WORDS.values()], fields) == list(WORDS)


@pytest.mark.parametrize(
    ("encoding", "separator", "told"),
    [("utf-8", ",", "utf-8"), ("utf-8-sig", ";", "utf-8-sig"), ("cp1252", ";", "cp1252"), ("utf-16", "\t", "utf-16")],
)
def test_encodings_and_separators(portal: Harness, staff: Browser, encoding: str, separator: str, told: str) -> None:
    text = separator.join(("Nombre", "NIF")) + "\r\n" + separator.join(('"Peña – Núñez, S.L."', "B-1")) + "\r\n"
    done = imported(portal, staff, text.encode(encoding))
    assert (done["encoding"], done["separator"], done["counts"]) == (told, separator, counts(new=1))
    assert staff.get("/v1/accounts").json["items"][0]["name"] == "Peña – Núñez, S.L."


def test_a_dry_run_reports_and_changes_nothing(portal: Harness, staff: Browser) -> None:
    before = len(portal.recorded())
    job = tried(portal, staff, HEAD + GOOD + "Nobody;;;;;;;;\nCosta;B-3;wrong;;;;31/02/2020;;\n")
    assert (job["status"], job["percent"], job["counts"]) == ("checked", 100, counts(new=2, bad=2))
    assert [(fault["line"], fault["column"]) for fault in job["faults"]] == [
        (4, "Tax number"),
        (5, "Client since"),
        (5, "E-mail"),
    ]
    assert staff.get("/v1/accounts").json["items"] == []
    assert len(portal.recorded()) == before
    report = staff.get(f"/v1/imports/{job['id']}/faults")
    assert '"5","E-mail","Write an e-mail address such as ana@example.com."' in report.text


def test_an_import_brings_in_the_good_lines_and_can_be_repeated(portal: Harness, staff: Browser) -> None:
    text = HEAD + GOOD + "Nobody;;;;;;;;\n"
    done = imported(portal, staff, text)
    assert (done["status"], done["counts"]) == ("done", counts(new=2, bad=1))
    [_beltran, acosta] = staff.get("/v1/accounts").json["items"]
    assert (acosta["kind"], acosta["client_since"]) == ("company", "2019-03-01")
    assert [tag["name"] for tag in acosta["tags"]] == ["Málaga", "VIP"]
    assert acosta["main_contact"]["email"] == "ana@acosta.example"
    history = staff.get(f"/v1/accounts/{acosta['id']}/activity").json["items"]
    assert {entry["by"]["name"] for entry in history} == {"Lucía Marín"}
    again = imported(portal, staff, text)
    assert again["counts"] == counts(same=2, bad=1)
    assert staff.get("/v1/accounts").json["total"] == 2


def test_a_client_that_is_there_is_brought_up_to_date_and_an_empty_cell_takes_nothing(
    portal: Harness, staff: Browser
) -> None:
    imported(portal, staff, HEAD + GOOD)
    newer = "Client,Tax number,Phone,Contact person,Contact e-mail\nAcosta,B 44182270,,Pilar,pilar@acosta.example\n"
    expected, done = tried(portal, staff, newer), imported(portal, staff, newer)
    assert (expected["counts"], done["counts"]) == (counts(updated=1), counts(updated=1))
    account = staff.get("/v1/accounts?q=acosta").json["items"][0]
    assert (account["name"], account["contact_count"], account["email"]) == ("Acosta", 2, "a@acosta.example")
    kept = imported(portal, staff, newer.replace("Acosta,B", "Other,B"), update=False)
    assert kept["counts"] == counts(same=1)


def test_several_lines_of_one_client_are_one_client_with_several_people(portal: Harness, staff: Browser) -> None:
    text = "Client,Tax number,Contact person,Contact e-mail\n" + "".join(
        f"Acosta,B-1,Person {number},p{number}@acosta.example\n" for number in range(3)
    )
    assert tried(portal, staff, text)["counts"] == counts(new=1, updated=2)
    assert imported(portal, staff, text)["counts"] == counts(new=1, updated=2)
    [account] = staff.get("/v1/accounts").json["items"]
    assert account["contact_count"] == 3


def test_by_e_mail_and_by_a_number_of_another_system(portal: Harness, staff: Browser) -> None:
    people = "Full name,Email\nAna Acosta,ana@acosta.example\n"
    assert imported(portal, staff, people, mapping=["contact.name", "contact.email"], key="email")["counts"] == counts(
        new=1
    )
    again = imported(portal, staff, people, mapping=["contact.name", "contact.email"], key="email")
    assert again["counts"] == counts(same=1)
    numbered = "Id,Name\n7,Costa\n"
    assert imported(portal, staff, numbered)["counts"] == counts(new=1)
    assert imported(portal, staff, numbered.replace("Costa", "Costa & Cia"))["counts"] == counts(updated=1)


def test_two_clients_of_one_address_are_not_guessed_between(portal: Harness, staff: Browser) -> None:
    for name in ("Acosta", "Beltrán"):
        staff.post("/v1/accounts", json={"name": name, "contacts": [{"name": "Ana", "email": "ana@a.example"}]})
    job = tried(portal, staff, "Name,Email\nX,ana@a.example\n", key="email")
    assert job["counts"] == counts(bad=1)
    assert "More than one client" in job["faults"][0]["reason"]


def test_a_line_is_whole_or_not_at_all(portal: Harness, staff: Browser) -> None:
    job = imported(portal, staff, "Client,Tax number,Contact person,Contact e-mail\nAcosta,B-1,Ana,\n")
    assert job["counts"] == counts(bad=1)
    assert [(fault["column"], fault["reason"]) for fault in job["faults"]] == [("Contact e-mail", "Fill this in.")]
    assert staff.get("/v1/accounts").json["items"] == []


def test_an_exported_file_comes_in_again_as_it_went_out(portal: Harness, staff: Browser) -> None:
    imported(portal, staff, HEAD + GOOD)
    text = staff.get("/v1/exports/clients?kind_of_rows=contacts").data
    done = imported(portal, staff, text, key="tax_number")
    assert done["counts"] == counts(same=2)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"PK\x03\x04 a workbook", "not_csv"),
        (b"a\x00b", "not_csv"),
        (b"", "empty_file"),
        (b"\n\n", "empty_file"),
        (b"Client,Tax number\n", "empty_file"),
        (b"a," * 150 + b"\n1\n", "not_csv"),
    ],
)
def test_what_is_no_csv_file_is_refused_with_what_to_do(staff: Browser, data: bytes, code: str) -> None:
    answer = staff.post("/v1/imports", data=data, content_type="text/csv")
    assert (answer.status_code, answer.json["code"]) == (422, code)


def test_a_file_may_be_too_large_or_too_long(staff: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.portal.imports.reading.MOST_LINES", 2)
    answer = staff.post("/v1/imports", data=b"Client\n1\n2\n3\n")
    assert (answer.status_code, answer.json["code"]) == (422, "too_many_lines")
    monkeypatch.setattr("services.portal.imports.reading.MOST_BYTES", 5)
    answer = staff.post("/v1/imports", data=b"Client\n1\n2\n3\n")
    assert (answer.status_code, answer.json["code"]) == (413, "too_large")


def test_a_mapping_has_to_make_sense(staff: Browser) -> None:
    job = upload(staff, "Client,Tax number\nA,1\n")
    path = f"/v1/imports/{job['id']}/mapping"
    assert "mapping" in errors_of(staff.put(path, json={"mapping": ["name"], "key": "tax_number"}))
    assert "mapping.1" in errors_of(staff.put(path, json={"mapping": ["name", "name"], "key": "tax_number"}))
    assert "mapping.1" in errors_of(staff.put(path, json={"mapping": ["name", "search_text"], "key": "tax_number"}))
    assert "mapping" in errors_of(staff.put(path, json={"mapping": ["", "tax_number"], "key": "tax_number"}))
    assert "key" in errors_of(staff.put(path, json={"mapping": ["name", ""], "key": "tax_number"}))


def test_a_quotation_mark_that_is_never_closed_spoils_no_more_than_it_must(portal: Harness, staff: Browser) -> None:
    text = "Client,Tax number\nA,1\n" + '"' + "x" * 140_000 + "\nB,2\n"
    job = tried(portal, staff, text)
    assert job["counts"]["bad"] >= 1
    assert "quotation mark" in job["faults"][0]["reason"] or "Use" in job["faults"][0]["reason"]


def many(number: int, bad_every: int) -> str:
    lines = [
        f"Client {n},{'' if n % bad_every == 0 else f'B-{n}'},Person {n},p{n}@firm{n}.example"
        for n in range(1, number + 1)
    ]
    return "Client,Tax number,Contact person,Contact e-mail\n" + "\n".join(lines) + "\n"


def test_it_goes_on_where_a_worker_ended_and_stops_when_it_is_cancelled(
    portal: Harness, staff: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(senders, "BATCH", {"checking": 1000, "importing": 10})
    job = tried(portal, staff, many(60, 100))
    staff.post(f"/v1/imports/{job['id']}/start")
    monkeypatch.setattr(senders, "SLICE_SECONDS", 0.0)
    monkeypatch.setattr(senders, "monotonic", cycle([0.0, -1.0, 1.0]).__next__)
    assert senders.run(portal.runtime)
    assert senders.run(portal.runtime)
    half = shown(staff, job)
    assert (half["counts"], half["status"]) == (counts(new=20), "importing")
    assert 0 < half["percent"] < 100
    assert staff.post(f"/v1/imports/{job['id']}/cancel").json["status"] == "cancelled"
    portal.run_sender("imports")
    assert shown(staff, job)["counts"] == counts(new=20)
    assert staff.post(f"/v1/imports/{job['id']}/start").status_code == 409


def test_while_one_worker_has_it_another_one_leaves_it_alone(portal: Harness, staff: Browser) -> None:
    job = upload(staff, many(3, 100))
    staff.put(f"/v1/imports/{job['id']}/mapping", json={"mapping": job["mapping"], "key": "tax_number"})
    assert senders._claim(portal.runtime) is not None
    assert senders._claim(portal.runtime) is None
    with travel("2200-01-01T00:00:00+00:00"):  # the worker is gone for good
        assert senders._claim(portal.runtime) is not None


def test_only_one_import_runs_at_a_time(portal: Harness, staff: Browser) -> None:
    one, two = (tried(portal, staff, many(3, 100)) for _ in range(2))
    assert staff.post(f"/v1/imports/{one['id']}/start").status_code == 200
    answer = staff.post(f"/v1/imports/{two['id']}/start")
    assert (answer.status_code, answer.json["code"]) == (409, "import_running")


def test_memory_stays_flat(portal: Harness, staff: Browser) -> None:
    def peak(number: int) -> int:
        tracemalloc.start()
        tried(portal, staff, many(number, 100))
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    peak(100)
    small, large = peak(200), peak(2000)
    assert large < small + 1_200_000, (small, large)


def test_files_that_nobody_imports_are_forgotten(portal: Harness, staff: Browser) -> None:
    job = upload(staff, many(3, 100))
    portal.run_timer("forget_imports")
    assert shown(staff, job)["status"] == "uploaded"
    with travel("2200-01-01T00:00:00+00:00"), portal.runtime.database.unit_of_work() as session:
        actions.forget_old(session)
    assert shown(staff, job)["status"] == "cancelled"

"""Clients in and out by CSV files, from outside: sent, tried, imported by the worker, repeated, exported."""

import csv
import io
import re
import secrets

import pytest

from deploy.visitor import Visitor, until
from tests.running import Running

pytestmark = pytest.mark.stack

PAGE = "/admin/clients/import"


def send(staff: Visitor, text: str) -> str:
    """Send a file as the browser does; return the path of its page."""
    token = staff.open(PAGE).form(PAGE).values
    fields = {"csrf_token": dict(token)["csrf_token"]}
    answer = staff.session.post(
        staff.url + PAGE,
        data=fields,
        files={"file": ("clientes.csv", text.encode("cp1252"), "text/csv")},
        headers={"Origin": staff.url, "Referer": staff.url + PAGE},
        timeout=60,
    )
    assert answer.status_code == 200, answer.text[:500]
    return answer.url.removeprefix(staff.url)


def reached(staff: Visitor, path: str, words: str) -> str:
    """Wait until the page of an import says these words; return it."""

    def look() -> str | None:
        text = staff.fetch(path).decode()
        return text if words in text else None

    return until(words, look)


def figures(page: str) -> list[str]:
    """Return the figures of an import: new, updated, already there, bad."""
    return re.findall(r'<dd><b class="num">(\d+)</b></dd>', page)


def imported(staff: Visitor, text: str) -> list[str]:
    """Import a file and return its figures."""
    path = send(staff, text)
    staff.submit(staff.open(path), path, {})
    tried = reached(staff, path, "Nothing was changed yet.")
    staff.submit(staff.open(path), f"{path}/start", {})
    done = figures(reached(staff, path, "Another file"))
    assert done == figures(tried)
    return done


def test_clients_come_in_from_a_file_once_and_go_out_again(atrio: Running) -> None:
    staff, mark = atrio.staff_visitor(), secrets.token_hex(4)
    head = "Razón social;NIF;Persona de contacto;Correo del contacto;Teléfono\n"
    lines = [f"Peña {n} {mark};B-{mark}{n};Ana {n};ana{n}@{mark}.example;+34 952 555 10{n}\n" for n in range(5)]
    text = head + "".join(lines) + f"Sin número {mark};;;;\n"
    assert imported(staff, text) == ["5", "0", "0", "1"]
    assert imported(staff, text) == ["0", "0", "5", "1"]
    changed = text.replace("+34 952 555 100", "+34 952 555 200")
    assert imported(staff, changed) == ["0", "1", "4", "1"]
    found = staff.fetch(f"/admin/clients/export.csv?q={mark}").decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(found)))
    assert [row["Client"] for row in rows] == [f"Peña {n} {mark}" for n in range(5)]
    assert rows[0]["Phone"] == "'+34 952 555 200"
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row.values())

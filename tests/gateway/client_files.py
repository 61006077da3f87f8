"""Imports and exports for the gateway's tests, as the portal service tells them."""

from typing import Any

from werkzeug import Request, Response

from tests.gateway.house import House, moment, problem

JOB = "0192a000-0000-7000-8000-0000000000a1"
FIELDS = ("name", "tax_number", "email", "contact.name", "contact.email")


def job(**more: Any) -> dict[str, Any]:
    """Return an import as the portal service tells one."""
    return {
        "id": JOB,
        "file_name": "clientes 2026.csv",
        "status": "uploaded",
        "encoding": "cp1252",
        "separator": ";",
        "header": ["Nombre", "NIF", "Observaciones"],
        "samples": [["Talleres Acosta, S.L.", "B-44182270", "paga tarde"], ["Beltrán", "B-2", ""]],
        "mapping": ["name", "tax_number", ""],
        "options": {"key": "tax_number", "update": True, "tag": ""},
        "lines": 1200,
        "percent": 40,
        "counts": {"new": 1100, "updated": 60, "same": 28, "bad": 12},
        "by": {"kind": "staff", "id": "1", "name": "Lucía Marín"},
        "created_at": moment(-1),
        "started_at": None,
        "finished_at": None,
        "fields": [{"name": name, "label": ""} for name in FIELDS] + [{"name": "custom.sector", "label": "Sector"}],
        "faults": [
            {"line": 7, "column": "NIF", "reason": "This is empty, and it is what clients are recognised by."},
            {"line": 90, "column": "<b>E-mail</b>", "reason": "Write an e-mail address such as ana@example.com."},
        ],
    } | more


def move_in(house: House, **state: Any) -> House:
    """Let the portal service of `house` have one import, in that state, and one export."""
    at = f"/portal/v1/imports/{JOB}"
    export = {
        "id": JOB,
        "kind": "accounts",
        "filters": {},
        "by": {"name": "Lucía Marín"},
        "at": moment(-5),
        "rows": 312,
    }
    house.answers |= {
        ("GET", "/portal/v1/imports"): lambda _request: {"items": [job(**state)]},
        ("GET", "/portal/v1/exports"): lambda _request: {"items": [export]},
        ("POST", "/portal/v1/imports"): _upload,
        ("GET", at): lambda _request: job(**state),
        ("PUT", f"{at}/mapping"): lambda request: job(status="checking") | {"mapping": request.get_json()["mapping"]},
        ("POST", f"{at}/start"): lambda _request: job(status="importing"),
        ("POST", f"{at}/cancel"): lambda _request: job(status="cancelled"),
        ("GET", f"{at}/faults"): lambda _request: Response('"line"\r\n', content_type="text/csv"),
        ("GET", "/portal/v1/exports/clients"): lambda _request: Response('"Client"\r\n', content_type="text/csv"),
        ("POST", "/portal/v1/exports/clients"): lambda _request: Response('"Client"\r\n', content_type="text/csv"),
    }
    return house


def _upload(request: Request) -> Any:
    if request.data.startswith(b"PK"):
        return problem(422, "not_csv")
    return job()

"""Small files of every kind, and calls that most tests make."""

import hashlib
import io
import zipfile
from typing import Any
from urllib.parse import quote
from uuid import UUID

from werkzeug.test import TestResponse

from services.chassis.testing.harness import Browser

PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<< >>\nendobj\ntrailer\n<< >>\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(20)


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def zipped(**files: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def send(
    browser: Browser, account: UUID, content: bytes = PDF, name: str = "Informe.pdf", **query: Any
) -> TestResponse:
    headers = query.pop("headers", {})
    words = "".join(f"&{key}={value}" for key, value in query.items())
    path = f"/v1/accounts/{account}/documents?name={quote(name, safe='')}{words}"
    return browser.post(path, data=content, headers=headers)


def uploaded(browser: Browser, account: UUID, content: bytes = PDF, **more: Any) -> dict[str, Any]:
    answer = send(browser, account, content, **more)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json
    return found

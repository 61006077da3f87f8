"""Documents and requests for the gateway's tests, as the documents and the portal service tell them."""

from collections.abc import Mapping
from io import BytesIO
from typing import Any

from werkzeug import Request

from tests.gateway import reading
from tests.gateway.directory import LUCIA, REQUEST, USER, move_in
from tests.gateway.house import ACCOUNT, House, moment, problem

DOCUMENT, LETTER, NOTES = (f"0192a000-0000-7000-8000-00000000030{n}" for n in (1, 2, 3))
JULY, AUGUST = (f"0192a000-0000-7000-8000-00000000040{n}" for n in (1, 2))
FOLDER, BELOW = (f"0192a000-0000-7000-8000-00000000060{n}" for n in (1, 2))
STATEMENT, EXTRA = (f"0192a000-0000-7000-8000-00000000050{n}" for n in (1, 2))
ANA = {"kind": "client", "id": USER, "name": "Ana Acosta"}
FIRM = LUCIA | {"kind": "staff"}


def document(id: str = DOCUMENT, name: str = "VAT return Q3.pdf", **more: Any) -> dict[str, Any]:
    """Return a document as the documents service tells one."""
    return {
        "id": id,
        "account_id": ACCOUNT,
        "account_name": "Talleres Acosta, S.L.",
        "name": name,
        "content_type": "application/pdf",
        "size": 123_456,
        "sha256": "0" * 64,
        "status": "available",
        "origin": "firm",
        "shared": True,
        "shared_at": moment(-4),
        "uploaded_by": FIRM,
        "uploaded_at": moment(-5),
        "changed_at": moment(-4),
        "sign_request_id": None,
        "request_id": None,
        "folder_id": None,
        "folder_name": None,
        "tags": [],
        "may_add_version": False,
        "version_number": 1,
        "version": 2,
        "new": False,
        "opened_at": None,
        "locked": False,
        "scan": None,
    } | more


def version(number: int, by: Mapping[str, Any] = FIRM, **more: Any) -> dict[str, Any]:
    """Return a version of a document."""
    return {
        "number": number,
        "content_type": "application/pdf",
        "size": 123_456 * number,
        "sha256": "0" * 64,
        "origin": "firm",
        "created_by": by,
        "created_at": moment(-number),
    } | more


def folder(id: str = FOLDER, name: str = "Contracts", **more: Any) -> dict[str, Any]:
    """Return a folder as the documents service tells one."""
    return {
        "id": id,
        "account_id": ACCOUNT,
        "parent_id": None,
        "name": name,
        "depth": 1,
        "may_upload": True,
        "rights": {"member": "view"},
        "levels": {"owner": "upload", "member": "view"},
        "documents": 3,
        "version": 1,
    } | more


def shelf(*items: Any, following: str | None = None, **more: Any) -> dict[str, Any]:
    """Return one place of the client's documents."""
    place = {"folder": None, "path": [], "may_upload": True, "folders": [], "folders_next": None}
    return {"items": list(items), "next": following} | place | more


def in_full(**more: Any) -> dict[str, Any]:
    """Return a document with its versions."""
    return {"versions": [version(1)]} | document(**more)


def trace(action: str, by: Mapping[str, Any], hours: float) -> dict[str, Any]:
    """Return an entry of a document's history."""
    return {"id": DOCUMENT, "at": moment(hours), "action": action, "by": by, "version_number": 1, "how": None}


def ask(**more: Any) -> dict[str, Any]:
    """Return a request with its thread as the portal service tells one."""
    nothing: dict[str, Any] = {"documents": [], "pending_documents": 0, "description": "", "answer": "", "reason": ""}
    nothing |= {"needs_file": False, "optional": False}
    return {
        "id": REQUEST,
        "account_id": ACCOUNT,
        "account_name": "Talleres Acosta, S.L.",
        "title": "Bank statements, third quarter",
        "message": "Please send the statements of both accounts.",
        "status": "open",
        "due_on": None,
        "reminders": True,
        "created_by": FIRM,
        "created_at": moment(-90),
        "updated_at": moment(-2),
        "unread": True,
        "items": [
            {"id": JULY, "title": "Statement of July", "status": "open"} | nothing,
            {"id": AUGUST, "title": "Statement of August", "status": "open"} | nothing,
        ],
        "comments": [],
        "documents": [document(LETTER, "What we need.pdf")],
        "pending_documents": 0,
        "unsent_documents": [],
        "allowed": ["reply", "close"],
        "version": 3,
    } | more


def comment(message: str, by: Mapping[str, Any] = ANA, **more: Any) -> dict[str, Any]:
    """Return a comment of a request's thread."""
    return {
        "id": EXTRA,
        "by": by,
        "message": message,
        "internal": False,
        "item_id": None,
        "act": None,
        "at": moment(-1),
        "documents": [],
        "pending_documents": 0,
    } | more


def fill(house: House) -> House:
    """Let the services of `house` have a directory, documents and requests."""
    move_in(house)
    at, asked = f"/documents/v1/documents/{DOCUMENT}", f"/portal/v1/requests/{REQUEST}"
    traces = [trace("opened", ANA, -1), trace("shared", FIRM, -4), trace("uploaded", FIRM, -5)]
    house.answers |= {
        ("GET", "/documents/v1/documents"): {"items": [document()], "next": None},
        ("GET", f"/documents/v1/accounts/{ACCOUNT}/shelf"): shelf(document()),
        ("GET", f"/documents/v1/accounts/{ACCOUNT}/folders"): {"items": [folder() | {"path": ["Contracts"]}]},
        ("POST", f"/documents/v1/accounts/{ACCOUNT}/folders"): lambda _request: folder(),
        ("POST", f"/documents/v1/accounts/{ACCOUNT}/folders/defaults"): {"items": []},
        ("GET", f"/documents/v1/folders/{FOLDER}"): lambda _request: folder(),
        ("PATCH", f"/documents/v1/folders/{FOLDER}"): lambda _request: folder(),
        ("POST", f"/documents/v1/folders/{FOLDER}/move"): lambda _request: folder(),
        ("DELETE", f"/documents/v1/folders/{FOLDER}"): {},
        ("GET", "/documents/v1/library-settings"): {
            "bin_days": 30,
            "version": 1,
            "folders": [{"names": {"en": "Contracts"}, "rights": {"member": "view"}}],
        },
        ("PUT", "/documents/v1/library-settings"): {},
        ("POST", "/documents/v1/documents/bulk"): lambda request: {"done": request.get_json()["ids"], "refused": []},
        ("GET", f"{at}/approvals"): {"current": None, "items": []},
        ("POST", f"{at}/rename"): lambda _request: in_full(),
        ("PUT", f"{at}/tags"): lambda _request: in_full(),
        ("POST", f"{at}/versions"): lambda _request: in_full(version_number=2),
        ("POST", f"{at}/versions/1/restore"): lambda _request: in_full(version_number=3),
        ("POST", f"{at}/undo"): {},
        ("POST", f"/documents/v1/accounts/{ACCOUNT}/documents"): _arrived,
        ("GET", at): lambda _request: in_full(),
        **reading.answers(at),
        ("GET", "/documents/v1/share-links"): {"items": [], "next": None},
        ("GET", f"{at}/history"): lambda _request: {"items": traces, "next": None},
        ("POST", f"{at}/share"): lambda _request: in_full(),
        ("POST", f"{at}/unshare"): lambda _request: in_full(shared=False),
        ("DELETE", at): lambda _request: in_full(status="deleted"),
        ("POST", f"{at}/restore"): lambda _request: in_full(),
        ("POST", "/portal/v1/work/seen"): {},
        ("POST", "/portal/v1/requests"): lambda request: ask(title=request.get_json()["title"]),
        ("GET", asked): lambda _request: ask(),
        ("POST", f"{asked}/read"): {},
        ("POST", f"{asked}/replies"): lambda _request: ask(status="replied"),
        ("POST", f"{asked}/close"): lambda _request: ask(status="closed", allowed=["reopen"]),
        ("POST", f"{asked}/reopen"): lambda _request: ask(),
    }
    return house


def _arrived(request: Request) -> Any:
    if not request.get_data():
        return problem(422, "empty_file")
    if request.args["name"].endswith(".exe"):
        return problem(422, "type_not_allowed")
    return document(STATEMENT, request.args["name"], origin="client", request_id=request.args.get("request_id"))


def uploads(house: House) -> list[tuple[dict[str, str], bytes]]:
    """Return the uploads that reached the documents service: what the address said, and the bytes."""
    calls = house.called("POST", f"/documents/v1/accounts/{ACCOUNT}/documents")
    return [(dict(call.args), call.get_data()) for call in calls]


def file(name: str = "July.pdf", content: bytes = b"%PDF-1.7 July") -> tuple[BytesIO, str, str]:
    """Return a file as a form sends one."""
    return BytesIO(content), name, "application/pdf"


def no_file() -> tuple[BytesIO, str, str]:
    """Return what a browser sends for a file field that was left empty."""
    return BytesIO(), "", "application/octet-stream"

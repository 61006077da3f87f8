"""Pages, approvals and archives for the gateway's tests, as the documents service tells them."""

from typing import Any

from werkzeug import Response

from tests.gateway.house import CLIENT, STAFF, moment

WEBP = b"RIFF\x1a\x00\x00\x00WEBPVP8L"
LUCIA = {"kind": "staff", "id": STAFF["id"], "name": STAFF["name"]}
ANA = {"kind": "client", "id": CLIENT["id"], "name": CLIENT["name"]}


def preview(**more: Any) -> dict[str, Any]:
    """Return how a PDF of three pages is shown."""
    pages = [{"number": number, "width": 595, "height": 842, "text": f"Words of page {number}"} for number in (1, 2, 3)]
    ready = {"status": "ready", "reason": None, "version_number": 1, "count": 3, "part": 1, "parts": 1}
    return ready | {"widths": [800, 1600], "pages": pages} | more


def approval(status: str = "asked", side: str = "client", **more: Any) -> dict[str, Any]:
    """Return what was asked or decided about a document."""
    decided = status in ("approved", "rejected")
    return {
        "id": "0192a000-0000-7000-8000-000000000701",
        "version_number": 1,
        "side": side,
        "status": status,
        "note": "Page 3, please.",
        "reason": "The figures are last year's." if status == "rejected" else "",
        "asked_by": LUCIA,
        "asked_at": moment(-2),
        "decided_by": (ANA if side == "client" else LUCIA) if decided else None,
        "decided_at": moment(-1) if decided else None,
    } | more


def said(current: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return what stands about a document, and what was ever said."""
    return {"current": current, "version_number": 1, "items": [current] if current else []}


def answers(at: str) -> dict[tuple[str, str], Any]:
    """Return what the service answers about the document at `at`."""
    picture = Response(WEBP, content_type="image/webp")
    return {
        ("GET", f"{at}/preview"): lambda _request: preview(),
        **{("GET", f"{at}/preview/pages/{number}"): lambda _request: picture for number in (1, 2, 3)},
        ("GET", f"{at}/approvals"): lambda _request: said(),
        ("POST", f"{at}/approvals"): lambda _request: said(approval()),
        ("POST", f"{at}/approvals/decision"): lambda _request: said(approval("approved")),
        ("POST", f"{at}/approvals/undo"): lambda _request: said(),
        ("GET", "/documents/v1/documents/archive"): lambda _request: Response(b"PK", content_type="application/zip"),
    }

"""The signing service with a sign request that waits for the client, one that is complete, and another client."""

from typing import Any

from pytest_httpserver import HTTPServer

from services.chassis.testing.harness import Harness
from tests.security.matrix.callers import Of
from tests.security.matrix.events import REPLAY, received_event
from tests.security.matrix.scene import Party, Scene, given
from tests.signing.office import PHONE, Office

TITLE = "Engagement letter 2026"
SIGN = "/v1/sign-requests/<uuid:sign_request_id>"


def make(harness: Harness, documents: HTTPServer) -> Scene:
    """Return the service with what its routes need."""
    office = Office(harness, documents)
    scene = Scene(harness, Party(office.account, office.ana, office.ana_user), Party())
    harness.deliver("portal.account.saved.v1", {"id": str(scene.foreign.account_id), "name": "Ribeiro"}, version=1)
    sent, complete = office.sent(), office.completed()
    scene.secrets += [TITLE, str(office.account), sent, complete]

    def on(id: str, **sends: Any) -> Any:
        return given(Of.ACCOUNT, {"sign_request_id": id, "number": 1}, **sends)

    reading = {SIGN + path: on(sent) for path in ("", "/audit", "/document", "/pages/<int:number>", "/text", "/send")}
    scene.things |= reading | {
        f"{SIGN}/sealed": on(complete),
        f"{SIGN}/view": on(sent, json={"client": PHONE}),
        f"{SIGN}/consent": on(sent, json=_consent(office, sent)),
        f"{SIGN}/sign": on(sent, json={"document_sha256": "0" * 64, "client": PHONE, "values": []}),
        f"{SIGN}/decline": on(sent, json={"reason": "No.", "client": PHONE}),
        f"{SIGN}/void": on(sent, json={"reason": "Wrong file."}),
        f"{SIGN}/plan": on(sent, json=_plan(office)),
        REPLAY: received_event(harness),
    }
    return scene


def _consent(office: Office, id: str) -> dict[str, Any]:
    shown = office.client().get("/v1/disclosure?locale=es").json
    return {
        "disclosure_version": shown["version"],
        "disclosure_sha256": shown["sha256"],
        "locale": "es",
        "document_sha256": office.get(id)["document_sha256"],
        "client": PHONE,
    }


def _plan(office: Office) -> dict[str, Any]:
    field = {"recipient": "a", "type": "signature", "page": 1, "x": 72, "y": 600, "width": 180, "height": 44}
    person = {"key": "a", "contact_id": str(office.ana), "role": "signer", "order": 1}
    return {"recipients": [person], "fields": [field]}

"""Events and messages for the gateway's tests, as every service and the notifications service tell them."""

from typing import Any

from gateway.settings import SERVICES
from services.chassis.columns import new_id
from tests.gateway.house import ACCOUNT, CLIENT, House, moment, problem

DEAD = "0192a000-0000-7000-8000-000000000301"
FAILED, DELIVERED = "0192a000-0000-7000-8000-000000000401", "0192a000-0000-7000-8000-000000000402"


def dead_event() -> dict[str, Any]:
    """Return an event that was given up on."""
    return {
        "event_id": DEAD,
        "type": "portal.contact.saved.v1",
        "subject": "0192a000-0000-7000-8000-0000000000d1",
        "received_at": moment(-30),
        "attempts": 8,
        "next_attempt_at": moment(-25),
        "dead_at": moment(-25),
        "last_error": "KeyError: 'timezone' <script>alert(1)</script>",
    }


def unsent_event() -> dict[str, Any]:
    """Return an event that the bus has not confirmed."""
    return {
        "event_id": DEAD[:-1] + "2",
        "type": "documents.document.shared.v1",
        "created_at": moment(-0.1),
        "attempts": 3,
        "last_error": "ConnectionRefusedError",
    }


def message(id: str, status: str, **more: Any) -> dict[str, Any]:
    """Return a message as the notifications service tells one."""
    return {
        "id": id,
        "kind": "invitation",
        "channel": "email",
        "status": status,
        "to_name": "Ana Acosta",
        "to_address": CLIENT["email"],
        "user_id": CLIENT["id"],
        "account_id": ACCOUNT,
        "event_id": DEAD,
        "tries": 1,
        "last_error": None,
        "created_at": moment(-2),
        "next_attempt_at": moment(-2),
        "finished_at": moment(-2),
        "expires_at": None,
        "can_resend": False,
    } | more


def inbound_mails() -> list[dict[str, Any]]:
    """Return the latest mails that came in: one in its thread without one of its files, one from another address."""
    name = "Ana María Fernández de la Torre y Acosta"
    known: dict[str, Any] = {"user_id": str(new_id()), "user_name": name, "account_id": str(new_id())}
    known |= {"account_name": "Talleres Acosta", "thread_kind": "conversation", "thread_id": str(new_id())}
    shared: dict[str, Any] = {"source": "imap", "from_address": "ana@talleresacosta.example", "size": 2048}
    shared |= {"received_at": "2026-11-20T09:30:00+00:00", "settled_at": None, "last_error": None, "left_out": []}
    left_out = [{"name": "nómina.exe", "reason": "type_not_allowed"}]
    posted = {"status": "posted", "reason": None, "subject": "Re: Furgoneta nueva", "left_out": left_out}
    aside = {"status": "unmatched", "reason": "other_address", "subject": "", "from_address": "ana@casa.example"}
    nobody = dict.fromkeys(known)
    return [
        shared | known | posted | {"id": str(new_id())},
        shared | known | aside | {"id": str(new_id()), "thread_id": None},
        shared | nobody | {"id": str(new_id()), "status": "unmatched", "reason": "forged", "subject": "Premio"},
    ]


def messages() -> list[dict[str, Any]]:
    """Return the latest messages."""
    sms = {"channel": "sms", "kind": "sign_in_code", "to_address": "+34612345678"}
    bounced = {"tries": 2, "last_error": "550 5.1.1 no such mailbox", "can_resend": True, "to_name": "Marta Gil"}
    return [
        message(DELIVERED, "delivered"),
        message(FAILED, "permanent_failure", **bounced),
        message(FAILED[:-1] + "3", "temporary_failure", tries=4, last_error="421 try later", can_resend=True, **sms),
        message(FAILED[:-1] + "4", "queued", kind="document_shared", tries=0),
    ]


def move_in(house: House) -> House:
    """Let the services of `house` have events, and the notifications service messages."""
    for service in SERVICES:
        for kind in ("outbox", "inbox", "dead"):
            house.answers[("GET", f"/{service}/v1/events/{kind}")] = {"items": [], "next": None}
    attempts = [
        {"number": 1, "at": moment(-3), "result": "temporary_failure", "detail": "421 try later"},
        {"number": 2, "at": moment(-2), "result": "permanent_failure", "detail": "550 5.1.1 no such mailbox"},
    ]
    house.answers |= {
        ("GET", "/identity/v1/events/dead"): lambda _request: {"items": [dead_event()], "next": None},
        ("GET", "/documents/v1/events/outbox"): lambda _request: {"items": [unsent_event()], "next": None},
        ("POST", f"/identity/v1/events/{DEAD}/replay"): {"event_id": DEAD},
        ("GET", "/signing/v1/events/dead"): lambda _request: problem(503, "unavailable"),
        ("GET", "/notifications/v1/inbound-mails"): lambda _request: {"items": inbound_mails(), "next": None},
        ("GET", "/notifications/v1/messages"): lambda _request: {"items": messages(), "next": None},
        ("GET", f"/notifications/v1/messages/{FAILED}"): lambda _request: messages()[1] | {"attempts": attempts},
        ("POST", f"/notifications/v1/messages/{FAILED}/resend"): lambda _request: message(FAILED, "queued"),
    }
    return house

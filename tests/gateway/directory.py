"""A directory for the gateway's tests: clients, contact persons, their history, as the portal service tells them."""

from typing import Any

from werkzeug import Request, Response

from tests.gateway.house import ACCOUNT, STAFF, House, day, moment, problem

ARCHIVED, TEST, EMPTY = (f"0192a000-0000-7000-8000-00000000000{n}" for n in (2, 3, 4))
ANA, JOAQUIM, PILAR, MARTA = (f"0192a000-0000-7000-8000-0000000000d{n}" for n in (1, 2, 3, 4))
TAG = {"id": "0192a000-0000-7000-8000-0000000000f1", "name": "VIP", "color": "violet"}
USER = "0192a000-0000-7000-8000-0000000000c2"
LUCIA = {"id": STAFF["id"], "name": "Lucía Marín"}
REQUEST, SIGN_REQUEST = "0192a000-0000-7000-8000-000000000005", "0192a000-0000-7000-8000-000000000006"


def contact(id: str, name: str, status: str, **more: Any) -> dict[str, Any]:
    """Return a contact person as the portal service tells one."""
    return {
        "id": id,
        "account_id": ACCOUNT,
        "name": name,
        "email": f"{name.split(maxsplit=1)[0].lower()}@talleres-acosta.example",
        "mobile": None,
        "locale": "es",
        "timezone": "Europe/Madrid",
        "role": "member",
        "portal_user": status != "not_invited",
        "portal_status": status,
        "user_id": None if status == "not_invited" else USER,
        "support_start": None,
        "support_end": None,
        "removed": False,
        "invited_by": None,
        "invitation_expires_at": None,
        "delivery_failure": None,
        "invited_at": None if status == "not_invited" else moment(-50),
        "custom": {},
        "version": 2,
    } | more


def account(**more: Any) -> dict[str, Any]:
    """Return a client with its contact persons as the portal service tells one."""
    return {
        "id": ACCOUNT,
        "name": "Talleres Acosta, S.L.",
        "kind": "company",
        "tax_number": "B-4418 2270",
        "address": "Calle Olivo 18\n29010 Málaga",
        "phone": "+34 952 555 200",
        "email": "",
        "locale": "es",
        "is_test": False,
        "status": "active",
        "adviser": LUCIA,
        "client_since": "2019-03-01",
        "external_id": None,
        "tags": [TAG],
        "portal_status": "active",
        "created_at": "2019-03-01T09:00:00+00:00",
        "updated_at": moment(-3),
        "custom": {},
        "version": 7,
        "contacts": [
            contact(ANA, "Ana Acosta", "active", role="owner", mobile="+34612345678"),
            contact(JOAQUIM, "Joaquim Ribeiro", "invited", role="billing", locale="pt"),
            contact(PILAR, "Pilar Soto", "not_invited"),
            contact(MARTA, "Marta Gil", "undeliverable"),
        ],
    } | more


def row(**more: Any) -> dict[str, Any]:
    """Return a client as it stands in the list."""
    found = account(**more)
    people = found.pop("contacts")
    return found | {"main_contact": people[0] if people else None, "contact_count": len(people), "open_requests": 3}


def rows() -> list[dict[str, Any]]:
    """Return a list of clients."""
    return [
        row(),
        row(
            id=ARCHIVED,
            name="Oliveira & Filhos, Lda",
            tax_number="PT 509 442 013",
            portal_status="invited",
            adviser=None,
        ),
        row(id=TEST, name="Prueba, S.A.", is_test=True, portal_status="not_invited", contacts=[])
        | {"open_requests": 0},
    ]


def matter(kind: str, id: str, title: str, status: str, due_on: str | None, **more: Any) -> dict[str, Any]:
    """Return a request or sign request as it stands in a list."""
    return {
        "kind": kind,
        "id": id,
        "account_id": ACCOUNT,
        "account_name": "Talleres Acosta, S.L.",
        "title": title,
        "status": status,
        "due_on": due_on,
        "created_by": LUCIA | {"kind": "staff"},
        "created_at": moment(-90),
        "unread": False,
        "waiting": False,
        "items_total": 0,
        "items_open": 0,
        "pages": None,
        "document_id": None,
    } | more


def matters() -> list[dict[str, Any]]:
    """Return what is open between the firm and the client."""
    return [
        matter("sign_request", SIGN_REQUEST, "Engagement letter 2026", "sent", day(0), pages=4),
        matter("request", REQUEST, "Bank statements, third quarter", "open", day(6), items_total=5, items_open=3),
        matter("request", REQUEST[:-1] + "7", "Which car is for the business?", "replied", None, waiting=True),
    ]


def entry(number: int, kind: str, by: dict[str, Any], hours: float, subject: str, title: str = "") -> dict[str, Any]:
    """Return one entry of the activity history."""
    id = f"0192a000-0000-7000-8000-0000000002{number:02}"
    return {
        "id": id,
        "kind": kind,
        "by": by,
        "at": moment(hours),
        "subject": {"kind": subject, "id": id},
        "title": title,
    }


def history() -> list[dict[str, Any]]:
    """Return the latest entries of the activity history."""
    ana = {"kind": "client", "id": USER, "name": "Ana Acosta"}
    lucia = LUCIA | {"kind": "staff"}
    house = {"kind": "service", "id": USER, "name": "identity"}
    return [
        entry(1, "document.uploaded", ana, -1, "document", "September statement.pdf"),
        entry(2, "user.signed_in", ana, -1.2, "user", "code"),
        entry(3, "sign_request.viewed", ana, -3, "sign_request", "Engagement letter 2026"),
        entry(4, "request.replied", lucia, -26, "request", "Bank statements, third quarter"),
        entry(5, "contact.invited", lucia, -50, "contact", "Joaquim Ribeiro"),
        entry(6, "invitation.issued", house, -50, "user", "Joaquim Ribeiro"),
        entry(7, "message.failed", house, -51, "user", "550 no such mailbox"),
        entry(8, "account.created", lucia, -400, "account", "Talleres Acosta, S.L."),
    ]


def move_in(house: House) -> House:
    """Let the portal service of `house` have a directory."""
    at = f"/portal/v1/accounts/{ACCOUNT}"
    house.answers |= {
        ("GET", "/portal/v1/accounts"): {"items": rows(), "next": None, "total": 3},
        ("POST", "/portal/v1/accounts"): _create_account,
        ("GET", at): lambda _request: account(),
        ("PATCH", at): lambda request: account() | request.get_json(),
        ("GET", f"{at}/activity"): lambda _request: {"items": history(), "next": None},
        ("POST", f"{at}/contacts"): _create_contact,
        ("POST", f"{at}/invitations"): _invite,
        ("GET", "/portal/v1/tags"): {"items": [TAG]},
        ("POST", f"{at}/tags"): {"items": [TAG]},
        ("DELETE", f"{at}/tags/{TAG['id']}"): {"items": []},
        ("POST", "/portal/v1/accounts/bulk"): lambda request: {"changed": len(request.get_json()["account_ids"])},
        ("GET", "/portal/v1/requests"): lambda _request: {"items": matters(), "next": None},
        ("GET", "/identity/v1/users"): {"items": [LUCIA], "next": None},
        ("POST", f"/identity/v1/users/{USER}/invitations"): {"id": USER, "status": "invited"},
        ("POST", f"/identity/v1/users/{USER}/suspend"): {"id": USER, "status": "suspended"},
        ("POST", f"/identity/v1/users/{USER}/reinstate"): {"id": USER, "status": "active"},
    }
    for person in account()["contacts"]:
        path = f"/portal/v1/contacts/{person['id']}"
        house.answers[("PATCH", path)] = _changed(person)
        house.answers[("DELETE", path)] = Response(status=204)
    return house


def _create_account(request: Request) -> Any:
    body = request.get_json()
    if not body["name"]:
        return problem(
            422, "invalid_input", {"name": ["Fill this in."], "contacts.0.mobile": ["Give a mobile number."]}
        )
    people = [contact(PILAR, person["name"], "invited") | person for person in body.get("contacts", [])]
    return account(**body | {"contacts": people})


def _create_contact(request: Request) -> Any:
    body = request.get_json()
    return contact(PILAR, body["name"], "invited" if body.get("invite") else "not_invited") | body


def _changed(person: dict[str, Any]) -> Any:
    return lambda request: person | request.get_json()


def _invite(request: Request) -> Any:
    return {"items": [{"contact_id": id, "result": "invited"} for id in request.get_json()["contact_ids"]]}

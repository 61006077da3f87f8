"""What the page of one sign request tells: who is how far, the comments, the audit trail in words."""

from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from gateway.clients import Json

SIGNED = ("signed", "sealing", "completed")


@dataclass(frozen=True)
class PersonStep:
    """One thing a recipient has done, or is still to do (`at` is None)."""

    word: str
    at: str | None


@dataclass(frozen=True)
class Recipient:
    """Somebody who signs or gets a copy, and how far they are."""

    name: str
    email: str
    role: str
    status: str
    turn: int | None
    steps: tuple[PersonStep, ...]


@dataclass(frozen=True)
class TrailStep:
    """One line of the audit trail."""

    at: str
    name: str
    word: str
    detail: str
    hash: str


def people(found: Json, trail: Json) -> list[Recipient]:
    """Return the recipients with the times of their steps."""
    consents = {consent["recipient_id"]: consent["at"] for consent in trail["consents"]}
    in_turn = len({one["order"] for one in found["recipients"] if one["role"] == "signer"}) > 1
    return [
        Recipient(
            one["name"],
            one["email"],
            _("Signs") if one["role"] == "signer" else _("Gets a copy"),
            one["status"],
            one["order"] if in_turn and one["role"] == "signer" else None,
            _person_steps(one, consents.get(one["id"])) if found["sent_at"] else (),
        )
        for one in found["recipients"]
    ]


def _person_steps(one: Json, consented_at: str | None) -> tuple[PersonStep, ...]:
    told = PersonStep(_("Notified"), one["notified_at"])
    if one["role"] != "signer":
        return (told,)
    return (
        told,
        PersonStep(_("Opened the document"), one["viewed_at"]),
        PersonStep(_("Agreed to the disclosure"), consented_at),
        PersonStep(_("Signed"), one["signed_at"]),
    )


def comments(found: Json, trail: Json) -> list[dict[str, Any]]:
    """Return what stands under Comments, as `components/thread.html` shows it: the message, and what came back."""
    first = {"by": found["created_by"], "at": found["sent_at"] or found["created_at"], "message": found["message"]}
    told = [first] if found["message"] else []
    told += [entry for step in trail["steps"] if (entry := _comment(found, step))]
    return [{"documents": [], "pending_documents": 0, "internal": False} | entry for entry in told]


def _comment(found: Json, step: Json) -> dict[str, Any] | None:
    entry = {"by": step["actor"], "at": step["at"]}
    reason = step["details"].get("reason", "")
    match step["action"]:
        case "signed":
            pending = 0 if found["sealed_sha256"] else 1
            return entry | {"message": _("Request signed"), "documents": _sealed(found), "pending_documents": pending}
        case "declined":
            return entry | {"message": _("Declined to sign: %(reason)s", reason=reason)}
        case "voided":
            return entry | {"message": _("Withdrew the request: %(reason)s", reason=reason)}
    return None


def _sealed(found: Json) -> list[Json]:
    """Return the signed document as comments cite one."""
    if not found["sealed_sha256"]:
        return []
    return [{"id": found["document_id"], "name": f"{found['title']}.pdf", "size": found["sealed_size"]}]


def steps(trail: Json) -> list[TrailStep]:
    """Return the audit trail in words, the latest last."""
    words = {
        "created": _("Request made"),
        "prepared": _("Document checked"),
        "failed": _("Document could not be used"),
        "planned": _("Fields placed"),
        "sent": _("Sent for signature"),
        "viewed": _("Opened the document"),
        "consented": _("Agreed to the disclosure"),
        "signed": _("Signed"),
        "completed": _("Sealed"),
        "declined": _("Declined to sign"),
        "voided": _("Withdrawn"),
        "expired": _("Expired"),
    }
    lines: list[TrailStep] = []
    saves = 0
    for step in trail["steps"]:
        saves = saves + 1 if step["action"] == "planned" else 0
        if saves > 1:  # a plan saves itself while it is made: one line for all of that
            lines.pop()
        word = words.get(step["action"], step["action"])
        lines.append(TrailStep(step["at"], step["actor"]["name"], word, _detail(step["details"], saves), step["hash"]))
    return lines


def _detail(details: Json, saves: int) -> str:
    """Return from where a step was made, as far as it is known, or how often the plan was saved."""
    parts = [details.get("ip"), details.get("disclosure_version"), details.get("locale")]
    if saves > 1:
        parts.append(_("saved %(count)s times", count=saves))
    return " · ".join(str(part) for part in parts if part)

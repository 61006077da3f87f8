"""Where a signer stands with a sign request, and the words for the ends that it can have."""

from dataclasses import dataclass
from typing import Literal

from flask_babel import gettext as _

from gateway.clients import Json

Step = Literal["read", "disclosure", "fill", "none"]
STEPS: dict[str, Step] = {"view": "read", "consent": "disclosure", "sign": "fill"}
"""What signing says is for the signer to do, and the page on which it is done."""


@dataclass(frozen=True)
class End:
    """Why there is nothing to sign (any more), and what can be done instead."""

    icon: str
    tone: str
    heading: str
    text: str
    reason: str = ""
    open_again: bool = False


def next_step(found: Json) -> Step:
    """Return the page on which the signer goes on; "none" where there is nothing for them to do."""
    return STEPS.get(found["mine"]["step"], "none")


def has_signed(found: Json) -> bool:
    """Return whether the visitor signed and the request was not ended by somebody else afterwards."""
    return found["mine"]["status"] == "signed" and found["status"] in ("sent", "signed", "completed")


def is_over(found: Json) -> bool:
    """Return whether nothing is left to do for the visitor."""
    return next_step(found) == "none"


def is_being_sealed(found: Json) -> bool:
    """Return whether everybody has signed and the file is being sealed."""
    return found["status"] in ("signed", "sealing")


def still_to_sign(found: Json) -> list[str]:
    """Return the names of those whose signature is missing."""
    return [one["name"] for one in found["recipients"] if one["role"] == "signer" and one["status"] != "signed"]


def end(found: Json, why: str | None = None) -> End:
    """Return what to say of a sign request with which the visitor has nothing to do (any more)."""
    ends = {
        "document_changed": _changed,
        "declined": _declined,
        "voided": _voided,
        "expired": _expired,
    }
    return ends.get(why or found["status"], _copy)(found)


def absent() -> End:
    """Return what to say where signing shows the visitor no such request: it tells nobody why."""
    text = _(
        "It may be another one's turn first: you will be told when it is yours. If you act for several clients, "
        "change to the one it was sent to."
    )
    return End("hourglass", "neutral", _("There is nothing here for you to sign"), text)


def _changed(_found: Json) -> End:
    text = _("What you were shown is not the document to be signed any more. Nothing was signed. Open it and read it.")
    return End("alert-triangle", "warn", _("The document has changed"), text, open_again=True)


def _declined(found: Json) -> End:
    if found["mine"]["status"] == "declined":
        return End("ban", "neutral", _("You declined to sign"), _("The firm knows, and your reason with it."))
    text = _("One of the signers declined, so this document will not be signed. The firm knows.")
    return End("ban", "neutral", _("Signing was declined"), text)


def _voided(found: Json) -> End:
    text = _("The firm took this request back. There is nothing for you to sign.")
    return End("ban", "neutral", _("This request was withdrawn"), text, reason=found["close_reason"] or "")


def _expired(_found: Json) -> End:
    text = _("The time for signing is over. Write to the firm if you still want to sign.")
    return End("clock-off", "neutral", _("This request has expired"), text)


def _copy(found: Json) -> End:
    if found["status"] == "completed":
        text = _("Everybody has signed. You get a copy; there is nothing for you to sign.")
        return End("circle-check", "good", _("Request signed"), text)
    text = _("You get a copy as soon as everybody has signed. There is nothing for you to do.")
    return End("hourglass", "neutral", _("Nothing to sign for you"), text)

"""What is said while a client's data is given out or erased: portal asks, every service answers for its part."""

from typing import Any

from marshmallow import Schema, fields

from services.contracts.fields import LOCALES, Data, Person, day, flag, listed, moment, number, one_of, part, text, uuid

SERVICES = ("identity", "portal", "documents", "signing", "notifications")
EXPORT_REQUESTED, ERASURE_STARTED = "portal.data_export.requested.v1", "portal.erasure.started.v1"
STATES = (
    *("portal.account.saved.v1", "portal.contact.saved.v1", "identity.user.saved.v1"),
    *("portal.data_export.", "portal.erasure.", "portal.settings."),
)
"""How the types of those events begin that an erasure leaves: they carry a state by its version."""
ANSWERS = (".account.exported.v1", ".account.erased.v1")
"""How the types of a service's answers end; an erasure leaves them, too."""


class AccountOrder(Data):
    """Whose data it is: an account, its contacts, and those of its people who have no other account.

    `services` are those that are asked, `round` the time that they are: each answers with both.
    """

    id = uuid()
    account_id = uuid()
    contact_ids = listed(fields.UUID())
    user_ids = listed(fields.UUID())
    services = listed(fields.String())
    round = number()


class DataExportRequested(AccountOrder):
    """A client's data is to be given out. With `everything` it is for the firm; else what the client may see."""

    everything = flag()
    asked_by = uuid(allow_none=True, metadata={"description": "the client's user; null where the firm asked"})
    locale = one_of(*LOCALES)


class DataExportFinished(Data):
    """An export can be fetched until `expires_at`, or failed."""

    id = uuid()
    account_id = uuid()
    status = one_of("ready", "failed")
    asked_by = part(Person)
    expires_at = moment(allow_none=True)


class ErasureAsked(Data):
    """A client wants all their data erased; the firm decides."""

    id = uuid()
    account_id = uuid()
    by = part(Person)


class ErasurePlanned(Data):
    """The firm has decided that a client's data goes at `starts_at`, unless it is called off until then."""

    id = uuid()
    account_id = uuid()
    starts_at = moment()
    by = part(Person)


class ErasureCancelled(Data):
    """Nothing is erased after all."""

    id = uuid()
    account_id = uuid()
    by = part(Person)


class ErasureStarted(AccountOrder):
    """Every service erases its part, and once more when all have answered: what was under way meanwhile goes, too."""

    keep_signed_years = number(metadata={"description": "how long what was signed stays; 0 for not at all"})
    number = text(metadata={"description": "what the client is called from now on: Erased client #number"})


class ErasureFinished(Data):
    """All services have answered."""

    id = uuid()
    account_id = uuid()
    number = text()
    status = one_of("done", "failed")
    by = part(Person)


class AccountExported(Data):
    """A service has made its part of an export, or gave it up. Portal fetches the part from it."""

    id = uuid()
    account_id = uuid()
    round = number()
    status = one_of("done", "failed")
    files = number()
    size = number()
    reason = text(allow_none=True)


class ErasedKind(Data):
    """How many things of a kind are gone."""

    kind = text()
    count = number()


class KeptKind(ErasedKind):
    """How many things of a kind had to stay, by which rule and until when."""

    rule = text()
    until = day()


class AccountErased(Data):
    """A service has erased its part of an account, or gave it up."""

    id = uuid()
    account_id = uuid()
    round = number()
    status = one_of("done", "failed")
    erased = listed(ErasedKind)
    kept = listed(KeptKind)
    reason = text(allow_none=True)


def _answers() -> dict[str, type[Schema]]:
    answers: dict[str, Any] = {"exported": AccountExported, "erased": AccountErased}
    return {f"{name}.account.{what}.v1": schema for name in SERVICES for what, schema in answers.items()}


EVENTS: dict[str, type[Schema]] = {
    "portal.data_export.requested.v1": DataExportRequested,
    "portal.data_export.finished.v1": DataExportFinished,
    "portal.erasure.asked.v1": ErasureAsked,
    "portal.erasure.planned.v1": ErasurePlanned,
    "portal.erasure.cancelled.v1": ErasureCancelled,
    "portal.erasure.started.v1": ErasureStarted,
    "portal.erasure.finished.v1": ErasureFinished,
    **_answers(),
}

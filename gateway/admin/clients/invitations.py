"""Who of a client can be invited to the portal, and what inviting them comes to."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from flask_babel import gettext as _
from flask_babel import ngettext

from gateway.clients import Json, clients

ITSELF = "client"
"""What the tick box of the client itself sends: it becomes a contact person first."""


@dataclass(frozen=True)
class Row:
    """One line of the dialog: `value` is what its tick box sends, empty where there is nothing to tick."""

    value: str
    name: str
    email: str
    status: str
    contact: Json | None = None


@dataclass
class Outcome:
    """Who was mailed, and who was not: those who sign in already, here or for another client."""

    mailed: list[str] = field(default_factory=list)
    given: list[str] = field(default_factory=list)
    let_in: list[str] = field(default_factory=list)
    already: list[str] = field(default_factory=list)

    def sentences(self) -> list[str]:
        """Return what to say of it, one sentence a kind."""
        return [
            say(names)
            for names, say in (
                (self.mailed, _mailed),
                (self.given, _given),
                (self.let_in, _let_in),
                (self.already, _already),
            )
            if names
        ]


def own_row(account: Json) -> Row | None:
    """Return the line of the client itself: it can be ticked while its address is no contact person's yet."""
    if not account["email"] or any(contact["email"] == account["email"] for contact in account["contacts"]):
        return None
    return Row(ITSELF, account["name"], account["email"], "not_invited")


def rows(account: Json) -> list[Row]:
    """Return the lines of the contact persons."""
    return [
        Row(
            contact["id"] if may_be_ticked(contact) else "",
            contact["name"],
            contact["email"],
            contact["portal_status"],
            contact,
        )
        for contact in account["contacts"]
    ]


def may_be_ticked(contact: Json) -> bool:
    """Return whether ticking a contact person can do something: who is in, or was shut out by staff, is left alone."""
    if contact["portal_status"] == "suspended":
        return not contact["portal_user"]
    return bool(contact["portal_status"] != "active")


def invite(account: Json, ticked: Sequence[str]) -> Outcome:
    """Invite those ticked, those who have an invitation once more; raises `Problem` as the services do.

    A contact person who is a portal user already gets a new link from identity; the portal would send none
    while the old one can still be used.
    """
    people = {contact["id"]: contact for contact in account["contacts"]}
    outcome, wanted = Outcome(), [value for value in dict.fromkeys(ticked) if value in people]
    again = [people[value] for value in wanted if _has_invitation(people[value])]
    first = [people[value] for value in wanted if not _has_invitation(people[value])]
    if ITSELF in ticked and own_row(account):
        first.append(_as_contact(account))
    for contact in again:
        clients().identity.resend_invitation(contact["user_id"])
        outcome.mailed.append(contact["name"])
    if first:
        _invite_first(account["id"], first, outcome)
    return outcome


def _invite_first(account_id: str, people: Sequence[Json], outcome: Outcome) -> None:
    answer = clients().portal.invite(account_id, [contact["id"] for contact in people])
    results = {item["contact_id"]: item["result"] for item in answer["items"]}
    for contact in people:
        result = results.get(contact["id"])
        if result == "already_active":
            outcome.already.append(contact["name"])
        elif contact["portal_status"] == "suspended":
            outcome.let_in.append(contact["name"])
        elif result == "access_given":
            outcome.given.append(contact["name"])
        else:
            outcome.mailed.append(contact["name"])


def _has_invitation(contact: Json) -> bool:
    return bool(contact["portal_user"] and contact["user_id"])


def _as_contact(account: Json) -> Json:
    role = "member" if any(contact["role"] == "owner" for contact in account["contacts"]) else "owner"
    contact = {name: account[name] for name in ("name", "email", "locale")} | {"role": role}
    return clients().portal.create_contact(account["id"], contact)


def _mailed(names: Sequence[str]) -> str:
    return ngettext(
        "An invitation is on its way to %(names)s.",
        "Invitations are on their way to %(names)s.",
        len(names),
        names=listed(names),
    )


def _given(names: Sequence[str]) -> str:
    return ngettext(
        "%(names)s has a password already and can sign in for this client from now on. No mail was sent.",
        "%(names)s have a password already and can sign in for this client from now on. No mail was sent.",
        len(names),
        names=listed(names),
    )


def _let_in(names: Sequence[str]) -> str:
    return ngettext("%(names)s can sign in again.", "%(names)s can sign in again.", len(names), names=listed(names))


def _already(names: Sequence[str]) -> str:
    return ngettext(
        "%(names)s signs in already and got no mail.",
        "%(names)s sign in already and got no mail.",
        len(names),
        names=listed(names),
    )


def listed(names: Sequence[str]) -> str:
    """Return names as one reads them out: "Ana, Joaquim and Pilar"."""
    if len(names) < 2:
        return "".join(names)
    return _("%(names)s and %(last)s", names=", ".join(names[:-1]), last=names[-1])

"""An erasure's course. A client asks, staff decides, days pass, every service erases and sweeps once more."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.orm import Session

from services.chassis import clock, outbox, problems
from services.chassis.auth import Caller
from services.chassis.columns import new_id
from services.chassis.event import Event
from services.contracts.account_data import SERVICES
from services.portal.activity.actions import note
from services.portal.directory.assigned import is_visible
from services.portal.directory.models import Account
from services.portal.directory.names import fold
from services.portal.directory.records import locked_account, tell_account
from services.portal.privacy.models import OPEN, RUNNING, TRANSITIONS, Erasure, ErasurePart, LegalHold, PrivacyRules
from services.portal.privacy.queries import active_hold, rules
from services.portal.privacy.standing import require_not_erased
from services.portal.privacy.whose import whose
from services.portal.settings.queries import firm_settings

SAID = "portal.erasure.{}.v1"


def ask_erasure(session: Session, caller: Caller, *, reason: str) -> Erasure:
    """Note that a client wants their data erased, for the firm to decide; raise 409 where that is under way."""
    assert caller.account_id is not None
    account = locked_account(session, caller, caller.account_id)
    erasure = _new(session, caller, account, reason=reason, by_client=True)
    _tell(session, erasure, "asked", by=caller.person)
    _note(session, erasure, "erasure.asked", caller.person)
    return erasure


def plan_erasure(
    session: Session, caller: Caller, account_id: UUID, *, name: str, reason: str = "", keep_signed: bool = True
) -> Erasure:
    """Decide that an account is erased once the firm's days are over, and return the erasure.

    `name` is the client's, typed in to confirm. What the client asked for is taken up. Raises 404, 409 where it is
    decided already, 422 for another name.
    """
    account = locked_account(session, caller, account_id)
    erasure = _open(session, account_id)
    if erasure is not None and erasure.status != "asked":
        raise problems.conflict("erasure_open", "The erasure of this client is decided already.")
    if fold(name) != fold(account.name):
        raise problems.invalid({"name": ["This is not the name of the client."]})
    if erasure is None:
        erasure = _new(session, caller, account, reason=reason, by_client=False)
    now = clock.now()
    _move(erasure, "planned")
    erasure.decided_by, erasure.decided_at, erasure.keep_signed = caller.person, now, keep_signed
    erasure.starts_at = now + timedelta(days=rules(session)["erasure_days"])
    session.flush()
    _tell(session, erasure, "planned", starts_at=erasure.starts_at, by=caller.person)
    _note(session, erasure, "erasure.planned", caller.person)
    if erasure.starts_at <= now and active_hold(session, account_id, today_of_firm(session)) is None:
        _begin(session, erasure)
    return erasure


def call_off(session: Session, caller: Caller, erasure_id: UUID) -> Erasure:
    """Call an erasure off that has not begun: the client their own wish, staff any; raise 404, or 409 once it began."""
    erasure = _locked(session, caller, erasure_id)
    if caller.is_client and erasure.status != "asked":
        raise problems.conflict("erasure_decided", "The firm has decided about this already. Write to them.")
    declined = erasure.status == "asked" and caller.is_staff
    _move(erasure, "declined" if declined else "cancelled")
    erasure.decided_by, erasure.decided_at = caller.person, clock.now()
    session.flush()
    _tell(session, erasure, "cancelled", by=caller.person)
    _note(session, erasure, "erasure.cancelled", caller.person)
    return erasure


def retry(session: Session, caller: Caller, erasure_id: UUID) -> Erasure:
    """Ask the services anew whose part failed; raise 404, or 409 where none did."""
    erasure = _locked(session, caller, erasure_id)
    if erasure.status != "failed":
        raise problems.conflict("nothing_failed", "No part of this erasure has failed.")
    parts = session.scalars(select(ErasurePart).where(ErasurePart.erasure_id == erasure.id)).all()
    _move(erasure, "erasing")
    _ask(session, erasure, [part.service for part in parts if part.status == "failed"])
    return erasure


def begin_due(session: Session, *, limit: int = 20) -> int:
    """Begin the erasures whose time has come and which no legal hold keeps; return how many."""
    now = clock.now()
    today = today_of_firm(session)
    holding = exists().where(
        LegalHold.account_id == Erasure.account_id, or_(LegalHold.until.is_(None), LegalHold.until >= today)
    )
    due = or_(
        and_(Erasure.status == "planned", Erasure.starts_at <= now),
        and_(Erasure.status == "done", Erasure.again_on <= today),
    )
    query = select(Erasure).where(due, ~holding).order_by(Erasure.id).limit(limit)
    erasures = session.scalars(query.with_for_update(skip_locked=True)).all()
    for erasure in erasures:
        _begin(session, erasure)
    return len(erasures)


def take_answer(session: Session, event: Event, service: str) -> None:
    """Note what a service answered; the last answer of a round begins the sweep, or ends the erasure."""
    data = event.data
    erasure = session.get(Erasure, data["id"], with_for_update=True)
    part = session.get(ErasurePart, (data["id"], service), with_for_update=True)
    if erasure is None or part is None or (part.round, part.status) != (data["round"], "waiting"):
        return
    part.status, part.reason, part.changed_at = data["status"], data["reason"], clock.now()
    part.erased = _summed([*part.erased, *data["erased"]])
    if data["status"] == "done":
        part.kept = [dict(entry) | {"until": str(entry["until"])} for entry in data["kept"]]
    session.flush()
    parts = session.scalars(select(ErasurePart).where(ErasurePart.erasure_id == erasure.id)).all()
    if erasure.status not in RUNNING or any(one.status == "waiting" for one in parts):
        return
    if any(one.status == "failed" for one in parts):
        _move(erasure, "failed")
        _tell_end(session, erasure, "failed")
    elif erasure.status == "erasing":
        _move(erasure, "sweeping")
        _ask(session, erasure, SERVICES)
    else:
        _finish(session, erasure, parts)


def set_hold(session: Session, caller: Caller, account_id: UUID, *, reason: str, until: date | None) -> None:
    """Keep an account from being erased; raise 404, or 409 once it is erased."""
    account = locked_account(session, caller, account_id)
    require_not_erased(session, account_id)
    if until and until < today_of_firm(session):
        raise problems.invalid({"until": ["This day is over."]})
    hold = session.get(LegalHold, account_id) or LegalHold(account_id=account_id)
    hold.reason, hold.until, hold.set_by, hold.set_at = reason, until, caller.person, clock.now()
    session.add(hold)
    _tell_hold(session, account)
    note(session, "legal_hold.set", account_id=account_id, by=caller.person, subject=("account", account_id))


def lift_hold(session: Session, caller: Caller, account_id: UUID) -> None:
    """Lift the legal hold of an account; without one nothing happens. Raises 404."""
    account = locked_account(session, caller, account_id)
    hold = session.get(LegalHold, account_id)
    if hold is not None:
        session.delete(hold)
        _tell_hold(session, account)
        note(session, "legal_hold.lifted", account_id=account_id, by=caller.person, subject=("account", account_id))


def _tell_hold(session: Session, account: Account) -> None:
    """Tell the other services whether an account is held: documents deletes nothing of one by its rules."""
    account.version += 1
    session.flush()
    tell_account(session, account)


def change_rules(session: Session, caller: Caller, *, erasure_days: int, signed_years: int) -> None:
    """Set how long the firm waits before it erases, and keeps what was signed. What is planned stays as it is."""
    row = session.get(PrivacyRules, 1, with_for_update=True) or PrivacyRules(id=1)
    row.erasure_days, row.signed_years = erasure_days, signed_years
    row.changed_by, row.changed_at = caller.person, clock.now()
    session.add(row)


def today_of_firm(session: Session) -> date:
    """Return the day that it is at the firm."""
    return clock.now().astimezone(ZoneInfo(firm_settings(session).timezone)).date()


def _new(session: Session, caller: Caller, account: Account, *, reason: str, by_client: bool) -> Erasure:
    require_not_erased(session, account.id)
    if _open(session, account.id) is not None:
        raise problems.conflict("erasure_open", "The erasure of this client was asked for already.")
    id = new_id()
    erasure = Erasure(
        id=id,
        account_id=account.id,
        number=id.hex[-6:].upper(),
        status="asked",
        reason=reason,
        by_client=by_client,
        asked_by=caller.person,
        asked_at=clock.now(),
        keep_signed=True,
        round=0,
    )
    session.add(erasure)
    session.flush()
    return erasure


def _open(session: Session, account_id: UUID) -> Erasure | None:
    query = select(Erasure).where(Erasure.account_id == account_id, Erasure.status.in_(OPEN))
    found: Erasure | None = session.scalar(query.with_for_update().execution_options(populate_existing=True))
    return found


def _locked(session: Session, caller: Caller, erasure_id: UUID) -> Erasure:
    query = select(Erasure).where(Erasure.id == erasure_id, is_visible(caller, Erasure.account_id))
    if caller.is_client:
        query = query.where(Erasure.account_id == caller.account_id)
    erasure: Erasure | None = session.scalar(query.with_for_update().execution_options(populate_existing=True))
    if erasure is None:
        raise problems.not_found("This erasure")
    return erasure


def _move(erasure: Erasure, status: str) -> None:
    if status not in TRANSITIONS[erasure.status]:
        raise problems.conflict("illegal_transition", f"The erasure is {erasure.status} and cannot become {status}.")
    erasure.status = status


def _begin(session: Session, erasure: Erasure) -> None:
    """Have every service erase its part. Who belongs to the account is looked up once: soon nothing tells it."""
    if erasure.status == "planned":
        erasure.started_at = clock.now()
    erasure.whose = whose(session, erasure.account_id)
    erasure.again_on = None
    _move(erasure, "erasing")
    _ask(session, erasure, SERVICES)


def _ask(session: Session, erasure: Erasure, services: Iterable[str]) -> None:
    erasure.round += 1
    for service in services:
        part = session.get(ErasurePart, (erasure.id, service))
        if part is None:
            part = ErasurePart(erasure_id=erasure.id, service=service, erased=[], kept=[])
            session.add(part)
        part.round, part.status, part.reason, part.changed_at = erasure.round, "waiting", None, clock.now()
    session.flush()
    keep = rules(session)["signed_years"] if erasure.keep_signed else 0
    order = {"services": list(services), "round": erasure.round, "keep_signed_years": keep, "number": erasure.number}
    _tell(session, erasure, "started", **(erasure.whose or {"contact_ids": [], "user_ids": []}), **order)


def _finish(session: Session, erasure: Erasure, parts: Iterable[ErasurePart]) -> None:
    untils = [date.fromisoformat(entry["until"]) for part in parts for entry in part.kept]
    erasure.finished_at, erasure.whose = clock.now(), None
    erasure.again_on = min(untils) if untils else None
    _move(erasure, "done")
    _tell_end(session, erasure, "done")
    _note(session, erasure, "account.erased", erasure.decided_by or {"kind": "service", "id": "portal", "name": ""})


def _summed(entries: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    counts: dict[str, int] = {}
    for entry in entries:
        counts[entry["kind"]] = counts.get(entry["kind"], 0) + entry["count"]
    return [{"kind": kind, "count": count} for kind, count in sorted(counts.items())]


def _tell_end(session: Session, erasure: Erasure, status: str) -> None:
    by = erasure.decided_by or {"kind": "service", "id": "portal", "name": "portal"}
    _tell(session, erasure, "finished", number=erasure.number, status=status, by=by)


def _tell(session: Session, erasure: Erasure, what: str, **data: Any) -> None:
    session.flush()
    facts = {"id": erasure.id, "account_id": erasure.account_id} | data
    outbox.record(session, SAID.format(what), subject=erasure.id, version=erasure.version, data=facts)


def _note(session: Session, erasure: Erasure, kind: str, by: Mapping[str, Any]) -> None:
    title = f"#{erasure.number}"
    note(session, kind, account_id=erasure.account_id, by=by, subject=("erasure", erasure.id), title=title)

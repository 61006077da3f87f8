"""Reads of exports, erasures, legal holds and the firm's rules."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.chassis import problems
from services.chassis.auth import Caller
from services.portal.directory.assigned import is_visible
from services.portal.directory.models import Account
from services.portal.models import columns
from services.portal.paging import Order, page
from services.portal.privacy.models import (
    ERASURE_DAYS,
    SIGNED_YEARS,
    DataExport,
    DataExportPart,
    Erasure,
    ErasurePart,
    LegalHold,
    PrivacyRules,
)

RECENT = 20


def rules(session: Session) -> dict[str, int]:
    """Return how many days the firm waits before it erases, and how many years it keeps what was signed."""
    row = session.get(PrivacyRules, 1)
    if row is None:
        return {"erasure_days": ERASURE_DAYS, "signed_years": SIGNED_YEARS}
    return {"erasure_days": row.erasure_days, "signed_years": row.signed_years}


def of_account(session: Session, caller: Caller, account_id: UUID) -> dict[str, Any]:
    """Return what was and is done with the data of an account as a whole; raise 404 for one that is not visible."""
    account = _account(session, caller, account_id)
    hold = session.get(LegalHold, account_id)
    return {
        "account": {"id": account.id, "name": account.name},
        "legal_hold": columns(hold) if hold else None,
        "exports": exports_of(session, DataExport.account_id == account_id),
        "erasures": [_erasure(session, one, account) for one in _erasures(session, account_id)],
        "rules": rules(session),
    }


def own(session: Session, caller: Caller) -> dict[str, Any]:
    """Return a client's own exports, and how far the erasure of the account is, as clients are told it."""
    assert caller.account_id is not None
    mine = (DataExport.account_id == caller.account_id, DataExport.asked_by["id"].as_string() == str(caller.id))
    erasure = next(iter(_erasures(session, caller.account_id)), None)
    told = {name: getattr(erasure, name) for name in ("id", "status", "asked_at", "starts_at")} if erasure else None
    return {"exports": exports_of(session, *mine, ~DataExport.everything), "erasure": told, "rules": rules(session)}


def export(session: Session, caller: Caller, export_id: UUID) -> DataExport:
    """Return an export; raise 404 for one that is not the caller's. A client's export is theirs alone."""
    query = select(DataExport).where(DataExport.id == export_id, is_visible(caller, DataExport.account_id))
    found: DataExport | None = session.scalar(query)
    is_own = found and found.account_id == caller.account_id and found.asked_by["id"] == str(caller.id)
    if found is None or (caller.is_client and not is_own):
        raise problems.not_found("This export")
    return found


def exports_of(session: Session, *conditions: Any) -> list[dict[str, Any]]:
    """Return the latest exports with how far each part is."""
    query = select(DataExport).where(*conditions).order_by(DataExport.created_at.desc()).limit(RECENT)
    exports = session.scalars(query).all()
    return described(session, exports)


def described(session: Session, exports: Sequence[DataExport]) -> list[dict[str, Any]]:
    """Return exports as the API shows them."""
    parts: dict[UUID, list[dict[str, Any]]] = defaultdict(list)
    query = select(DataExportPart).where(DataExportPart.export_id.in_([one.id for one in exports]))
    for part in session.scalars(query.order_by(DataExportPart.service)):
        parts[part.export_id].append(columns(part))
    return [columns(one) | {"parts": parts[one.id]} for one in exports]


def erasure(session: Session, caller: Caller, erasure_id: UUID) -> dict[str, Any]:
    """Return an erasure with its report; raise 404 for one that `caller` may not see."""
    query = select(Erasure, Account).join(Account, Account.id == Erasure.account_id)
    for found, account in session.execute(query.where(Erasure.id == erasure_id, is_visible(caller, Account.id))):
        return _erasure(session, found, account)
    raise problems.not_found("This erasure")


def erasures(session: Session, caller: Caller, *, status: str | None, cursor: str | None, limit: int) -> dict[str, Any]:
    """Return a page of erasures, the latest first."""
    query = select(Erasure.id, Erasure.asked_at).where(is_visible(caller, Erasure.account_id))
    if status:
        query = query.where(Erasure.status == status)
    order = Order(Erasure.asked_at, Erasure.id, datetime.fromisoformat, descending=True)
    rows, following = page(session, query, order, cursor, limit, value="asked_at")
    found = select(Erasure, Account).join(Account, Account.id == Erasure.account_id)
    found = found.where(Erasure.id.in_([row.id for row in rows])).order_by(Erasure.asked_at.desc(), Erasure.id.desc())
    return {"items": [_listed(one, account) for one, account in session.execute(found)], "next": following}


def active_hold(session: Session, account_id: UUID, today: Any) -> LegalHold | None:
    """Return the legal hold that keeps an account today, if one does."""
    hold = session.get(LegalHold, account_id)
    return hold if hold and (hold.until is None or hold.until >= today) else None


def _account(session: Session, caller: Caller, account_id: UUID) -> Account:
    account: Account | None = session.scalar(
        select(Account).where(Account.id == account_id, is_visible(caller, Account.id))
    )
    if account is None:
        raise problems.not_found("This client")
    return account


def _erasures(session: Session, account_id: UUID) -> Iterable[Erasure]:
    query = select(Erasure).where(Erasure.account_id == account_id)
    return session.scalars(query.order_by(Erasure.asked_at.desc()).limit(RECENT)).all()


def _listed(found: Erasure, account: Account) -> dict[str, Any]:
    state = columns(found)
    del state["whose"]
    return state | {"account": {"id": account.id, "name": account.name}}


def _erasure(session: Session, found: Erasure, account: Account) -> dict[str, Any]:
    hold = session.get(LegalHold, account.id)
    parts = session.scalars(select(ErasurePart).where(ErasurePart.erasure_id == found.id).order_by(ErasurePart.service))
    return _listed(found, account) | {"parts": [columns(part) for part in parts], "on_hold": hold is not None}

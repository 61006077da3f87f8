"""Who may come in today: status, portal access and support dates (S9), in the firm's time zone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from services.chassis import clock
from services.identity.users.models import ACTIVE, STAFF, SUSPENDED, AccountAccess, PortalAccount, PortalSettings, User

RANK = {"owner": 0, "member": 1, "billing": 2, "signer": 3}


@dataclass(frozen=True)
class Denied:
    """Why a person who proved who they are may not come in; `on` is the day that matters."""

    code: str
    detail: str
    on: date | None = None


@dataclass(frozen=True)
class Granted:
    """What a person may act for today; empty for staff."""

    accounts: Sequence[AccountAccess]


SUSPENDED_NOW = Denied("access_suspended", "Your access has been suspended. Please contact the firm.")
NOT_ACTIVATED = Denied("not_activated", "Accept the invitation that was sent to you first.")
NO_ACCESS = Denied("no_access", "You have no access to the portal at the moment. Please contact the firm.")


def firm_zone(session: Session) -> ZoneInfo:
    """Return the firm's time zone; UTC until the portal has told one."""
    name = session.scalar(select(PortalSettings.timezone).where(PortalSettings.id == 1))
    try:
        return ZoneInfo(name or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def firm_today(session: Session) -> date:
    """Return the present day where the firm is."""
    return clock.now().astimezone(firm_zone(session)).date()


def accesses_of(session: Session, user: User) -> list[AccountAccess]:
    """Return the accounts of a user that are not archived, the role with the most rights first."""
    of_user = (
        select(AccountAccess)
        .outerjoin(PortalAccount, PortalAccount.id == AccountAccess.account_id)
        .where(AccountAccess.user_id == user.id)
        .where(or_(PortalAccount.id.is_(None), PortalAccount.status != "archived"))
        .order_by(AccountAccess.contact_id)
    )
    return sorted(session.scalars(of_user), key=lambda access: RANK.get(access.role, 9))


def decide(session: Session, user: User) -> Granted | Denied:
    """Return what `user` may act for today, or why nothing."""
    if user.status == SUSPENDED:
        return SUSPENDED_NOW
    if user.status != ACTIVE:
        return NOT_ACTIVATED
    if user.kind == STAFF:
        return Granted(())
    accesses = accesses_of(session, user)
    today = firm_today(session)
    open_today = [access for access in accesses if is_open(access, today)]
    return Granted(open_today) if open_today else _why_not(accesses, today)


def is_open(access: AccountAccess, today: date) -> bool:
    """Return whether `today` lies in the support dates, both of which are included; no date means no limit."""
    started = access.support_start is None or access.support_start <= today
    ended = access.support_end is not None and access.support_end < today
    return started and not ended


def _why_not(accesses: Sequence[AccountAccess], today: date) -> Denied:
    starts = [access.support_start for access in accesses if access.support_start and access.support_start > today]
    ends = [access.support_end for access in accesses if access.support_end and access.support_end < today]
    if starts:
        return Denied("access_not_started", f"Your access starts on {min(starts).isoformat()}.", min(starts))
    if ends:
        return Denied("access_ended", f"Your access ended on {max(ends).isoformat()}.", max(ends))
    return NO_ACCESS

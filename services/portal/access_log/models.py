"""The access log's table."""

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from services.chassis.columns import Json
from services.chassis.database import Id, Moment, Ref
from services.portal.models import Model

GROUPS: dict[str, tuple[str, ...]] = {
    "documents": (
        *("document.opened", "document.downloaded", "document.locked", "document.unlocked"),
        *("link.created", "link.revoked"),
    ),
    "details": (
        *("account.changed", "account.archived", "account.restored"),
        *("contact.added", "contact.changed", "contact.removed", "contact.invited", "contact.withdrawn"),
    ),
    "views": ("client.viewed", "request.viewed", "sign_request.viewed"),
    "access": ("client.viewed_as", "client.exported"),
}
"""The kinds of entries, gathered as the log is filtered."""


class AccessEntry(Model):
    """One thing that a member of staff did. `fields` are the names of what was changed, `custom.` before own ones."""

    __tablename__ = "access_log"

    id: Mapped[Id]
    account_id: Mapped[Ref]
    kind: Mapped[str] = mapped_column(String(40))
    by_id: Mapped[Ref]
    by_name: Mapped[str] = mapped_column(String(300))
    at: Mapped[Moment]
    subject_kind: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[Ref]
    title: Mapped[str] = mapped_column(String(300))
    fields: Mapped[list[str] | None] = mapped_column(Json)

    __table_args__ = (Index("ix_access_log_account_id", "account_id", "at", "id"),)

"""The keys that sign tokens, and the assertions that were already used to get one."""

from datetime import datetime

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from services.chassis.database import JsonData, Moment
from services.identity.models import Model


class TokenKey(Model):
    """One Ed25519 key. Its private part rests sealed for identity itself, whose own key is not in the database.

    It is published at once, signs from `active_at`, and is published no more after `retired_at`.
    """

    __tablename__ = "token_keys"

    kid: Mapped[str] = mapped_column(String(64), primary_key=True)
    public: Mapped[JsonData]
    private_sealed: Mapped[str] = mapped_column(Text)
    created_at: Mapped[Moment]
    active_at: Mapped[Moment]
    retired_at: Mapped[datetime | None]


class UsedAssertion(Model):
    """An assertion by which a service got a token; each works once (RFC 7523, section 3, `jti`)."""

    __tablename__ = "used_assertions"

    jti_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    expires_at: Mapped[Moment] = mapped_column(index=True)

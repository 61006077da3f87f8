"""Sign-ins at the provider that are under way, and whose subject there each member of staff is."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.chassis.database import Id, Moment
from services.identity.models import Model


class OidcFlow(Model):
    """A browser was sent to the provider. It alone holds the token; without it the provider's answer is worth nothing.

    `state` and `nonce` are kept as hashes; the PKCE verifier must be sent as it is and is sealed for identity.
    """

    __tablename__ = "oidc_flows"
    __table_args__ = (Index("ix_oidc_flows_expires_at", "expires_at"),)

    id: Mapped[Id]
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    state_hash: Mapped[str] = mapped_column(String(64))
    nonce_hash: Mapped[str] = mapped_column(String(64))
    verifier_sealed: Mapped[str] = mapped_column(Text)
    redirect_uri: Mapped[str] = mapped_column(String(500))
    created_at: Mapped[Moment]
    expires_at: Mapped[Moment]


class OidcSubject(Model):
    """Who a member of staff is at the provider: bound at the first sign-in, and the same ever after."""

    __tablename__ = "oidc_subjects"
    __table_args__ = (UniqueConstraint("issuer", "subject"),)

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), primary_key=True)
    issuer: Mapped[str] = mapped_column(String(500))
    subject: Mapped[str] = mapped_column(String(255))
    bound_at: Mapped[datetime]

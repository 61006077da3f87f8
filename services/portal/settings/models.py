"""The one row of the firm's settings."""

from typing import Any

from sqlalchemy import CheckConstraint, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from services.chassis.database import Id, JsonData, Moment
from services.portal.models import Model

SWITCHES: dict[str, bool] = {
    "share_documents": True,
    "reviews": True,
    "done_uploading": False,
    "done_uploading_checkbox": False,
    "conversations": True,
    "prepayment": False,
    "bookings": False,
    "questionnaires": False,
    "jobs": False,
    "password_sign_in": True,
    "code_sign_in": True,
    "passkey_sign_in": True,
    "colleague_invitations": False,
    "client_share_links": False,
    "files_images": True,
    "files_office": True,
    "files_text": True,
    "files_mails": True,
    "files_archives": True,
}
"""Every option of the portal and whether it is on in a new installation (S24, S25, S28, S51, S53 to S57, S60, S62)."""

WAYS_IN = ("password_sign_in", "code_sign_in", "passkey_sign_in")
"""How clients may sign in (S11, S12, B2): one of them always stays on."""
ACCESS_SWITCHES = frozenset({*WAYS_IN, "colleague_invitations"})
"""The switches that decide who gets in."""

SESSION_LIMITS: dict[str, tuple[int, int]] = {
    "client_idle_minutes": (5, 1440),
    "client_session_hours": (1, 720),
    "staff_idle_minutes": (5, 720),
    "staff_session_hours": (1, 72),
}
"""What the firm may set of sessions, and from where to where; None leaves it to the installation (B5)."""

ACTION_BUTTONS = ("book", "pay", "documents", "contact")
LINK = "link"
BUTTON_ICONS = ("external-link", "link", "calendar", "phone", "mail", "map-pin", "file-text", "credit-card", "star")
"""The icons that a button with the firm's own link may have; the first one unless another is chosen."""
MOST_BUTTONS = 12
PUBLIC_TEXTS: dict[str, int] = {"sign_in": 600, "terms": 20_000, "privacy": 20_000}
"""What the firm writes for its public pages, in each language, and how long it may be."""
DEFAULTS: dict[str, Any] = {
    "firm_name": "My firm",
    "portal_name": "Client portal",
    "legal_name": "",
    "tax_number": "",
    "logo": "",
    "address": "",
    "phone": "",
    "email": "",
    "website": "",
    "banner": "",
    "announcement": "",
    "accent": "#1f5f8b",
    "locale": "en",
    "timezone": "UTC",
    "currency": "EUR",
    "office_hours": "",
    "action_buttons": list(ACTION_BUTTONS),
}


class FirmSettings(Model):
    """What the firm set. The unique `singleton` keeps it to one row, also when two workers start at once."""

    __tablename__ = "firm_settings"

    id: Mapped[Id]
    singleton: Mapped[int] = mapped_column(default=1, unique=True)
    firm_name: Mapped[str] = mapped_column(String(200))
    portal_name: Mapped[str] = mapped_column(String(200))
    legal_name: Mapped[str] = mapped_column(String(200))
    tax_number: Mapped[str] = mapped_column(String(40), server_default="")
    logo: Mapped[str] = mapped_column(String(16), server_default="")
    address: Mapped[str] = mapped_column(Text)
    phone: Mapped[str] = mapped_column(String(40))
    email: Mapped[str] = mapped_column(String(254))
    website: Mapped[str] = mapped_column(String(500))
    banner: Mapped[str] = mapped_column(String(300))
    banners: Mapped[JsonData | None]
    texts: Mapped[JsonData | None]
    announcement: Mapped[str] = mapped_column(Text)
    accent: Mapped[str] = mapped_column(String(7))
    locale: Mapped[str] = mapped_column(String(10))
    timezone: Mapped[str] = mapped_column(String(64))
    currency: Mapped[str] = mapped_column(String(3))
    office_hours: Mapped[str] = mapped_column(Text)
    switches: Mapped[JsonData]
    action_buttons: Mapped[JsonData]
    buttons: Mapped[JsonData | None]
    session_limits: Mapped[JsonData | None]
    updated_at: Mapped[Moment]
    version: Mapped[int] = mapped_column(default=1)

    __table_args__ = (CheckConstraint("singleton = 1", name="singleton"),)


class FirmLogo(Model):
    """The firm's logo as pages and mails show it: a PNG of our own making. At most one row."""

    __tablename__ = "firm_logos"

    id: Mapped[Id]
    singleton: Mapped[int] = mapped_column(default=1, unique=True)
    digest: Mapped[str] = mapped_column(String(16))
    content: Mapped[bytes] = mapped_column(LargeBinary)

    __table_args__ = (CheckConstraint("singleton = 1", name="singleton"),)

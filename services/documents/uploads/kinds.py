"""Which kinds of file the firm takes from its clients: groups of content types, each with a switch of the firm.

PDF is always taken: requests, signing and tax offices live on it.
"""

from sqlalchemy.orm import Session

from services.chassis.auth import Caller
from services.chassis.problems import Problem
from services.documents.copies.models import PortalSettings
from services.documents.uploads.content_types import (
    GIF,
    HEIF,
    JPEG,
    OLE,
    PNG,
    RTF,
    TEXT,
    TIFF,
    WEBP,
    XML,
    ZIP,
    Recognised,
)

MAIL_ENDINGS, ARCHIVE = (".eml", ".msg"), "application/zip"


def _types(*families: dict[str, str], but: tuple[str, ...] = ()) -> frozenset[str]:
    return frozenset(kind for family in families for ending, kind in family.items() if ending not in but)


_MAILS = frozenset(family.kinds[ending] for family, ending in ((TEXT, ".eml"), (OLE, ".msg")))
GROUPS: dict[str, frozenset[str]] = {
    "files_images": _types(PNG.kinds, JPEG.kinds, GIF.kinds, WEBP.kinds, TIFF.kinds, HEIF.kinds),
    "files_office": _types(OLE.kinds, ZIP.kinds, RTF.kinds, but=(".zip", ".msg")),
    "files_text": _types(TEXT.kinds, XML.kinds, but=MAIL_ENDINGS),
    "files_mails": _MAILS,
    "files_archives": frozenset({ARCHIVE}),
}
"""By the firm's switch, the content types that it lets in."""


def refused_groups(switches: dict[str, bool]) -> list[str]:
    """Return the groups that the firm has switched off; what it has not said is on."""
    return [name for name in GROUPS if switches.get(name) is False]


def require_taken(session: Session, caller: Caller, kind: Recognised) -> None:
    """Raise a 422 `Problem` where a client sends a kind of file that the firm does not take. Staff may file any."""
    if not caller.is_client:
        return
    settings = session.get(PortalSettings, 1)
    refused = (settings.refused_files if settings else None) or []
    if any(kind.content_type in GROUPS[name] for name in refused if name in GROUPS):
        raise Problem(
            422, "type_switched_off", "The firm does not take this kind of file", "Send it as a PDF, or ask the firm."
        )

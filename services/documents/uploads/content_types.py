"""What may be stored, told by the bytes themselves. What a sender declares is never believed.

The first bytes say which family a file is of. Several kinds share a family (a .docx is a zip, a .xls is an OLE
container); there the name's ending picks one of the family's kinds, and no other. A name whose ending does not
belong to the kind gets one that does, so that `page.html` with the bytes of a PDF cannot be opened as a page.
"""

import re
from dataclasses import dataclass, field

HEAD = 8192
"""How many of a file's first bytes `recognise` needs."""


@dataclass(frozen=True)
class Family:
    """Kinds of file that start alike: by ending, the content type; `default` is for other endings."""

    kinds: dict[str, str] = field(default_factory=dict)
    default: str | None = None


@dataclass(frozen=True)
class Recognised:
    """What a file is: its content type and the endings that its name may have, the usual one first."""

    content_type: str
    endings: tuple[str, ...]


_OOXML = "application/vnd.openxmlformats-officedocument."
_ODF = "application/vnd.oasis.opendocument."

PDF = Family({".pdf": "application/pdf"}, ".pdf")
PNG = Family({".png": "image/png"}, ".png")
JPEG = Family({".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".jfif": "image/jpeg"}, ".jpg")
GIF = Family({".gif": "image/gif"}, ".gif")
WEBP = Family({".webp": "image/webp"}, ".webp")
TIFF = Family({".tif": "image/tiff", ".tiff": "image/tiff"}, ".tif")
HEIF = Family({".heic": "image/heic", ".heif": "image/heif", ".avif": "image/avif"}, ".heic")
RTF = Family({".rtf": "application/rtf"}, ".rtf")
ZIP = Family(
    {
        ".zip": "application/zip",
        ".docx": _OOXML + "wordprocessingml.document",
        ".xlsx": _OOXML + "spreadsheetml.sheet",
        ".pptx": _OOXML + "presentationml.presentation",
        ".odt": _ODF + "text",
        ".ods": _ODF + "spreadsheet",
        ".odp": _ODF + "presentation",
    },
    ".zip",
)
# An .msi is an OLE container too, so there is no default: only these four are taken.
OLE = Family(
    {
        ".doc": "application/msword",
        ".xls": "application/vnd.ms-excel",
        ".ppt": "application/vnd.ms-powerpoint",
        ".msg": "application/vnd.ms-outlook",
    }
)
XML = Family({".xml": "application/xml", ".xsig": "application/xml"}, ".xml")
TEXT = Family(
    {
        ".txt": "text/plain",
        ".csv": "text/csv",
        ".tsv": "text/tab-separated-values",
        ".md": "text/markdown",
        ".json": "application/json",
        ".eml": "message/rfc822",
        # Bank statements: OFX, Quicken, SWIFT MT940, and Spain's Norma 43.
        ".ofx": "text/plain",
        ".qif": "text/plain",
        ".sta": "text/plain",
        ".n43": "text/plain",
    },
    ".txt",
)

_HEIF_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1", b"avif"}
_ACTIVE = re.compile(
    rb"<(?:[a-z_][\w.-]*:)?(?:html|svg|script|iframe|object|embed|body|head|img|math|xsl)\b"
    rb"|<!doctype\s+(?:html|svg)|<\?(?:xml-stylesheet|php|mso-)|<!entity|<%"
    rb"|www\.w3\.org/(?:1999/xhtml|2000/svg)",
    re.IGNORECASE,
)
_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f\x7f]")
_SIGNATURES: tuple[tuple[bytes, Family], ...] = (
    (b"%PDF-", PDF),
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"\xff\xd8\xff", JPEG),
    (b"GIF87a", GIF),
    (b"GIF89a", GIF),
    (b"II*\x00", TIFF),
    (b"MM\x00*", TIFF),
    (b"{\\rtf1", RTF),
    (b"PK\x03\x04", ZIP),
    (b"PK\x05\x06", ZIP),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", OLE),
)


def recognise(head: bytes, name: str) -> Recognised | None:
    """Return what the file with the first bytes `head` and the name `name` is, or None where it is not taken."""
    family = _family(head)
    if family is None:
        return None
    ending = ending_of(name)
    if ending not in family.kinds:
        if family.default is None:
            return None
        ending = family.default
    content_type = family.kinds[ending]
    same = tuple(other for other, kind in family.kinds.items() if kind == content_type and other != ending)
    return Recognised(content_type, (ending, *same))


def ending_of(name: str) -> str:
    """Return the ending of `name` in lower case with its dot, or an empty text."""
    _, dot, ending = name.rpartition(".")
    return dot + ending.lower() if dot else ""


def _family(head: bytes) -> Family | None:
    for signature, family in _SIGNATURES:
        if head.startswith(signature):
            return family
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return WEBP
    if head[4:8] == b"ftyp" and head[8:12] in _HEIF_BRANDS:
        return HEIF
    return _text_family(head)


def _text_family(head: bytes) -> Family | None:
    text = _as_single_bytes(head)
    if not text.strip() or _CONTROL.search(text):
        return None
    start = text.lstrip()
    if not start.startswith(b"<"):
        return TEXT
    # An invoice or a tax file in XML is welcome; anything that a browser would run or draw is not.
    if _ACTIVE.search(text) or not re.match(rb"<(?:\?xml\s|[A-Za-z_])", start):
        return None
    return XML


def _as_single_bytes(head: bytes) -> bytes:
    """Return text in UTF-8, UTF-16 with a mark, or an older one-byte encoding, so that it can be searched."""
    for mark, encoding in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        if head.startswith(mark):
            return head[2:].decode(encoding, "ignore").encode("utf-8", "ignore")
    return head.removeprefix(b"\xef\xbb\xbf")

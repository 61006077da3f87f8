"""Where to go after sign-in or a proof: only ever to a page of ours (threat 35)."""

from urllib.parse import quote, urlsplit


def safe_path(target: str | None, default: str) -> str:
    """Return `target` when it is a path of this site, else `default`.

    Refused: other hosts, `//evil`, `/\\evil` (browsers take a backslash for a slash), control characters.
    """
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return default
    if "\\" in target or any(ord(character) < 0x20 or ord(character) == 0x7F for character in target):
        return default
    parts = urlsplit(target)
    return target if not parts.scheme and not parts.netloc else default


def sign_in_path(side: str, back_to: str) -> str:
    """Return the sign-in page of a side, which leads back to the path `back_to`."""
    start = "/admin/sign-in" if side == "staff" else "/sign-in"
    home = "/admin/" if side == "staff" else "/home"
    return start if back_to in (home, "/", "") else f"{start}?next={quote(back_to, safe='/')}"


def proof_path(side: str, back_to: str) -> str:
    """Return the page of a side that asks for a proof and leads back to the path `back_to`."""
    start = "/admin/prove" if side == "staff" else "/prove"
    return f"{start}?next={quote(back_to, safe='/')}" if back_to else start


def enrolment_path(back_to: str) -> str:
    """Return the page where staff set up a second factor, which leads back to the path `back_to`."""
    start = "/admin/security/enrol"
    return start if back_to in ("/admin/", "/admin", "/", "") else f"{start}?next={quote(back_to, safe='/')}"

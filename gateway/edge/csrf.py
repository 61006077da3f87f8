"""Cross-site request forgery: no unsafe request counts unless a page of ours sent it.

Two locks, both of which must open (OWASP CSRF cheat sheet): the browser's own word on where the request comes
from (Sec-Fetch-Site, Origin), and a token that only our pages can hold. The token is an HMAC over the session's
cookie and the account looked at, or over the visit's id before sign-in, so it dies with either. Each page carries
it under a new salt.
"""

import hashlib
import hmac
import secrets
from collections.abc import Collection

from werkzeug.exceptions import Forbidden

FIELD = "csrf_token"
HEADER = "X-CSRF-Token"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})


class Forged(Forbidden):
    """No page of ours sent the request. It is no `Problem`, so that no view takes it for a service's answer."""


class CsrfTokens:
    """Makes and checks tokens with the gateway's secret key."""

    def __init__(self, secret: bytes) -> None:
        self._key = hmac.digest(secret, b"atrio csrf", "sha256")

    def issue(self, binding: str) -> str:
        """Return a token for the session or visit that `binding` names."""
        salt = secrets.token_hex(8)
        return f"{salt}.{self._mac(salt, binding)}"

    def accepts(self, token: str | None, binding: str | None) -> bool:
        """Return whether `token` was issued for `binding`."""
        if not token or not binding or token.count(".") != 1:
            return False
        salt, mac = token.split(".")
        return hmac.compare_digest(mac.encode("utf-8", "replace"), self._mac(salt, binding).encode())

    def _mac(self, salt: str, binding: str) -> str:
        message = f"{salt}\n{hashlib.sha256(binding.encode('utf-8', 'replace')).hexdigest()}"
        return hmac.new(self._key, message.encode("utf-8", "replace"), "sha256").hexdigest()


def binding(session: str, account: str | None) -> str:
    """Return what tokens of a session's pages are bound to; `account` is the one that the browser has chosen.

    A form that was opened in one account does not count in another one, chosen in a second window meanwhile.
    """
    return f"{session}\n{account}" if account else session


def from_own_page(fetch_site: str | None, origin: str | None, own_origins: Collection[str]) -> bool:
    """Return whether the browser says, or does not deny, that a page of ours sent the request.

    A program sends neither header and passes; it has no cookie that somebody else could ride on.
    """
    if fetch_site is not None and fetch_site not in ("same-origin", "none"):
        return False
    return origin is None or origin in own_origins

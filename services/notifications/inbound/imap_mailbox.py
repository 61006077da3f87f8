"""Where mails are fetched by IMAP, as the setting says it."""

from dataclasses import dataclass
from urllib.parse import unquote, urlsplit


@dataclass(frozen=True)
class Mailbox:
    """Where to look: `imaps://user:password@host:993/folder`, or `imap+starttls://` with port 143."""

    host: str
    port: int
    user: str
    password: str
    folder: str
    starttls: bool

    @classmethod
    def parse(cls, url: str) -> "Mailbox":
        """Return the mailbox at `url`; raise `ValueError` saying what is wrong."""
        parts = urlsplit(url)
        if parts.scheme not in ("imaps", "imap+starttls"):
            raise ValueError("it must begin with imaps:// or imap+starttls://")
        if not parts.hostname or not parts.username or parts.password is None:
            raise ValueError("it must name a host, a user and a password: imaps://user:password@host/INBOX")
        starttls = parts.scheme == "imap+starttls"
        port = parts.port or (143 if starttls else 993)
        folder = unquote(parts.path.strip("/")) or "INBOX"
        if any(character in folder for character in '"\\\r\n'):
            raise ValueError("its folder has a name that cannot be used")
        return cls(parts.hostname, port, unquote(parts.username), unquote(parts.password), folder, starttls)

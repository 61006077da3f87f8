"""Mails and SMS kept as files instead of being sent: for development, evaluation and tests.

This is the one place where a link or a code rests unsealed; docs/operations.md says so.
"""

import os
from pathlib import Path

import orjson

from services.chassis import clock
from services.notifications.channels.mail import Mail
from services.notifications.messages.actions import Outcome


class Capture:
    """Keeps messages in `folder`, each under its own id, so that one kept twice is still one."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def keep_mail(self, mail: Mail, id: str) -> Outcome:
        """Keep a mail as `<id>.eml`."""
        return self._keep(f"{id}.eml", mail.content)

    def keep_sms(self, to: str, text: str, id: str) -> Outcome:
        """Keep an SMS as `<id>.json`."""
        return self._keep(f"{id}.json", orjson.dumps({"to": to, "text": text, "at": clock.now()}))

    def _keep(self, name: str, content: bytes) -> Outcome:
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        aside = self.folder / f".{name}.{os.getpid()}"
        aside.write_bytes(content)
        aside.replace(self.folder / name)
        return Outcome("delivered", "captured")

"""Waking whoever waits for a row: a commit tells it, so that nobody needs to poll quickly."""

from sqlalchemy import URL
from sqlalchemy.orm import Session

CHANNELS = "wake"


def on_commit(session: Session, channel: str) -> None:
    """Wake the waiters of `channel` ("outbox", "inbox", a sender's name) when `session` is committed."""
    session.info.setdefault(CHANNELS, set()).add(channel)


class Wakers:
    def __init__(self, url: URL) -> None:
        self.url = url

    def before_commit(self, session: Session) -> None: ...

    def after_commit(self, session: Session) -> None: ...


def open_wakers(url: URL) -> Wakers:
    return Wakers(url)

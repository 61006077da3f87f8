"""Looking for mails that lie somewhere, and forgetting those that are done with."""

from datetime import timedelta

from sqlalchemy import delete, select, update

from services.chassis import clock
from services.chassis.runtime import Runtime
from services.chassis.service import Timer
from services.notifications.inbound import imap, maildir
from services.notifications.inbound.models import InboundMail
from services.notifications.settings import NotificationsSettings

MAILDIR_SECONDS, IMAP_SECONDS = 10.0, 60.0
ASIDE = timedelta(days=30)
"""How long a mail that belongs to nobody for sure is kept aside."""
BATCH = 200


def fetch_maildir(runtime: Runtime) -> None:
    """Take in what lies in the maildir, where the firm has one."""
    if folder := _settings(runtime).reply_maildir:
        maildir.fetch(runtime, folder)


def fetch_imap(runtime: Runtime) -> None:
    """Take in what is unseen in the IMAP mailbox, where the firm has one."""
    if url := _settings(runtime).reply_imap:
        imap.fetch(runtime, url)


def forget(runtime: Runtime) -> None:
    """Remove mails kept aside for long, and in the end the rows: no address that they used is taken any more then."""
    old = select(InboundMail.id, InboundMail.blob_key).where(
        InboundMail.blob_key.is_not(None),
        InboundMail.status != "received",
        InboundMail.received_at < clock.now() - ASIDE,
    )
    with runtime.database.reading() as session:
        found = session.execute(old.limit(BATCH)).all()
    for id, blob_key in found:
        runtime.blobs.delete(str(blob_key))
        with runtime.database.unit_of_work() as session:
            session.execute(update(InboundMail).where(InboundMail.id == id).values(blob_key=None))
    done = clock.now() - timedelta(days=_settings(runtime).reply_days + 1)
    with runtime.database.unit_of_work() as session:
        over = (InboundMail.received_at < done, InboundMail.blob_key.is_(None), InboundMail.settled_at.is_not(None))
        session.execute(delete(InboundMail).where(*over))


def _settings(runtime: Runtime) -> NotificationsSettings:
    assert isinstance(runtime.settings, NotificationsSettings)
    return runtime.settings


TIMERS = (
    Timer("inbound_maildir", MAILDIR_SECONDS, fetch_maildir),
    Timer("inbound_imap", IMAP_SECONDS, fetch_imap),
    Timer("forget_inbound_mail", 3600, forget),
)

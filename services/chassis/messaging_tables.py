"""The two tables through which every service speaks: what it has to say and what it was told.

They are Core tables: the outbox row is part of every command, and a Core insert costs half of an ORM one.
"""

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    Uuid,
)

from services.chassis.columns import UtcDateTime

OUTBOX = "outbox"
INBOX = "inbox"


def outbox_table(metadata: MetaData) -> Table:
    """Return the outbox of the service that `metadata` describes."""
    if OUTBOX in metadata.tables:
        return metadata.tables[OUTBOX]
    table = Table(
        OUTBOX,
        metadata,
        Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
        Column("event_id", Uuid, nullable=False, unique=True),
        Column("type", String(120), nullable=False),
        Column("envelope", LargeBinary, nullable=False),
        Column("created_at", UtcDateTime, nullable=False),
        Column("published_at", UtcDateTime),
        Column("attempts", Integer, nullable=False, server_default="0"),
        Column("last_error", Text),
    )
    unpublished = table.c.published_at.is_(None)
    Index("ix_outbox_unpublished", table.c.id, postgresql_where=unpublished, sqlite_where=unpublished)
    return table


def inbox_table(metadata: MetaData) -> Table:
    """Return the inbox of the service that `metadata` describes."""
    if INBOX in metadata.tables:
        return metadata.tables[INBOX]
    table = Table(
        INBOX,
        metadata,
        Column("event_id", Uuid, primary_key=True),
        Column("type", String(120), nullable=False),
        Column("subject", String(200), nullable=False),
        Column("envelope", LargeBinary, nullable=False),
        Column("received_at", UtcDateTime, nullable=False),
        Column("attempts", Integer, nullable=False, server_default="0"),
        Column("next_attempt_at", UtcDateTime, nullable=False),
        Column("handled_at", UtcDateTime),
        Column("dead_at", UtcDateTime),
        Column("last_error", Text),
    )
    due = table.c.handled_at.is_(None) & table.c.dead_at.is_(None)
    dead = table.c.dead_at.is_not(None)
    Index("ix_inbox_due", table.c.next_attempt_at, postgresql_where=due, sqlite_where=due)
    Index("ix_inbox_dead", table.c.dead_at, postgresql_where=dead, sqlite_where=dead)
    return table

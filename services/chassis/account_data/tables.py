"""The table of what a service was asked to give out or to erase."""

from sqlalchemy import Column, Index, Integer, MetaData, String, Table, Text, Uuid

from services.chassis.columns import Json, UtcDateTime

NAME = "account_jobs"


def account_jobs_table(metadata: MetaData) -> Table:
    """Return the table of a service's jobs, as `metadata` describes it.

    `data` is what the event said and goes with the end of the job. `result` is what came of it: of an erasure it
    stands as soon as the rows are gone, so that a worker that takes over does not count nothing.
    """
    if NAME in metadata.tables:
        return metadata.tables[NAME]
    table = Table(
        NAME,
        metadata,
        Column("id", Uuid, primary_key=True),
        Column("kind", String(10), nullable=False),
        Column("subject_id", Uuid, nullable=False),
        Column("account_id", Uuid, nullable=False),
        Column("round", Integer, nullable=False),
        Column("data", Json, nullable=False),
        Column("status", String(10), nullable=False),
        Column("attempts", Integer, nullable=False, server_default="0"),
        Column("next_attempt_at", UtcDateTime, nullable=False),
        Column("leased_until", UtcDateTime),
        Column("last_error", Text),
        Column("result", Json),
        Column("blob_key", String(200)),
        Column("created_at", UtcDateTime, nullable=False),
        Column("finished_at", UtcDateTime),
    )
    Index("ix_account_jobs_status", table.c.status, table.c.next_attempt_at)
    Index("ix_account_jobs_account_id", table.c.account_id)
    return table


JOBS = account_jobs_table(MetaData())

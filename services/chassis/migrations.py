"""Alembic for one service: its numbered migrations, run on SQLite and PostgreSQL alike."""

from importlib.resources import files
from pathlib import Path

from alembic import command, op
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData

from services.chassis.account_data.tables import account_jobs_table
from services.chassis.database import NAMING, Database
from services.chassis.messaging_tables import inbox_table, outbox_table
from services.chassis.service import Service
from services.chassis.text_search import WORD_INDEX


def migrate(service: Service, database: Database) -> bool:
    """Bring the database of `service` to its newest migration; return whether anything was to do.

    On PostgreSQL an advisory lock lets one process migrate while others wait.
    """
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection)
        if context.get_current_heads() == tuple(_script(service).get_heads()):
            return False
    with database.engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(hashtext('atrio migrations'))")
        config = _config(service)
        config.attributes["connection"] = connection
        config.attributes["metadata"] = service.metadata
        command.upgrade(config, "head")
    return True


def run_environment(config: Config) -> None:
    """Run the migrations of `config` on its connection; called by each service's `migrations/env.py`."""
    from alembic import context

    connection: Connection = config.attributes["connection"]
    metadata: MetaData = config.attributes["metadata"]
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_as_batch=True,
        compare_type=True,
        transactional_ddl=True,
    )
    with context.begin_transaction():
        context.run_migrations()


def create_messaging_tables() -> None:
    """Create outbox and inbox; for a service's first migration."""
    metadata = MetaData(naming_convention=NAMING)
    outbox_table(metadata)
    inbox_table(metadata)
    metadata.create_all(op.get_bind())


def drop_messaging_tables() -> None:
    """Drop what `create_messaging_tables` created."""
    op.drop_table("inbox")
    op.drop_table("outbox")


def create_account_jobs_table() -> None:
    """Create the table of what a service was asked to give out or to erase."""
    metadata = MetaData(naming_convention=NAMING)
    account_jobs_table(metadata)
    metadata.create_all(op.get_bind())


def drop_account_jobs_table() -> None:
    """Drop what `create_account_jobs_table` created."""
    op.drop_table("account_jobs")


def differences(service: Service, database: Database) -> list[object]:
    """Return what the models have and the migrated database has not, or the reverse."""
    from alembic.autogenerate import compare_metadata

    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "include_name": _is_of_models})
        return list(compare_metadata(context, service.metadata))


def _is_of_models(name: str | None, kind: str, _parents: object) -> bool:
    return kind != "table" or not (name or "").startswith(WORD_INDEX)


def _config(service: Service) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_folder(service)).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def _folder(service: Service) -> Path:
    return Path(str(files(service.migrations)))


def _script(service: Service) -> ScriptDirectory:
    return ScriptDirectory.from_config(_config(service))


__all__ = ["create_messaging_tables", "differences", "drop_messaging_tables", "migrate", "run_environment"]

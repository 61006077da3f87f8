"""Brings databases to their newest migration."""

import sqlite3

from sqlalchemy.engine import make_url
from sqlalchemy.exc import DatabaseError, OperationalError, SQLAlchemyError

from deploy.programs import load_service
from services.chassis.database import Database
from services.chassis.settings import Settings


class CannotMigrate(Exception):
    """A database cannot be brought up to date; the message says which, why and what to do."""


def migrate_service(name: str) -> bool:
    """Migrate the database of the service `name`; return whether anything was to do.

    Raises `CannotMigrate` where the database cannot be reached or read.
    """
    from services.chassis.migrations import migrate

    service = load_service(name)
    settings = service.load_settings()
    database = Database(settings.database_url)
    try:
        return migrate(service, database)
    except SQLAlchemyError as error:
        raise CannotMigrate(_explain(settings, error)) from error
    finally:
        database.dispose()


def _explain(settings: Settings, error: SQLAlchemyError) -> str:
    url = make_url(settings.database_url)
    cause = getattr(error, "orig", None) or error
    reason = " ".join(str(cause).split())
    if isinstance(cause, sqlite3.DatabaseError) and not isinstance(cause, sqlite3.OperationalError):
        return (
            f"The database {url.database} is damaged ({reason}). "
            "Put a backup in its place, or move it away to start with an empty one."
        )
    if isinstance(error, OperationalError | DatabaseError):
        where = url.database if url.get_backend_name() == "sqlite" else url.render_as_string(hide_password=True)
        return f"The {settings.service} database {where} cannot be used: {reason}."
    return f"The {settings.service} database could not be migrated: {reason}."

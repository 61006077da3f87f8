"""Alembic's entry: runs the portal's migrations on the connection that the chassis gives."""

from alembic import context

from services.chassis.migrations import run_environment

run_environment(context.config)

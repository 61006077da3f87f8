"""Run by Alembic."""

from alembic import context

from services.chassis.migrations import run_environment

run_environment(context.config)

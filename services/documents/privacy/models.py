"""The jobs of exports and erasures."""

from services.chassis.account_data.tables import account_jobs_table
from services.documents.models import Model

ACCOUNT_JOBS = account_jobs_table(Model.metadata)

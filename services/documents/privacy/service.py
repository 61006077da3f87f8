"""The part of documents in exports and erasures."""

from services.chassis.account_data.feature import AccountData
from services.contracts import account_data
from services.documents.privacy import models
from services.documents.privacy.actions import erase
from services.documents.privacy.queries import export

TABLE = models.ACCOUNT_JOBS
ACCOUNT_DATA = AccountData("documents", account_data, export, erase)

"""The part of signing in exports and erasures."""

from services.chassis.account_data.feature import AccountData
from services.contracts import account_data
from services.signing.privacy import models
from services.signing.privacy.actions import erase
from services.signing.privacy.queries import export

TABLE = models.ACCOUNT_JOBS
ACCOUNT_DATA = AccountData("signing", account_data, export, erase)

"""Identity's part in exports and erasures."""

from services.chassis.account_data.feature import AccountData
from services.contracts import account_data
from services.identity.privacy import models
from services.identity.privacy.actions import erase
from services.identity.privacy.queries import export

TABLE = models.ACCOUNT_JOBS
ACCOUNT_DATA = AccountData("identity", account_data, export, erase)

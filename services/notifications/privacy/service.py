"""The part of notifications in exports and erasures."""

from services.chassis.account_data.feature import AccountData
from services.contracts import account_data
from services.notifications.privacy import models
from services.notifications.privacy.actions import erase
from services.notifications.privacy.queries import export

TABLE = models.ACCOUNT_JOBS
ACCOUNT_DATA = AccountData("notifications", account_data, export, erase)

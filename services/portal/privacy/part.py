"""The portal's own part in exports and erasures, as a service among the others."""

from services.chassis.account_data.feature import AccountData
from services.contracts import account_data
from services.portal.privacy import models
from services.portal.privacy.erasing import erase
from services.portal.privacy.giving import export

TABLE = models.ACCOUNT_JOBS
ACCOUNT_DATA = AccountData("portal", account_data, export, erase)

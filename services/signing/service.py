"""The signing service, said in one place."""

from services import contracts
from services.chassis.service import Service
from services.signing.api import blp
from services.signing.handlers import HANDLERS
from services.signing.models import Model
from services.signing.privacy.service import ACCOUNT_DATA

SERVICE = Service(
    name="signing",
    contracts=contracts,
    metadata=Model.metadata,
    migrations="services.signing.migrations",
    blueprints=(blp, ACCOUNT_DATA.blueprint),
    handlers=HANDLERS,
    timers=ACCOUNT_DATA.timers,
    senders=ACCOUNT_DATA.senders,
)

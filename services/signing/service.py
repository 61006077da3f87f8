"""The signing service, said in one place."""

from services import contracts
from services.chassis.service import Service
from services.signing.api import blp
from services.signing.handlers import HANDLERS
from services.signing.models import Model

SERVICE = Service(
    name="signing",
    contracts=contracts,
    metadata=Model.metadata,
    migrations="services.signing.migrations",
    blueprints=(blp,),
    handlers=HANDLERS,
)

"""The documents service, said in one place."""

from services import contracts
from services.chassis.service import Service
from services.documents.api import blp
from services.documents.handlers import HANDLERS
from services.documents.models import Model
from services.documents.privacy.service import ACCOUNT_DATA
from services.documents.settings import DocumentsSettings
from services.documents.timers import TIMERS

SERVICE = Service(
    name="documents",
    contracts=contracts,
    metadata=Model.metadata,
    migrations="services.documents.migrations",
    blueprints=(blp, ACCOUNT_DATA.blueprint),
    handlers=HANDLERS,
    timers=(*TIMERS, *ACCOUNT_DATA.timers),
    senders=ACCOUNT_DATA.senders,
    settings=DocumentsSettings,
)

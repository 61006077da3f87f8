"""The documents service, said in one place."""

from services import contracts
from services.chassis.service import Service
from services.documents.handlers import HANDLERS
from services.documents.library.api import blp as library
from services.documents.models import Model
from services.documents.privacy.service import ACCOUNT_DATA
from services.documents.settings import DocumentsSettings
from services.documents.timers import TIMERS
from services.documents.uploads.api import blp as uploads

SERVICE = Service(
    name="documents",
    contracts=contracts,
    metadata=Model.metadata,
    migrations="services.documents.migrations",
    blueprints=(library, uploads, ACCOUNT_DATA.blueprint),
    handlers=HANDLERS,
    timers=(*TIMERS, *ACCOUNT_DATA.timers),
    senders=ACCOUNT_DATA.senders,
    settings=DocumentsSettings,
)

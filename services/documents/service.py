"""The documents service, said in one place."""

from services import contracts
from services.chassis.service import Service
from services.documents.arranging.api import blp as arranging
from services.documents.folders.api import blp as folders
from services.documents.handlers import HANDLERS
from services.documents.library.api import blp as library
from services.documents.locks.api import blp as locks
from services.documents.models import Model
from services.documents.privacy.service import ACCOUNT_DATA
from services.documents.recycle_bin.timers import TIMERS as BIN_TIMERS
from services.documents.scanning.api import blp as quarantine
from services.documents.scanning.senders import SENDERS as SCANS
from services.documents.scanning.senders import remember_switch
from services.documents.scanning.timers import TIMERS as SCAN_TIMERS
from services.documents.settings import DocumentsSettings
from services.documents.shares.api import blp as share_links
from services.documents.timers import TIMERS
from services.documents.uploads.api import blp as uploads

SERVICE = Service(
    name="documents",
    contracts=contracts,
    metadata=Model.metadata,
    migrations="services.documents.migrations",
    blueprints=(
        library,
        arranging,
        folders,
        uploads,
        locks,
        share_links,
        quarantine,
        ACCOUNT_DATA.blueprint,
    ),
    handlers=HANDLERS,
    timers=(*TIMERS, *BIN_TIMERS, *SCAN_TIMERS, *ACCOUNT_DATA.timers),
    senders=(*SCANS, *ACCOUNT_DATA.senders),
    settings=DocumentsSettings,
    on_start=remember_switch,
)

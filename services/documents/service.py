"""The documents service, said in one place."""

from services import contracts
from services.chassis.service import Service
from services.documents.approvals.api import blp as approvals
from services.documents.archives.api import blp as archives
from services.documents.arranging.api import blp as arranging
from services.documents.folders.api import blp as folders
from services.documents.handlers import HANDLERS
from services.documents.library.api import blp as library
from services.documents.locks.api import blp as locks
from services.documents.mailed.api import blp as mailed
from services.documents.models import Model
from services.documents.notices.api import blp as notices
from services.documents.previews.api import blp as previews
from services.documents.previews.timers import TIMERS as PREVIEW_TIMERS
from services.documents.privacy.service import ACCOUNT_DATA
from services.documents.quotas.api import blp as quotas
from services.documents.recycle_bin.timers import TIMERS as BIN_TIMERS
from services.documents.retention.api import blp as retention
from services.documents.retention.timers import TIMERS as RETENTION_TIMERS
from services.documents.scanning.api import blp as quarantine
from services.documents.scanning.senders import SENDERS as SCANS
from services.documents.scanning.senders import remember_switch
from services.documents.scanning.timers import TIMERS as SCAN_TIMERS
from services.documents.settings import DocumentsSettings
from services.documents.shares.api import blp as share_links
from services.documents.timers import TIMERS
from services.documents.uploads.api import blp as uploads
from services.documents.uploads.resumable.api import blp as resumable

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
        mailed,
        resumable,
        notices,
        quotas,
        previews,
        approvals,
        archives,
        locks,
        share_links,
        retention,
        quarantine,
        ACCOUNT_DATA.blueprint,
    ),
    handlers=HANDLERS,
    timers=(*TIMERS, *BIN_TIMERS, *RETENTION_TIMERS, *PREVIEW_TIMERS, *SCAN_TIMERS, *ACCOUNT_DATA.timers),
    senders=(*SCANS, *ACCOUNT_DATA.senders),
    settings=DocumentsSettings,
    on_start=remember_switch,
)

"""The notifications service, said in one place."""

from services import contracts
from services.chassis.service import Service
from services.notifications.handlers import HANDLERS
from services.notifications.mailbox import api as mailbox
from services.notifications.messages import api as messages
from services.notifications.models import Model
from services.notifications.notices import api as notices
from services.notifications.preferences import api as preferences
from services.notifications.privacy.service import ACCOUNT_DATA
from services.notifications.senders import SENDERS
from services.notifications.settings import NotificationsSettings

SERVICE = Service(
    name="notifications",
    contracts=contracts,
    metadata=Model.metadata,
    migrations="services.notifications.migrations",
    blueprints=(notices.blp, preferences.blp, messages.blp, mailbox.blp, ACCOUNT_DATA.blueprint),
    handlers=HANDLERS,
    senders=(*SENDERS, *ACCOUNT_DATA.senders),
    timers=ACCOUNT_DATA.timers,
    settings=NotificationsSettings,
)

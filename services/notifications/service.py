"""The notifications service, said in one place."""

from services import contracts
from services.chassis.service import Service
from services.notifications.handlers import HANDLERS
from services.notifications.inbound import api as inbound
from services.notifications.inbound.passing import SENDERS as INBOUND_SENDERS
from services.notifications.inbound.timers import TIMERS as INBOUND_TIMERS
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
    blueprints=(notices.blp, preferences.blp, messages.blp, mailbox.blp, inbound.blp, ACCOUNT_DATA.blueprint),
    handlers=HANDLERS,
    senders=(*SENDERS, *INBOUND_SENDERS, *ACCOUNT_DATA.senders),
    timers=(*INBOUND_TIMERS, *ACCOUNT_DATA.timers),
    settings=NotificationsSettings,
)

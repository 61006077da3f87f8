"""The portal service, gathered: its tables, routes and reactions."""

from services import contracts
from services.chassis.service import Service
from services.portal.access_log import api as access_log
from services.portal.activity import api as activity
from services.portal.announcements import api as announcements
from services.portal.approvals.handlers import HANDLERS as APPROVAL_HANDLERS
from services.portal.canned_answers import api as canned_answers
from services.portal.cases import api as cases
from services.portal.cases import settings_api as case_settings
from services.portal.cases import timers as case_timers
from services.portal.conversations import api as conversations
from services.portal.conversations import keys as conversation_keys
from services.portal.copies.handlers import HANDLERS
from services.portal.directory import api as directory
from services.portal.directory import colleagues_api as directory_colleagues
from services.portal.directory.timers import TIMERS
from services.portal.exports import api as exports
from services.portal.field_editor import api as field_editor
from services.portal.home import api as home
from services.portal.imports import api as imports
from services.portal.imports import senders as importing
from services.portal.mails import api as mails
from services.portal.models import Model
from services.portal.privacy import api as privacy
from services.portal.privacy.handlers import HANDLERS as PRIVACY_HANDLERS
from services.portal.privacy.part import ACCOUNT_DATA
from services.portal.privacy.senders import SENDERS as PRIVACY_SENDERS
from services.portal.privacy.timers import TIMERS as PRIVACY_TIMERS
from services.portal.profile import api as profile
from services.portal.replies.handlers import HANDLERS as REPLY_HANDLERS
from services.portal.request_batches import api as request_batches
from services.portal.request_batches import senders as request_sending
from services.portal.request_reminders import api as request_reminders
from services.portal.request_reminders import timers as request_reminding
from services.portal.request_series import api as request_series
from services.portal.request_series import timers as request_series_timers
from services.portal.request_templates import api as request_templates
from services.portal.requests import api as requests
from services.portal.reviews import api as reviews
from services.portal.search import api as search
from services.portal.settings import api as settings
from services.portal.settings.actions import make_first_settings
from services.portal.tags import api as tags
from services.portal.work import api as work

SERVICE = Service(
    name="portal",
    contracts=contracts,
    metadata=Model.metadata,
    migrations="services.portal.migrations",
    blueprints=(
        settings.blueprint,
        home.blueprint,
        announcements.blueprint,
        directory.accounts,
        directory.contacts,
        directory_colleagues.blueprint,
        field_editor.blueprint,
        tags.tags,
        tags.on_accounts,
        imports.blueprint,
        exports.blueprint,
        profile.blueprint,
        activity.blueprint,
        requests.blueprint,
        request_templates.blueprint,
        request_batches.blueprint,
        request_series.blueprint,
        request_reminders.blueprint,
        search.blueprint,
        access_log.blueprint,
        access_log.on_accounts,
        conversations.blueprint,
        cases.blueprint,
        case_settings.blueprint,
        canned_answers.blueprint,
        work.blueprint,
        privacy.exports,
        privacy.erasures,
        privacy.on_accounts,
        ACCOUNT_DATA.blueprint,
        reviews.blueprint,
        reviews.on_accounts,
        reviews.links,
        mails.blueprint,
    ),
    handlers={**HANDLERS, **REPLY_HANDLERS, **APPROVAL_HANDLERS, **PRIVACY_HANDLERS},
    timers=(
        *TIMERS,
        *case_timers.TIMERS,
        *conversation_keys.TIMERS,
        *importing.TIMERS,
        *request_reminding.TIMERS,
        *request_series_timers.TIMERS,
        *PRIVACY_TIMERS,
        *ACCOUNT_DATA.timers,
    ),
    senders=(*importing.SENDERS, *request_sending.SENDERS, *PRIVACY_SENDERS, *ACCOUNT_DATA.senders),
    on_start=make_first_settings,
)

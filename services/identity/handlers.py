"""Everything that identity reacts to."""

from services.identity.delivery import handlers as delivery
from services.identity.directory import handlers as directory
from services.identity.passwords.handlers import on_password_forgotten
from services.identity.privacy.service import ACCOUNT_DATA
from services.identity.sign_in.handlers import on_sign_in_requested

HANDLERS = {
    **ACCOUNT_DATA.handlers,
    "identity.password.forgotten.v1": on_password_forgotten,
    "identity.sign_in.requested.v1": on_sign_in_requested,
    "notifications.message.delivered.v1": delivery.on_message_delivered,
    "notifications.message.failed.v1": delivery.on_message_failed,
    "portal.account.saved.v1": directory.on_account_saved,
    "portal.contact.saved.v1": directory.on_contact_saved,
    "portal.settings.saved.v1": directory.on_settings_saved,
}

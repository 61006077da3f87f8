"""What the notifications service reacts to: it keeps its copies, and tells people."""

from services.notifications.directory import handlers as directory
from services.notifications.reactions import access, cases, conversations, documents, identity, requests, signing

HANDLERS = {
    "documents.document.shared.v1": documents.on_document_shared,
    "documents.document.uploaded.v1": documents.on_document_uploaded,
    "identity.code.issued.v1": identity.on_code_issued,
    "identity.credential.changed.v1": identity.on_credential_changed,
    "identity.password.reset_requested.v1": identity.on_password_reset_requested,
    "identity.second_factor.lost.v1": access.on_second_factor_lost,
    "identity.user.invited.v1": identity.on_user_invited,
    "identity.user.saved.v1": directory.on_user_saved,
    "identity.user.signed_in.v1": identity.on_user_signed_in,
    "portal.account.saved.v1": directory.on_account_saved,
    "portal.case.assigned.v1": cases.on_case_assigned,
    "portal.case.commented.v1": cases.on_case_commented,
    "portal.case.escalated.v1": cases.on_case_escalated,
    "portal.case.opened.v1": cases.on_case_opened,
    "portal.case.status_changed.v1": cases.on_case_status_changed,
    "portal.contact.access_ending.v1": access.on_access_ending,
    "portal.contact.saved.v1": directory.on_contact_saved,
    "portal.conversation.assigned.v1": conversations.on_assigned,
    "portal.conversation.closed.v1": conversations.on_closed,
    "portal.conversation.reopened.v1": conversations.on_reopened,
    "portal.conversation.started.v1": conversations.on_message_posted,
    "portal.message.mentioned.v1": conversations.on_mentioned,
    "portal.message.posted.v1": conversations.on_message_posted,
    "portal.request.closed.v1": requests.on_request_closed,
    "portal.request.created.v1": requests.on_request_created,
    "portal.request.replied.v1": requests.on_request_replied,
    "portal.settings.saved.v1": directory.on_settings_saved,
    "signing.sign_request.completed.v1": signing.on_completed,
    "signing.sign_request.declined.v1": signing.on_declined,
    "signing.sign_request.sent.v1": signing.on_sent,
    "signing.sign_request.signed.v1": signing.on_signed,
    "signing.sign_request.voided.v1": signing.on_voided,
}

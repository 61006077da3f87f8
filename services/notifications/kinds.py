"""Every kind of message: whom it is for, where it goes, and what its template may name.

Each has a template in every language, `templates/<kind>/<language>.txt`. Names ending in `_on` are days and in
`_at` moments; both are written in the reader's language.
"""

from dataclasses import dataclass

LOCALES = ("en", "es", "pt")
SHARED_NAMES = frozenset({"name", "firm", "portal", "portal_url", "firm_phone", "firm_email", "account"})
"""What every template may name."""


@dataclass(frozen=True)
class Kind:
    """One kind of message. Security kinds are always sent; the others obey preferences.

    `audience` is client, staff, any, or firm: the firm's own mailbox, which chooses nothing. `inside` says whether
    it also stands in the inbox of the portal or admin. `reply_to` names the data that hold who gets the answers, by
    name and address; a person wrote such a mail, and not a program.
    """

    audience: str
    names: frozenset[str] = frozenset()
    security: bool = False
    inside: bool = True
    reply_to: tuple[str, str] | None = None


def _client(*names: str) -> Kind:
    return Kind("client", frozenset(names))


def _staff(*names: str) -> Kind:
    return Kind("staff", frozenset(names))


def _security(*names: str, inside: bool = False) -> Kind:
    return Kind("any", frozenset(names), security=True, inside=inside)


CREDENTIAL_NAMES = {
    ("password", "set"): "password_at",
    ("passkey", "set"): "passkey_at",
    ("passkey", "removed"): "passkey_removed_at",
    ("totp", "set"): "totp_at",
    ("totp", "removed"): "totp_removed_at",
    ("totp", "reset"): "factors_reset_at",
    ("recovery_codes", "set"): "recovery_codes_at",
    ("recovery_codes", "used"): "recovery_code_used_at",
    ("mobile", "set"): "mobile_at",
}
"""What the mail about a changed credential names, for each credential and what became of it."""

REFUSED_NAMES = (
    *("closed", "no_access", "expired", "no_thread", "empty", "too_large"),
    *("unreadable", "other", "other_address"),
)
"""Why an answer by mail was not added: each names the thread, the last one the address that it came from."""
LEFT_OUT_NAMES = ("switched_off", "not_taken", "no_bytes", "too_large", "too_many", "cut", "other")
"""Why files of an answer were left out: each names the files."""

KINDS: dict[str, Kind] = {
    "invitation": _security("email", "expires_on"),
    "sign_in_code": _security("code", "minutes"),
    "password_reset": _security("expires_at"),
    "credential_changed": _security(*CREDENTIAL_NAMES.values(), inside=True),
    "new_device": Kind("any", frozenset({"device", "place", "signed_in_at"})),
    "document_shared": _client("by", "document"),
    "approval_asked": _client("by", "document", "message"),
    "upload_approved": _client("by", "document"),
    "upload_rejected": _client("by", "document", "reason"),
    "document_approved": _staff("by", "document"),
    "document_rejected": _staff("by", "document", "reason"),
    "request_created": _client("by", "title", "message", "due_on"),
    "request_replied": _client("by", "title", "message"),
    "request_closed": _client("title"),
    "request_completed": _client("title"),
    "request_item_rejected": _client("by", "title", "item", "reason"),
    "request_reminder": _client("title", "due_on", "missing"),
    "request_overdue": _client("title", "due_on", "missing"),
    "case_opened": _client("by", "title", "number"),
    "case_answered": _client("by", "title", "number", "message"),
    "case_closed": _client("title", "number"),
    "conversation_message": _client("by", "title", "message"),
    "conversation_closed": _client("title"),
    "sign_request_sent": _client("by", "title", "message", "due_on"),
    "sign_request_completed": _client("title"),
    "sign_request_voided": _client("title", "reason"),
    "document_refused": _client("document"),
    "document_uploaded": _staff("by", "document"),
    "uploads_finished": _staff("by", "documents"),
    "document_quarantined": _staff("by", "document", "found"),
    "document_unchecked": _staff("by", "document"),
    "document_lost": _staff("document"),
    "scanner_failed": _staff("since_at", "waiting"),
    "scanner_recovered": _staff("since_at"),
    "request_reply_received": _staff("by", "title", "message"),
    "case_received": _staff("by", "title", "number", "message"),
    "case_reply_received": _staff("by", "title", "number", "message"),
    "case_reopened": _staff("by", "title", "number"),
    "case_assigned": _staff("by", "title", "number"),
    "case_answer_overdue": _staff("title", "number", "missed_at"),
    "case_solution_overdue": _staff("title", "number", "missed_at"),
    "conversation_message_received": _staff("by", "title", "message"),
    "conversation_reopened": _staff("by", "title"),
    "conversation_assigned": _staff("by", "title"),
    "conversation_mention": _staff("by", "title"),
    "sign_request_signed": _staff("by", "title"),
    "sign_request_all_signed": _staff("title"),
    "sign_request_declined": _staff("by", "title", "reason"),
    "mail_reply_refused": _security(*REFUSED_NAMES),
    "mail_reply_left_out": _security("title", *LEFT_OUT_NAMES),
    "data_export_ready": Kind("any", frozenset({"expires_at"})),
    "data_export_failed": Kind("any"),
    "erasure_planned": _client("starts_at"),
    "erasure_cancelled": _client(),
    "erasure_asked": _staff("by"),
    "erasure_done": _staff("title"),
    "erasure_failed": _staff("title"),
    "access_ending": _staff("person", "ends_on"),
    "second_factor_lost": _staff("person", "email"),
    "review_requested": _client("by", "expires_on"),
    "review_answered": _client("by", "answer"),
    "review_received": _staff("by", "stars", "comment"),
    "profile_changed": _staff("by", "title"),
    "firm_mail": Kind(
        "firm", frozenset({"by", "email", "subject", "message"}), security=True, inside=False, reply_to=("by", "email")
    ),
}


def kinds_for(audience: str) -> dict[str, Kind]:
    """Return the kinds of message that a client or a member of staff may get."""
    return {name: kind for name, kind in KINDS.items() if kind.audience in (audience, "any")}

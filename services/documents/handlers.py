"""What the documents service reacts to."""

from sqlalchemy.orm import Session

from services.chassis.database import upsert_newer
from services.chassis.event import Event
from services.chassis.runtime import Runtime
from services.documents import sealed_files
from services.documents.copies.models import PortalAccount, PortalContact, PortalSettings
from services.documents.folders import actions as folders
from services.documents.library import actions
from services.documents.locks import actions as locks
from services.documents.privacy.service import ACCOUNT_DATA
from services.documents.uploads.kinds import refused_groups


def on_account_saved(session: Session, event: Event, runtime: Runtime) -> None:
    """Keep the copy of a client's account; a new client gets the firm's default folders."""
    names = ("id", "name", "status", "adviser_id", "version")
    known = session.get(PortalAccount, event.data["id"])
    values = {name: event.data[name] for name in names}
    values["locale"] = event.data.get("locale")
    values |= {"legal_hold": event.data.get("legal_hold"), "legal_hold_until": event.data.get("legal_hold_until")}
    since = (known.archived_at if known else None) or event.time
    upsert_newer(session, PortalAccount, values | {"archived_at": since if values["status"] == "archived" else None})
    if known is None and values["status"] != "archived":
        folders.make_default_folders(session, event.data["id"], values["locale"] or "en")


def on_contact_saved(session: Session, event: Event, runtime: Runtime) -> None:
    """Keep the copy of a contact."""
    names = ("id", "account_id", "name", "removed", "version")
    upsert_newer(session, PortalContact, {name: event.data[name] for name in names})


def on_settings_saved(session: Session, event: Event, runtime: Runtime) -> None:
    """Keep the copy of the firm's switches."""
    switches = event.data["switches"]
    values = {"id": 1, "share_documents": switches.get("share_documents", True), "version": event.data["version"]}
    values["client_share_links"] = switches.get("client_share_links", False)
    values |= {name: switches.get(name, False) for name in ("done_uploading", "done_uploading_checkbox")}
    values["refused_files"] = refused_groups(switches)
    upsert_newer(session, PortalSettings, values)


def on_request_replied(session: Session, event: Event, runtime: Runtime) -> None:
    """Tie the documents of a reply to their request."""
    data = event.data
    actions.attach_to_request(session, data["account_id"], data["id"], data["comment_document_ids"], data["by"])


def on_request_created(session: Session, event: Event, runtime: Runtime) -> None:
    """Tie the documents that the firm sent with a request to it."""
    data = event.data
    actions.attach_to_request(session, data["account_id"], data["id"], data["document_ids"], data["created_by"])


def on_case_opened(session: Session, event: Event, runtime: Runtime) -> None:
    """Tie the documents that came with a new case to it, so that both sides read them."""
    data = event.data
    actions.attach_to_request(session, data["account_id"], data["id"], data["document_ids"], data["by"])


def on_case_commented(session: Session, event: Event, runtime: Runtime) -> None:
    """Tie the documents of a comment to its case, so that both sides read them."""
    data = event.data
    actions.attach_to_request(session, data["account_id"], data["id"], data["comment_document_ids"], data["by"])


def on_invoice_paid(session: Session, event: Event, runtime: Runtime) -> None:
    """Open what waited for an invoice."""
    locks.unlock_paid(session, event.data["account_id"], event.data["id"], event.data["invoice_number"])


def on_message_posted(session: Session, event: Event, runtime: Runtime) -> None:
    """Tie the documents of a message to their conversation, so that both sides read them."""
    data = event.data
    actions.attach_to_request(session, data["account_id"], data["id"], data["document_ids"], data["by"])


def on_sign_request_completed(session: Session, event: Event, runtime: Runtime) -> None:
    """File the sealed PDF as the newest version of its document."""
    sealed_files.file_sealed(session, runtime, event)


HANDLERS = {
    **ACCOUNT_DATA.handlers,
    "portal.account.saved.v1": on_account_saved,
    "portal.case.commented.v1": on_case_commented,
    "portal.case.opened.v1": on_case_opened,
    "portal.contact.saved.v1": on_contact_saved,
    "portal.conversation.started.v1": on_message_posted,
    "portal.invoice.paid.v1": on_invoice_paid,
    "portal.message.posted.v1": on_message_posted,
    "portal.request.created.v1": on_request_created,
    "portal.request.replied.v1": on_request_replied,
    "portal.settings.saved.v1": on_settings_saved,
    "signing.sign_request.completed.v1": on_sign_request_completed,
}

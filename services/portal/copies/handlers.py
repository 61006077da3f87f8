"""What the portal does when another service tells something: it keeps its copy, and the account's history grows."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from services.chassis.event import Event
from services.chassis.runtime import Runtime
from services.portal.access_log import actions as access_log
from services.portal.activity.actions import note_event
from services.portal.copies.actions import (
    copy_document,
    copy_invitation,
    copy_opening,
    copy_sign_request,
    copy_upload_notice,
    copy_user,
    forget_document,
)
from services.portal.mails.actions import FIRM_MAIL
from services.portal.mails.actions import note_failure as note_undelivered_mail


def on_user_saved(session: Session, event: Event, runtime: Runtime) -> None:
    copy_user(session, event.data)


def on_user_invited(session: Session, event: Event, runtime: Runtime) -> None:
    copy_user(session, event.data)
    copy_invitation(session, event.data["id"], event.data["expires_at"])
    by = event.data["invited_by"] or _service("identity")
    _note_user(session, event, "invitation.issued", by)


def on_user_activated(session: Session, event: Event, runtime: Runtime) -> None:
    copy_user(session, event.data)
    _note_user(session, event, "user.activated", _client(event.data["id"], event.data["name"]))


def on_user_signed_in(session: Session, event: Event, runtime: Runtime) -> None:
    user_id = event.data["user_id"]
    for account_id in event.data["account_ids"]:
        note_event(
            session,
            event,
            "user.signed_in",
            account_id=account_id,
            by=_client(user_id),
            subject=("user", user_id),
            title=event.data["method"],
        )


def on_user_viewed(session: Session, event: Event, runtime: Runtime) -> None:
    data = event.data
    note_event(
        session,
        event,
        "user.viewed_as",
        account_id=data["account_id"],
        by=data["by"],
        subject=("user", data["user_id"]),
        title=data["name"],
    )
    of = {"account_id": data["account_id"], "subject": ("user", data["user_id"]), "title": data["name"]}
    access_log.note_event(session, event, "client.viewed_as", by=data["by"], **of)


def on_code_redirected(session: Session, event: Event, runtime: Runtime) -> None:
    data = event.data
    note_event(
        session,
        event,
        f"code.{'sent' if data['sent'] else 'switched'}_{data['channel']}",
        user_id=data["user_id"],
        by=data["by"],
        subject=("user", data["user_id"]),
        title=data["name"],
    )


def on_credential_changed(session: Session, event: Event, runtime: Runtime) -> None:
    """Note what staff did about a client's second factors; what people change themselves is nobody else's."""
    if by := event.data.get("by"):
        _note_factors(session, event, "user.factors_reset", by)


def on_second_factor_lost(session: Session, event: Event, runtime: Runtime) -> None:
    user = {"kind": "client", "id": event.data["user_id"], "name": event.data["name"]}
    _note_factors(session, event, "user.factors_lost", user)


def _note_factors(session: Session, event: Event, kind: str, by: Mapping[str, Any]) -> None:
    user_id = event.data["user_id"]
    subject = ("user", user_id)
    note_event(session, event, kind, user_id=user_id, by=by, subject=subject, title=event.data["name"])


def on_document(session: Session, event: Event, runtime: Runtime) -> None:
    copy_document(session, event.data)
    kind = event.type.removeprefix("documents.").removesuffix(".v1")
    by = {
        "document.released": event.data.get("released_by"),
        "document.shared": event.data.get("shared_by"),
        "document.uploaded": event.data["uploaded_by"],
    }.get(kind)
    note_event(
        session,
        event,
        kind,
        account_id=event.data["account_id"],
        by=by or event.data.get("by") or _service("documents"),
        subject=("document", event.data["id"]),
        title=event.data["name"],
    )


def on_document_access(session: Session, event: Event, runtime: Runtime) -> None:
    copy_document(session, event.data)


def on_document_purged(session: Session, event: Event, runtime: Runtime) -> None:
    data = event.data
    forget_document(session, data["id"])
    of = {"account_id": data["account_id"], "subject": ("document", data["id"])}
    note_event(session, event, "document.purged", by=data["by"], title=data["name"], **of)


def on_document_opened(session: Session, event: Event, runtime: Runtime) -> None:
    data = event.data
    if data["by"]["kind"] == "service":
        return
    copy_opening(session, data["document_id"], data["by"], data["at"])
    if data["by"]["kind"] == "staff":
        kind = "document.downloaded" if data["how"] == "download" else "document.opened"
        of = {"account_id": data["account_id"], "subject": ("document", data["document_id"])}
        access_log.note_opening(session, data["by"], kind, at=data["at"], **of)
    if data["first"]:
        note_event(
            session,
            event,
            "document.opened",
            account_id=data["account_id"],
            by=data["by"],
            subject=("document", data["document_id"]),
        )


def on_document_link(session: Session, event: Event, runtime: Runtime) -> None:
    """Note what became of a link to a document; the client sees it among who opened or changed what is theirs (B13)."""
    _note_sharing(session, event, event.type.removeprefix("documents.").removesuffix(".v1"))


def on_document_lock(session: Session, event: Event, runtime: Runtime) -> None:
    """Note that a document waits for a payment, or no more."""
    _note_sharing(session, event, "document.locked" if ".placed." in event.type else "document.unlocked")


def _note_sharing(session: Session, event: Event, kind: str) -> None:
    data = event.data
    subject = ("document", data["document_id"] or data["folder_id"])
    note_event(session, event, kind, account_id=data["account_id"], by=data["by"], subject=subject, title=data["name"])
    if data["by"]["kind"] == "staff":
        of = {"account_id": data["account_id"], "subject": subject, "title": data["name"]}
        access_log.note_opening(session, data["by"], kind, at=event.time, **of)


def on_upload_notice(session: Session, event: Event, runtime: Runtime) -> None:
    """A client said that everything is sent: it stands in the history and on the work list."""
    data = event.data
    title = copy_upload_notice(session, data)
    of = {"account_id": data["account_id"], "subject": ("upload_notice", data["id"])}
    note_event(session, event, "upload_notice.given", by=data["by"], title=title, **of)


def on_sign_request(session: Session, event: Event, runtime: Runtime) -> None:
    copy_sign_request(session, event.data)
    kind = event.type.removeprefix("signing.").removesuffix(".v1")
    note_event(
        session,
        event,
        kind,
        account_id=event.data["account_id"],
        by=_who_signed(event.data, kind),
        subject=("sign_request", event.data["id"]),
        title=event.data["title"],
    )


def on_sign_request_opened(session: Session, event: Event, runtime: Runtime) -> None:
    data = event.data
    of = {"account_id": data["account_id"], "subject": ("sign_request", data["sign_request_id"])}
    access_log.note_opening(session, data["by"], "sign_request.viewed", at=data["at"], title=data["title"], **of)


def on_message_failed(session: Session, event: Event, runtime: Runtime) -> None:
    user_id = event.data["user_id"]
    if event.data["kind"] == FIRM_MAIL:
        note_undelivered_mail(session, event.data["reference"])
    if user_id:
        note_event(
            session,
            event,
            "message.failed",
            user_id=user_id,
            by=_service("notifications"),
            subject=("user", user_id),
            title=event.data["reason"] or "",
        )


HANDLERS = {
    "documents.document.access_changed.v1": on_document_access,
    "documents.document.deleted.v1": on_document,
    "documents.document.moved.v1": on_document,
    "documents.document.opened.v1": on_document_opened,
    "documents.document.quarantined.v1": on_document,
    "documents.document.released.v1": on_document,
    "documents.document.purged.v1": on_document_purged,
    "documents.document.renamed.v1": on_document,
    "documents.document.restored.v1": on_document,
    "documents.document.shared.v1": on_document,
    "documents.document.unshared.v1": on_document,
    "documents.document.uploaded.v1": on_document,
    "documents.document.version_added.v1": on_document,
    "documents.link.created.v1": on_document_link,
    "documents.link.revoked.v1": on_document_link,
    "documents.link.used.v1": on_document_link,
    "documents.lock.opened.v1": on_document_lock,
    "documents.lock.placed.v1": on_document_lock,
    "documents.upload_notice.given.v1": on_upload_notice,
    "identity.code.redirected.v1": on_code_redirected,
    "identity.credential.changed.v1": on_credential_changed,
    "identity.second_factor.lost.v1": on_second_factor_lost,
    "identity.user.activated.v1": on_user_activated,
    "identity.user.invited.v1": on_user_invited,
    "identity.user.saved.v1": on_user_saved,
    "identity.user.signed_in.v1": on_user_signed_in,
    "identity.user.viewed_as.v1": on_user_viewed,
    "notifications.message.failed.v1": on_message_failed,
    "signing.sign_request.completed.v1": on_sign_request,
    "signing.sign_request.created.v1": on_sign_request,
    "signing.sign_request.declined.v1": on_sign_request,
    "signing.sign_request.opened.v1": on_sign_request_opened,
    "signing.sign_request.sent.v1": on_sign_request,
    "signing.sign_request.signed.v1": on_sign_request,
    "signing.sign_request.viewed.v1": on_sign_request,
    "signing.sign_request.voided.v1": on_sign_request,
}


def _note_user(session: Session, event: Event, kind: str, by: Mapping[str, Any]) -> None:
    for access in event.data["accounts"]:
        note_event(
            session,
            event,
            kind,
            account_id=access["account_id"],
            by=by,
            subject=("user", event.data["id"]),
            title=event.data["name"],
        )


def _who_signed(data: Mapping[str, Any], kind: str) -> Mapping[str, Any]:
    """Return who made a sign request move: the staff that made or sent it, the recipient, or signing itself."""
    for recipient in data["recipients"]:
        if recipient["id"] == data.get("recipient_id"):
            return _client(recipient["user_id"] or recipient["contact_id"], recipient["name"])
    if kind in ("sign_request.created", "sign_request.sent"):
        return dict(data["created_by"])
    return dict(data.get("by") or _service("signing"))


def _client(id: object, name: str = "") -> dict[str, Any]:
    return {"kind": "client", "id": str(id), "name": name}


def _service(name: str) -> dict[str, Any]:
    return {"kind": "service", "id": name, "name": name}

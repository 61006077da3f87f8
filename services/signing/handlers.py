"""What the signing service reacts to."""

from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from services.chassis.database import upsert_newer
from services.chassis.event import Event
from services.chassis.runtime import Runtime
from services.signing import intake
from services.signing.models import (
    IdentityUser,
    IdentityUserContact,
    PortalAccount,
    PortalContact,
    PortalSettings,
    SignRequest,
)
from services.signing.privacy.service import ACCOUNT_DATA


def _picked(event: Event, names: str) -> dict[str, Any]:
    return {name: event.data[name] for name in names.split()}


def on_account_saved(session: Session, event: Event, runtime: Runtime) -> None:
    """Keep the copy of a client's account."""
    upsert_newer(session, PortalAccount, _picked(event, "id name status adviser_id version"))


def on_contact_saved(session: Session, event: Event, runtime: Runtime) -> None:
    """Keep the copy of a contact."""
    names = "id account_id name email locale timezone portal_user removed role version"
    upsert_newer(session, PortalContact, _picked(event, names))


def on_settings_saved(session: Session, event: Event, runtime: Runtime) -> None:
    """Keep the copy of the firm's details."""
    names = "firm_name legal_name address phone email website locale timezone version"
    upsert_newer(session, PortalSettings, {"id": 1} | _picked(event, names))


def on_user_saved(session: Session, event: Event, runtime: Runtime) -> None:
    """Keep the copy of a user, and as which contacts they act."""
    if not upsert_newer(session, IdentityUser, _picked(event, "id kind name email locale status version")):
        return
    user_id = event.data["id"]
    session.execute(delete(IdentityUserContact).where(IdentityUserContact.user_id == user_id))
    contacts = {entry["contact_id"] for entry in event.data["accounts"]}
    session.add_all(IdentityUserContact(user_id=user_id, contact_id=contact) for contact in contacts)


def on_sign_request_created(session: Session, event: Event, runtime: Runtime) -> None:
    """Fetch the document of a new sign request and check it."""
    made = _locked(session, event)
    if made is not None and made.status == "preparing":
        intake.fetch_document(session, runtime, made)


def on_sign_request_signed(session: Session, event: Event, runtime: Runtime) -> None:
    """Seal the document once everybody has signed."""
    from services.signing import completion

    found = _locked(session, event)
    if found is not None and found.status == "signed":
        completion.seal_sign_request(session, runtime, found)


def _locked(session: Session, event: Event) -> SignRequest | None:
    return session.scalars(
        select(SignRequest).where(SignRequest.id == event.data["id"]).with_for_update()
    ).one_or_none()


HANDLERS = {
    **ACCOUNT_DATA.handlers,
    "identity.user.saved.v1": on_user_saved,
    "portal.account.saved.v1": on_account_saved,
    "portal.contact.saved.v1": on_contact_saved,
    "portal.settings.saved.v1": on_settings_saved,
    "signing.sign_request.created.v1": on_sign_request_created,
    "signing.sign_request.signed.v1": on_sign_request_signed,
}

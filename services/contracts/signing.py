"""What signing says: the course of a sign request, from its making to the sealed file."""

from services.contracts.fields import Data, Person, day, listed, moment, number, one_of, part, text, uuid


class Recipient(Data):
    """One who signs, and how far they are."""

    id = uuid()
    contact_id = uuid()
    user_id = uuid(allow_none=True)
    name = text()
    email = text()
    role = one_of("signer", "approver", "viewer", "copy")
    order = number()
    status = one_of("waiting", "notified", "viewed", "consented", "signed", "declined")
    signed_at = moment(allow_none=True)


class SignRequest(Data):
    """A sign request's whole public state."""

    id = uuid()
    account_id = uuid()
    document_id = uuid()
    title = text()
    message = text()
    status = one_of(
        "preparing",
        "draft",
        "failed",
        "sent",
        "signed",
        "sealing",
        "completed",
        "declined",
        "voided",
        "expired",
    )
    failure = text(allow_none=True)
    pages = number()
    due_on = day(allow_none=True)
    created_by = part(Person)
    created_at = moment()
    sent_at = moment(allow_none=True)
    recipients = listed(Recipient)
    document_sha256 = text(allow_none=True)
    version = number()


class RecipientActed(SignRequest):
    """One recipient opened or signed it."""

    recipient_id = uuid()
    at = moment()


class SignRequestCompleted(SignRequest):
    """Everybody signed and the file is sealed; signing keeps it for whoever files it."""

    sealed_sha256 = text()
    sealed_size = number()
    completed_at = moment()


class SignRequestDeclined(SignRequest):
    """One recipient will not sign."""

    recipient_id = uuid()
    reason = text()


class SignRequestVoided(SignRequest):
    """The firm took it back."""

    reason = text()
    by = part(Person)


class SignRequestOpened(Data):
    """A member of staff looked at it; told about once an hour at most."""

    sign_request_id = uuid()
    account_id = uuid()
    title = text()
    by = part(Person)
    at = moment()


EVENTS = {
    "signing.sign_request.created.v1": SignRequest,
    "signing.sign_request.sent.v1": SignRequest,
    "signing.sign_request.viewed.v1": RecipientActed,
    "signing.sign_request.signed.v1": RecipientActed,
    "signing.sign_request.completed.v1": SignRequestCompleted,
    "signing.sign_request.declined.v1": SignRequestDeclined,
    "signing.sign_request.voided.v1": SignRequestVoided,
    "signing.sign_request.opened.v1": SignRequestOpened,
}

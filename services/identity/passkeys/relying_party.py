"""What Atrio asks of an authenticator, and what it takes from one. The library checks signatures.

User verification is required, so that a passkey is two factors by itself: the device, and what unlocks it.
The library and what it stands on take 5 MB, so this is imported with the first ceremony, inside functions.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import webauthn
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url, parse_client_data_json
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    AuthenticatorTransport,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from services.identity.passkeys.models import Passkey
from services.identity.passkeys.party import RelyingParty

TIMEOUT_MILLISECONDS = 120_000
REQUIRED = UserVerificationRequirement.REQUIRED
TRANSPORTS = frozenset(each.value for each in AuthenticatorTransport)


@dataclass(frozen=True)
class NewCredential:
    """A credential that was just registered, in the forms in which it is stored."""

    credential_id: str
    public_key: str
    sign_count: int
    transports: Sequence[str]


def creation_options(
    party: RelyingParty, user_id: UUID, email: str, name: str, held: Sequence[Passkey], challenge: bytes
) -> dict[str, Any]:
    """Return what the browser needs to make a passkey; an authenticator that has one of `held` refuses."""
    options = webauthn.generate_registration_options(
        rp_id=party.id,
        rp_name=party.id,
        user_id=user_id.bytes,
        user_name=email,
        user_display_name=name,
        challenge=challenge,
        timeout=TIMEOUT_MILLISECONDS,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=REQUIRED
        ),
        exclude_credentials=_described(held),
    )
    return _as_json(options)


def request_options(party: RelyingParty, held: Sequence[Passkey], challenge: bytes) -> dict[str, Any]:
    """Return what the browser needs to use a passkey: one of `held`, or whichever it has for us where none is named."""
    options = webauthn.generate_authentication_options(
        rp_id=party.id,
        challenge=challenge,
        timeout=TIMEOUT_MILLISECONDS,
        allow_credentials=_described(held),
        user_verification=REQUIRED,
    )
    return _as_json(options)


def _as_json(options: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(webauthn.options_to_json(options))
    return found


def _described(held: Sequence[Passkey]) -> list[PublicKeyCredentialDescriptor]:
    return [
        PublicKeyCredentialDescriptor(
            id=base64url_to_bytes(each.credential_id),
            transports=[AuthenticatorTransport(name) for name in each.transports],
        )
        for each in held
    ]


def registered(party: RelyingParty, credential: Mapping[str, Any], challenge: str) -> NewCredential | None:
    """Return the credential that a registration made, or None where anything of it is not as it must be."""
    try:
        _refuse_framed(credential)
        made = webauthn.verify_registration_response(
            credential=dict(credential),
            expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=party.id,
            expected_origin=party.origin,
            require_user_verification=True,
        )
        given = credential["response"].get("transports") or []
        transports = [name for name in given if name in TRANSPORTS]
    except Exception:  # the library raises all kinds for what a stranger may send: CBOR, JSON, base64, keys
        return None
    return NewCredential(
        bytes_to_base64url(made.credential_id),
        bytes_to_base64url(made.credential_public_key),
        made.sign_count,
        transports,
    )


def used(party: RelyingParty, passkey: Passkey, credential: Mapping[str, Any], challenge: str) -> int | None:
    """Return the new sign count of a passkey that was used, or None where anything of it is not as it must be.

    A count that does not grow is refused (section 7.2, step 22): the key may have been copied.
    """
    try:
        _refuse_framed(credential)
        done = webauthn.verify_authentication_response(
            credential=dict(credential),
            expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=party.id,
            expected_origin=party.origin,
            credential_public_key=base64url_to_bytes(passkey.public_key),
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=True,
        )
    except Exception:  # as above
        return None
    return done.new_sign_count


def _refuse_framed(credential: Mapping[str, Any]) -> None:
    """Raise `ValueError` for a ceremony inside another site's page, which the library does not look at."""
    client_data = parse_client_data_json(base64url_to_bytes(credential["response"]["clientDataJSON"]))
    if client_data.cross_origin:
        raise ValueError("a ceremony in a frame of another origin")


def user_handle(credential: Mapping[str, Any]) -> UUID | None:
    """Return the user that a discoverable credential names; None where it names none."""
    try:
        return UUID(bytes=base64url_to_bytes(credential["response"]["userHandle"]))
    except (KeyError, TypeError, ValueError):
        return None
